"""Signed random ids of anonymous chat pages, by which limits tell students behind one address apart."""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.core.throttling import Policy, QuotaThrottle, Usage, address_key, spend

HEADER = "X-Chat-Session"
SECONDS = 12 * 3600
MAX_LENGTH = 128


def is_used() -> bool:
    """Whether sessions are looked at: the strategy `user_or_ip` alone knows them."""
    env = settings.ENV
    return bool(env.RATE_LIMIT_ENABLED) and env.RATE_LIMIT_KEY_STRATEGY == "user_or_ip"


def session_id(request: HttpRequest) -> str:
    """What a request's header proves; "" without one, or when it is too old or not signed by us."""
    given = request.headers.get(HEADER, "")
    if not given or len(given) > MAX_LENGTH:
        return ""
    try:
        return _signer().unsign(given, max_age=SECONDS)
    except BadSignature:
        return ""


@dataclass(frozen=True, slots=True)
class Minted:
    """A new session; "" where sessions are not used, or when `usage` says that the address has had enough."""

    session: str = ""
    usage: Usage | None = None


def new_session(request: HttpRequest) -> Minted:
    """Counted by address: who makes sessions without end gets no quotas without end."""
    if not is_used():
        return Minted()
    env = settings.ENV
    policy = Policy("chat_sessions", env.RATE_LIMIT_SESSIONS_MAX, env.RATE_LIMIT_WINDOW_SEC)
    usage = spend(request, policy, address_key(request))
    if usage is not None and usage.is_refused:
        return Minted(usage=usage)
    return Minted(_signer().sign(secrets.token_urlsafe(12)), usage)


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="tutorbot.chat-session")


class SessionThrottle(QuotaThrottle):
    """Counts a stranger by the session of their page, and all sessions of an address together.

    A refused session takes nothing of what its neighbours share.
    """

    def count(self, request: Request) -> Usage | None:
        http = request._request
        caller = getattr(http, "caller", None)
        is_stranger = caller is None or not caller.sub
        session = session_id(http) if is_stranger and is_used() else ""
        if not session:
            return super().count(request)
        policy, env = self.policy(), settings.ENV
        own = spend(http, policy, f"session:{session}")
        if own is None or own.is_refused:
            return own
        together = Policy(f"{policy.scope}_address", env.RATE_LIMIT_ADDRESS_MAX, env.RATE_LIMIT_WINDOW_SEC)
        shared = spend(http, together, address_key(http))
        return shared if shared and (shared.is_refused or shared.remaining < own.remaining) else own


class ChatThrottle(SessionThrottle):
    """All chat POST paths share one counter."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        return request.method != "POST" or super().allow_request(request, view)

    def policy(self) -> Policy:
        return Policy("chat", settings.ENV.RATE_LIMIT_MAX_REQUESTS, settings.ENV.RATE_LIMIT_WINDOW_SEC)

"""Quotas of the login family (contract http.md §3.3)."""

import hashlib

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

from apps.accounts.models import normalise_email
from apps.core.errors import TooMany
from apps.core.throttling import Policy, QuotaThrottle, counter, limit_key, quota


class LoginThrottle(QuotaThrottle):
    """10 a minute per e-mail and address: a whole classroom behind one address must be able to sign in."""

    def policy(self) -> Policy:
        return Policy("login", 10, 60)

    def key(self, request: Request) -> str | None:
        return f"{limit_key(request._request)}:{email_digest(request)}"


class AddressThrottle(QuotaThrottle):
    """60 logins a minute per address: many e-mails tried with one password."""

    def policy(self) -> Policy:
        return Policy("login_address", 60, 60)


class MailboxThrottle(QuotaThrottle):
    """5 mails an hour to one mailbox, whoever asks for them, and whether it is known or not."""

    def policy(self) -> Policy:
        return Policy("mailbox", 5, 3600)

    def key(self, request: Request) -> str | None:
        return email_digest(request)


def email_digest(request: Request) -> str:
    """The e-mail of a body, under any of its names, as a short key."""
    data = request.data if hasattr(request.data, "get") else {}
    email = data.get("email") or data.get("username") or ""
    return digest(email if isinstance(email, str) else "")


def digest(email: str) -> str:
    return hashlib.sha256(normalise_email(email).encode("utf-8", "replace")).hexdigest()[:32]


def spend_mail_quota(request: HttpRequest, email: str | None = None) -> None:
    """The quotas of MailThrottle and, with an e-mail, of MailboxThrottle, for a page. Raises TooMany."""
    if not settings.ENV.RATE_LIMIT_ENABLED:
        return
    counted = [(MailThrottle().policy(), limit_key(request))]
    if email is not None:
        counted.append((MailboxThrottle().policy(), digest(email)))
    for policy, key in counted:
        usage = counter.hit(request, policy, key) if key is not None else None
        if usage is not None and usage.is_refused:
            raise TooMany(seconds=usage.reset)


LOGIN_THROTTLES = (LoginThrottle, AddressThrottle)
RegisterThrottle = quota("register", 5)
MailThrottle = quota("forgot_reset", 5)
ChangePasswordThrottle = quota("change_password", 10)

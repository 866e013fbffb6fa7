"""Quotas of the login family (contract http.md §3.3)."""

import hashlib

from django.http import HttpRequest
from rest_framework.request import Request

from apps.accounts.models import normalise_email
from apps.accounts.service_token import has_service_token
from apps.core.errors import TooMany
from apps.core.throttling import Policy, QuotaThrottle, limit_key, quota, spend


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


class MailThrottle(QuotaThrottle):
    """5 a minute per address; the action server's is the address of all its students."""

    def policy(self) -> Policy:
        return Policy("forgot_reset", 5, 60)

    def key(self, request: Request) -> str | None:
        return None if has_service_token(request._request) else super().key(request)


class MailboxThrottle(QuotaThrottle):
    """5 mails an hour to one mailbox, whoever asks for them, and whether it is known or not."""

    def policy(self) -> Policy:
        return Policy("mailbox", 5, 3600)

    def key(self, request: Request) -> str | None:
        return email_digest(request)


def email_digest(request: Request) -> str:
    """The e-mail of a body as a short key; of two names `username` counts, as it does for the login."""
    data = request.data if hasattr(request.data, "get") else {}
    email = data.get("username") or data.get("email") or ""
    return digest(email if isinstance(email, str) else "")


def digest(email: str) -> str:
    return hashlib.sha256(normalise_email(email).encode("utf-8", "replace")).hexdigest()[:32]


def spend_mail_quota(request: HttpRequest, email: str | None = None) -> None:
    """The quotas of MailThrottle and, with an e-mail, of MailboxThrottle, for a page. Raises TooMany."""
    _spend(request, MailThrottle().policy(), limit_key(request))
    if email is not None:
        _spend(request, MailboxThrottle().policy(), digest(email))


def spend_mailbox_quota(email: str) -> None:
    """The quota of MailboxThrottle alone, for who asks without a request of their own. Raises TooMany."""
    _spend(HttpRequest(), MailboxThrottle().policy(), digest(email))


def spend_login_quota(request: HttpRequest, email: str) -> None:
    """The quotas of LOGIN_THROTTLES, for a page. Raises TooMany."""
    _spend(request, AddressThrottle().policy(), limit_key(request))
    _spend(request, LoginThrottle().policy(), f"{limit_key(request)}:{digest(email)}")


def _spend(request: HttpRequest, policy: Policy, key: str | None) -> None:
    usage = spend(request, policy, key)
    if usage is not None and usage.is_refused:
        raise TooMany(seconds=usage.reset)


LOGIN_THROTTLES = (LoginThrottle, AddressThrottle)
RegisterThrottle = quota("register", 5)
ChangePasswordThrottle = quota("change_password", 10)

"""Quotas of the login family (contract http.md §3.3)."""

import hashlib

from rest_framework.request import Request

from apps.accounts.models import normalise_email
from apps.core.throttling import Policy, QuotaThrottle, limit_key, quota


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
    text = normalise_email(email) if isinstance(email, str) else ""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


LOGIN_THROTTLES = (LoginThrottle, AddressThrottle)
RegisterThrottle = quota("register", 5)
MailThrottle = quota("forgot_reset", 5)
ChangePasswordThrottle = quota("change_password", 10)

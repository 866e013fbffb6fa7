"""Whose a document of the old system is: an account here by the old one's key or by e-mail."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from apps.accounts.models import User, normalise_email
from apps.accounts.services import legacy_documents
from apps.accounts.services.legacy_documents import EMAIL, OldAccount, old_account
from apps.core.old_documents import Document, by_plain_name, first
from apps.logs.erasure import fingerprint
from apps.logs.models import PersonalDataRequest

CHUNK = 500
OWNER = (*legacy_documents.OWNER, *EMAIL)
By = PersonalDataRequest.By


class People:
    """Accounts of old users, and those whose data were erased here: these do not come back."""

    def __init__(self, users: Iterable[Document]) -> None:
        self.emails: dict[str, str] = {}
        """E-mail by the old key."""
        self._old: dict[str, list[OldAccount]] = {}
        for document in users:
            email = first(by_plain_name(document), EMAIL)
            if isinstance(email, str) and "@" in email:
                self.emails[str(document.get("_id"))] = normalise_email(email)
                self._old.setdefault(normalise_email(email), []).append(old_account(document))
        erased = PersonalDataRequest.objects.filter(kind=PersonalDataRequest.Kind.ERASE)
        self._erased = set(erased.order_by().values_list("by", "fingerprint"))
        self._accounts: dict[str, UUID] = {}

    @property
    def anybody_erased(self) -> bool:
        return bool(self._erased)

    def subjects(self) -> dict[str, str]:
        """The account's key by old key and by e-mail, of the old users who are here."""
        found = self.accounts(self.emails.values())
        by_email = {email: str(key) for email, key in found.items()}
        return by_email | {old: by_email[email] for old, email in self.emails.items() if email in by_email}

    def email_in(self, fields: Document) -> str:
        """Of the owner whom these fields name in any way; "" when nobody knows."""
        for name in OWNER:
            value = fields.get(name)
            if value is None or value == "":
                continue
            text = str(value).strip()
            if "@" in text:
                return normalise_email(text)[:254]
            if text in self.emails:
                return self.emails[text]
        return ""

    def accounts(self, emails: Iterable[str]) -> dict[str, UUID]:
        """The accounts that there are, of those whose e-mail it is: confirmed, or come from the old system.

        Who registers here with somebody's e-mail before the import gets nothing of theirs.
        """
        wanted = {email for email in emails if email}
        asked = sorted(wanted - self._accounts.keys())
        for start in range(0, len(asked), CHUNK):
            some = asked[start : start + CHUNK]
            fields = ("pk", "email", "email_verified", "created_at", "password")
            rows = User.objects.filter(email__in=some).order_by().only(*fields)
            self._accounts |= {user.email: user.pk for user in rows if self._owns_mailbox(user)}
        return {email: self._accounts[email] for email in wanted if email in self._accounts}

    def _owns_mailbox(self, user: User) -> bool:
        return user.email_verified or any(old.became(user) for old in self._old.get(user.email, ()))

    def is_erased(self, *, email: str = "", sender: str = "") -> bool:
        """Whether somebody asked here for this person's data to be erased."""
        if not self._erased:
            return False
        asked: list[tuple[Any, str]] = [(By.EMAIL, email), (By.SENDER, sender)]
        return any(value and (by, fingerprint(by=by, value=value)) in self._erased for by, value in asked)

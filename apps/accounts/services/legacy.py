"""Taking people and preferences over from the old system: what is there already stays as it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.core.cache import cache

from apps.accounts.models import User, UserSettings
from apps.accounts.services.legacy_documents import (
    EMAIL,
    LegacyPerson,
    old_account,
    read_person,
    read_preferences,
)
from apps.accounts.services.login import LEGACY_COST_KEY
from apps.accounts.services.people import store_person
from apps.core.errors import Conflict
from apps.core.old_documents import Document, Unusable

SQUATTED = "alguien se registró aquí con su correo y no lo ha confirmado: no recibe nada de lo anterior"
Progress = Callable[[int], None]


@dataclass(slots=True)
class Counts:
    created: int = 0
    existing: int = 0
    skipped: int = 0


@dataclass(slots=True)
class LegacyReport:
    """`notes` are pairs: which document, and what was done with it; the other two say the same by key."""

    people: Counts = field(default_factory=Counts)
    preferences: Counts = field(default_factory=Counts)
    notes: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    taken_otherwise: list[tuple[str, str]] = field(default_factory=list)


class LegacyImport:
    """One run: first people(), which learns who is who, then preferences()."""

    def __init__(
        self, *, allow_superadmins: bool = False, emails_verified: bool = False, dry_run: bool = False
    ) -> None:
        self.allow_superadmins = allow_superadmins
        self.emails_verified = emails_verified
        self.dry_run = dry_run
        self.report = LegacyReport()
        self.subjects: dict[str, str] = {}
        """The new id by old id and by e-mail; whoever knows some before adds them."""
        self.emails: set[str] = set()

    def people(self, documents: Iterable[Document], progress: Progress = lambda done: None) -> None:
        for done, document in enumerate(documents, 1):
            try:
                self._take_person(document)
            except Unusable as error:
                self.report.people.skipped += 1
                self._skip("users", document, str(error))
            progress(done)
        if not self.dry_run:
            cache.delete(LEGACY_COST_KEY)  # services/login.py must imitate their work from now on

    def preferences(self, documents: Iterable[Document], progress: Progress = lambda done: None) -> None:
        for done, document in enumerate(documents, 1):
            try:
                self._take_preferences(document)
            except Unusable as error:
                self.report.preferences.skipped += 1
                self._skip("user_settings", document, str(error))
            progress(done)

    def _take_person(self, document: Document) -> None:
        person = read_person(
            document, allow_superadmins=self.allow_superadmins, emails_verified=self.emails_verified
        )
        email = person.user.email
        if email in self.emails:
            raise Unusable("correo repetido: queda la primera persona")
        self.emails.add(email)
        existing = User.objects.filter(email=email).first()
        if existing is None and not self.dry_run:
            existing = self._store(person)
        if existing is not None:
            self.report.people.existing += 1
            if not (existing.email_verified or old_account(document).became(existing)):
                self._otherwise("users", document, SQUATTED)
                return
        else:
            self.report.people.created += 1
            for note in person.notes:
                self._otherwise("users", document, note)
        subject = str((existing or person.user).pk)
        self.subjects |= {str(document.get("_id")): subject, email: subject}

    def _store(self, person: LegacyPerson) -> User | None:
        """Nothing when it is stored; the account that took the e-mail meanwhile."""
        try:
            store_person(person.user)
        except Conflict:
            return User.objects.filter(email=person.user.email).first()
        if person.updated_at is not None:
            User.objects.filter(pk=person.user.pk).update(updated_at=person.updated_at)
        return None

    def _take_preferences(self, document: Document) -> None:
        owners, values = read_preferences(document)
        subject = next((self.subjects[owner] for owner in owners if owner in self.subjects), None)
        if subject is None:
            raise Unusable("su persona no se importó")
        if self.dry_run:
            is_new = not UserSettings.objects.filter(pk=subject).exists()
        else:
            _row, is_new = UserSettings.objects.get_or_create(subject=subject, defaults=values)
        self.report.preferences.created += is_new
        self.report.preferences.existing += not is_new

    def _skip(self, collection: str, document: Document, reason: str) -> None:
        self._note(collection, document, reason)
        self.report.left_out.append((str(document.get("_id")), reason))

    def _otherwise(self, collection: str, document: Document, text: str) -> None:
        self._note(collection, document, text)
        self.report.taken_otherwise.append((str(document.get("_id")), text))

    def _note(self, collection: str, document: Document, text: str) -> None:
        email = next((document[name] for name in EMAIL if isinstance(document.get(name), str)), "")
        which = f"{collection} {str(document.get('_id'))[:40]} {email[:80]}".strip()
        self.report.notes.append(("".join(c if c.isprintable() else "?" for c in which), text))

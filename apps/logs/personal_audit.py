"""A person in the audit: the fact that something was changed stays, the values that tell of them go."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from apps.accounts.models import User
from apps.core.personal_data import ERASED, Counts, Person
from apps.logs.models import AuditEntry

BATCH = 500
COLUMNS = ("pk", "content_type_id", "object_pk", "object_repr", "changes", "actor_email")


@dataclass(frozen=True, slots=True)
class _Names:
    """What tells of a person: an e-mail anywhere in a text, a sender or a message as the whole of it."""

    email: str
    texts: frozenset[str]

    def are_in(self, text: str) -> bool:
        return text in self.texts or (bool(self.email) and self.email in text.lower())


def scrubbed(person: Person) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The entries that tell of this person, and what becomes of their columns.

    All are looked at: no index knows what stands inside of changes, and no database asks for it alike.
    """
    kind = ContentType.objects.get_for_model(User).pk
    keys = {str(key) for key in person.users}
    names = _Names(person.email.lower(), person.senders)
    rows = AuditEntry._base_manager.order_by().values_list(*COLUMNS)
    for pk, content_type, object_pk, name, changes, actor in rows.iterator(BATCH):
        is_theirs = content_type == kind and object_pk in keys
        after: dict[str, Any] = {
            "object_repr": ERASED if is_theirs or names.are_in(name) else name,
            "changes": _of_account(changes) if is_theirs else _without(changes, names),
            "actor_email": ERASED if names.email and (actor or "").lower() == names.email else actor,
        }
        if (name, changes, actor) != (after["object_repr"], after["changes"], after["actor_email"]):
            yield pk, after


def count(person: Person) -> int:
    return sum(1 for _found in scrubbed(person))


def erase(person: Person) -> Iterator[Counts]:
    found = list(scrubbed(person))
    for start in range(0, len(found), BATCH):
        yield {"audit_entries": _write(found[start : start + BATCH])}


def strike(texts: Collection[str], models: Sequence[type[Model]]) -> int:
    """A person's own words out of the entries on rows of these models; in how many they stood."""
    names = _Names("", frozenset(texts))
    kinds = [kind.pk for kind in ContentType.objects.get_for_models(*models).values()]
    rows = AuditEntry._base_manager.filter(content_type__in=kinds).order_by()
    found = []
    for pk, name, changes in rows.values_list("pk", "object_repr", "changes").iterator(BATCH):
        after = {
            "object_repr": ERASED if names.are_in(name) else name,
            "changes": _without(changes, names),
        }
        if (name, changes) != (after["object_repr"], after["changes"]):
            found.append((pk, after))
    return sum(_write(found[start : start + BATCH]) for start in range(0, len(found), BATCH))


def export(person: Person) -> list[dict[str, Any]]:
    """What their account did, and what was done to it."""
    if not person.users:
        return []
    kind = ContentType.objects.get_for_model(User)
    mine = AuditEntry.objects.filter(actor__in=person.users)
    about = AuditEntry.objects.filter(content_type=kind, object_pk__in=[str(key) for key in person.users])
    rows = {entry.pk: entry for entry in (*mine, *about)}.values()
    return [
        {
            "timestamp": entry.timestamp,
            "action": entry.get_action_display(),
            "model": entry.model_label,
            "changes": entry.changes,
        }
        for entry in sorted(rows, key=lambda entry: entry.timestamp)
    ]


def _write(found: Sequence[tuple[Any, dict[str, Any]]]) -> int:
    rows = AuditEntry._base_manager.in_bulk([pk for pk, _after in found])
    for pk, after in found:
        for name, value in after.items():
            if pk in rows:
                setattr(rows[pk], name, value)
    return AuditEntry._base_manager.bulk_update(rows.values(), ["object_repr", "changes", "actor_email"])


def _of_account(changes: Any) -> Any:
    """Of an account: name and e-mail; whether it was active, and in which role, stays."""
    told = {"email", "nombre"}
    return {name: [ERASED, ERASED] if name in told else pair for name, pair in (changes or {}).items()}


def _without(value: Any, names: _Names) -> Any:
    """A copy in which every text that names them is struck out."""
    if isinstance(value, dict):
        return {name: _without(one, names) for name, one in value.items()}
    if isinstance(value, list):
        return [_without(one, names) for one in value]
    return ERASED if isinstance(value, str) and names.are_in(value) else value

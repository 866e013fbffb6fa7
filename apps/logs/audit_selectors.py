"""Reading the audit: by person, kind of row, row, action, day and request; newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

from apps.accounts.models import normalise_email
from apps.core.audit import audited_models
from apps.core.dates import end_of, start_of
from apps.logs.models import AuditEntry

Entries = QuerySet[AuditEntry]


@dataclass(frozen=True, slots=True)
class Place:
    """Of an entry in the list; pages go on after it, however many have come since."""

    at: datetime
    key: UUID

    @classmethod
    def of(cls, entry: AuditEntry) -> "Place":
        return cls(entry.timestamp, entry.pk)

    @classmethod
    def read(cls, text: str) -> "Place":
        """Raises ValueError."""
        moment, _separator, key = text.partition("_")
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None:
            raise ValueError(text)
        return cls(at, UUID(key))

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.key.hex}"


def entries_matching(
    *,
    actor: str = "",
    model: str = "",
    object: str = "",
    action: int | None = None,
    request_id: str = "",
    desde: date | None = None,
    hasta: date | None = None,
) -> Entries:
    """`actor` is a key or an e-mail, `model` an `app.model`, `object` a key."""
    rows = AuditEntry.objects.select_related("content_type")
    if actor:
        who = _key(actor)
        rows = rows.filter(actor=who) if who else rows.filter(actor_email=normalise_email(actor))
    if model:
        rows = rows.filter(content_type=_type_named(model))
    if object:
        key = _key(object)
        rows = rows.filter(object_pk=str(key) if key else object)
    if action is not None:
        rows = rows.filter(action=action)
    if request_id:
        rows = rows.filter(cid=request_id)
    if desde:
        rows = rows.filter(timestamp__gte=start_of(desde))
    if hasta:
        rows = rows.filter(timestamp__lt=end_of(hasta))
    return rows


def after(rows: Entries, place: Place | None) -> Entries:
    if place is None:
        return rows
    return rows.filter(Q(timestamp__lt=place.at) | Q(timestamp=place.at, id__gt=place.key))


def entries_of(row: Model) -> Entries:
    kind = ContentType.objects.get_for_model(row)
    return AuditEntry.objects.filter(content_type=kind, object_pk=str(row.pk))


def each(rows: Entries, batch: int = 500) -> Iterator[AuditEntry]:
    """All of them, page by page: no query and no memory grows with what came before."""
    place: Place | None = None
    while page := list(after(rows, place)[:batch]):
        yield from page
        place = Place.of(page[-1])


def model_names() -> list[str]:
    return sorted(model._meta.label_lower for model in audited_models())


def _type_named(label: str) -> ContentType | None:
    app, _dot, name = label.lower().partition(".")
    return ContentType.objects.filter(app_label=app, model=name).first()


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

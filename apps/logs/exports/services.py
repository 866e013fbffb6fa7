"""Asking for an export, cancelling it, and writing down each file that staff take."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.callers import Caller
from apps.accounts.models import User
from apps.core.csv_stream import stamped
from apps.core.errors import Conflict, TooMany
from apps.core.text import storable
from apps.logs.exports import registry
from apps.logs.exports.files import remove_file
from apps.logs.exports.models import Export

log = structlog.get_logger("tutorbot.exports")
MAX_WAITING = 20
State = Export.State


def start_export(
    *, kind: str, filters: Mapping[str, Any], user: User | None, email: str = "", endpoint: str = ""
) -> Export:
    """A job makes the file. Raises Invalid for an unknown kind, TooMany when many are waiting."""
    from apps.logs.exports.work import make_export

    registry.get(kind)
    if Export.objects.filter(state__in=Export.OPEN).count() >= MAX_WAITING:
        raise TooMany(_("Hay muchas exportaciones en espera. Inténtalo cuando terminen."), seconds=60)
    export = _new(kind, user, email, endpoint, filters=dict(filters), name=stamped(kind, "csv"))
    export.save(force_insert=True)
    make_export.later(export.pk.hex)
    export.refresh_from_db()  # in tests, and with an idle worker, it is made already
    return export


def cancel_export(*, export: Export) -> Export:
    """Raises Conflict when it is over. Whoever makes it notices within a second."""
    changes = {"state": State.CANCELLED, "slot": None, "finished_at": timezone.now()}
    if not Export.objects.filter(pk=export.pk, state__in=Export.OPEN).update(**changes):
        raise Conflict(_("La exportación ya terminó."), code="export_over")
    remove_file(export)
    export.refresh_from_db()
    return export


def expire_exports() -> int:
    """Deletes files whose time is over; how many."""
    due = Export.objects.filter(state=State.DONE, expires_at__lte=timezone.now())
    count = 0
    for export in due.order_by("created_at")[:1000]:
        count += expire_export(export)
    return count


def expire_export(export: Export) -> bool:
    """Deletes its file now; what was exported, when and by whom stays."""
    done = Export.objects.filter(pk=export.pk, state=State.DONE).update(state=State.EXPIRED, file="", size=0)
    remove_file(export)
    return bool(done)


def note_export(
    kind: str, user: User | None, request: HttpRequest, filters: Mapping[str, Any] | None = None
) -> None:
    """A CSV that is sent as it is read. Never raises: a download does not depend on its note."""
    email = getattr(getattr(request, "caller", None), "email", "")
    now = timezone.now()
    export = _new(
        kind,
        user,
        email,
        request.path,
        filters=dict(filters or {}),
        name=stamped(kind, "csv"),
        finished_at=now,
    )
    export.state = State.STREAMED
    try:
        export.save(force_insert=True)
    except DatabaseError as error:
        log.error("export_not_noted", kind=kind, error=type(error).__name__)


def person_in(request: HttpRequest) -> User | None:
    """Who downloads: on the API by the token, in Django admin by the session."""
    caller: Caller | None = getattr(request, "caller", None)
    if caller is not None:
        return caller.user
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def _new(kind: str, user: User | None, email: str, endpoint: str, **values: Any) -> Export:
    now = timezone.now()
    return Export(
        kind=kind[:40],
        user=user,
        email=(user.email if user else storable(email))[:254],
        endpoint=endpoint[:200],
        created_at=now,
        day=timezone.localdate(now),
        **values,
    )


def kept_until(days: int) -> Any:
    return timezone.now() + timedelta(days=days)

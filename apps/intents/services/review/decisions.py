"""What staff decide about groups of the inbox: assign, make an intent of them, discard, undo."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.chat.engines.project import Response
from apps.core import audit
from apps.core.db import run_atomically
from apps.core.errors import AppError, Conflict, Invalid, NotFound
from apps.intents.knowledge import IntentData
from apps.intents.models import Intent, ReviewGroup
from apps.intents.services.intents import create_intent, intent_named
from apps.intents.services.review.teaching import Taught, Wording, teach
from apps.intents.services.review.undoing import take_back

State = ReviewGroup.State
UNDO_WITHIN = timedelta(hours=8)
"""How long "undo the last one" remembers a decision; a single group can be reopened for ever."""


@dataclass(frozen=True, slots=True)
class Decided:
    group: ReviewGroup
    taught: Taught = field(default_factory=Taught)


@dataclass(frozen=True, slots=True)
class Many:
    """`errors` says of each group that stayed as it was why: `{"id", "code", "message"}`."""

    done: list[Decided]
    errors: list[dict[str, str]]


def group_by_id(key: Any) -> ReviewGroup:
    """Raises NotFound."""
    try:
        pk = key if isinstance(key, UUID) else UUID(str(key))
    except ValueError:
        pk = None
    rows = ReviewGroup.objects.select_related("intent", "decided_by")
    group = rows.filter(pk=pk).first() if pk else None
    if group is None:
        raise NotFound(_("No hay un grupo con ese identificador en la bandeja."))
    return group


def assign_group(
    *,
    group: Any,
    intent: str,
    by: User | None,
    wordings: Sequence[Wording] | None = None,
    is_forced: bool = False,
    at: datetime | None = None,
) -> Decided:
    """Its wordings, or those given, become examples of an intent: the bot knows them after the next training.

    What may not be an example is in `taught.refused`; when that is all of it the group stays open, and this
    raises Invalid (field texts). Raises NotFound, and Conflict when the group has been decided on.
    """
    found = _usable_intent(intent)
    return run_atomically(lambda: _assign(group, found, by, wordings, is_forced, at))


def create_intent_from_group(
    *,
    group: Any,
    name: str,
    title: str = "",
    answer: str,
    by: User | None,
    wordings: Sequence[Wording] | None = None,
) -> Decided:
    """An intent of these messages, with an answer. Raises what create_intent and assign_group raise."""
    if not answer.strip():
        raise Invalid.field("answer", _("Escribe lo que el bot debe responder."), "required")

    def work() -> Decided:
        data = IntentData(name.strip(), answers=(Response(text=answer.strip()),), title=title.strip())
        return _assign(group, create_intent(data=data, owner=by), by, wordings, False, None)

    return run_atomically(work)


def discard_group(*, group: Any, by: User | None, at: datetime | None = None) -> Decided:
    """Not to be learnt; the same wording is not asked about again. Raises NotFound and Conflict."""
    return Decided(run_atomically(lambda: _decide(group, State.DISCARDED, None, by, at)))


def undo_group(*, group: Any) -> Decided:
    """Open again; examples that the decision made go, those it moved return. Raises NotFound and Conflict."""

    def work() -> Decided:
        row = group_by_id(group)
        if row.is_open:
            raise Conflict(_("Este grupo ya está pendiente."), code="group_is_open")
        before = ReviewGroup.objects.filter(pk=row.pk, state=row.state, decided_at=row.decided_at)
        if not audit.update(before, state=State.OPEN, intent=None, decided_by=None, decided_at=None):
            raise Conflict(_("Alguien cambió este grupo a la vez. Actualiza la página."), code="busy")
        taught = take_back(row)
        return Decided(group_by_id(row.pk), taught)

    return run_atomically(work)


def last_decision(*, by: User) -> list[ReviewGroup]:
    """The groups that this person decided on last, together, of late; newest message first."""
    rows = ReviewGroup.objects.filter(decided_by=by, decided_at__gte=timezone.now() - UNDO_WITHIN)
    recent = list(
        rows.exclude(state=State.OPEN).select_related("intent").order_by("-decided_at", "-last_at")[:500]
    )
    return [row for row in recent if row.decided_at == recent[0].decided_at]


def undo_last(*, by: User) -> Many:
    """Raises NotFound when this person has decided nothing of late."""
    rows = last_decision(by=by)
    if not rows:
        raise NotFound(_("No hay una decisión tuya que deshacer."))
    return decide_many([row.pk for row in rows], lambda key, at: undo_group(group=key))


def decide_many(groups: Iterable[Any], decide: Callable[[Any, datetime], Decided]) -> Many:
    """Group by group, each whole or not at all; all with one time, so that they are undone together."""
    at, many = timezone.now(), Many([], [])
    for key in groups:
        try:
            many.done.append(decide(key, at))
        except AppError as error:
            many.errors.append({"id": str(key), "code": error.code, "message": str(error.text)})
    return many


def _usable_intent(name: str) -> Intent:
    found = intent_named(name)
    if not found.is_active:
        text = _("«%(name)s» está inactiva: actívala o elige otra.") % {"name": found.name}
        raise Invalid.field("intent", text, "inactive")
    return found


def _assign(
    group: Any,
    intent: Intent,
    by: User | None,
    wordings: Sequence[Wording] | None,
    is_forced: bool,
    at: datetime | None,
) -> Decided:
    row = _decide(group, State.ASSIGNED, intent, by, at)
    return Decided(row, teach(group=row, intent=intent, wordings=wordings, is_forced=is_forced))


def _decide(
    group: Any, state: str, intent: Intent | None, by: User | None, at: datetime | None
) -> ReviewGroup:
    """Of two at once the second is told who was first."""
    row = group_by_id(group)
    changes = {"state": state, "intent": intent, "decided_by": by, "decided_at": at or timezone.now()}
    if not audit.update(ReviewGroup.objects.filter(pk=row.pk, state=State.OPEN), **changes):
        raise Conflict(_decided_text(group_by_id(row.pk)), code="group_decided")
    return group_by_id(row.pk)


def _decided_text(group: ReviewGroup) -> str:
    by = group.decided_by
    who = (by.nombre or by.email) if by else _("Alguien")
    if group.state == State.ASSIGNED and group.intent is not None:
        return _("%(who)s ya lo asignó a «%(intent)s».") % {"who": who, "intent": group.intent.name}
    if group.state == State.ASSIGNED:
        return _("%(who)s ya lo asignó.") % {"who": who}
    return _("%(who)s ya lo descartó.") % {"who": who}

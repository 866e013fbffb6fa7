"""Changing how tickets stand: status, priority, kind, and who is in charge; each change is in the history."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.roles import STAFF
from apps.core.db import run_atomically
from apps.core.errors import AppError, Conflict, Invalid
from apps.helpdesk.flow import DONE, may_become
from apps.helpdesk.models import Actor, Kind, Priority, Status, Ticket
from apps.helpdesk.services.conversation_queue import release_conversation
from apps.helpdesk.services.history import locked, note, note_first_response
from apps.helpdesk.services.mails import tell_solved
from apps.helpdesk.terms import business_minutes, set_due

CHOICES = {"status": Status, "priority": Priority, "kind": Kind}
Changed = frozenset[str]
"""Names of fields."""


def change_ticket(
    *, ticket: Ticket, by: User, version: int | None = None, if_free: bool = False, **changes: Any
) -> Ticket:
    """New values of `status`, `priority`, `kind` or `assignee`; with `version`, of the ticket as it was then.

    Raises Invalid by field, and Conflict: `changed` when somebody changed it meanwhile, and `taken` when it
    must be free and somebody else has it.
    """
    check_values(changes)

    def work() -> tuple[Ticket, Changed]:
        row = locked(ticket)
        if if_free and row.assignee_id not in {None, by.pk}:
            raise Conflict(_("Ya se encarga %(who)s.") % {"who": row.assignee}, code="taken")
        if version is not None and version != row.version:
            text = _("Alguien cambió el caso mientras lo veías. Mira cómo quedó e inténtalo de nuevo.")
            raise Conflict(text, code="changed")
        return row, apply_changes(row, changes, by=by)

    row, changed = run_atomically(work)
    after_changes(row, changed)
    return row


def take_ticket(*, ticket: Ticket, by: User) -> Ticket:
    """Puts `by` in charge of a ticket that nobody has. Raises Conflict `taken`, which says who has it."""
    return change_ticket(ticket=ticket, by=by, if_free=True, assignee=by)


@dataclass(slots=True)
class Many:
    done: list[Ticket] = field(default_factory=list)
    errors: list[dict[str, str]] = field(default_factory=list)


def each_ticket(tickets: Iterable[Ticket], do: Callable[[Ticket], Ticket]) -> Many:
    """One change for several, each for itself; what is refused is told ticket by ticket."""
    many = Many()
    for ticket in tickets:
        try:
            many.done.append(do(ticket))
        except AppError as error:
            many.errors.append({"id": str(ticket.pk), "code": error.code, "message": error.said})
    return many


def check_values(changes: Mapping[str, Any]) -> None:
    """Raises Invalid for a word that is none, and for somebody who is not of the team."""
    for name, value in changes.items():
        if name in CHOICES and value not in CHOICES[name].values:
            raise Invalid.field(name, _("Elige uno de la lista."), "invalid_choice")
    assignee: User | None = changes.get("assignee")
    if assignee is not None and not (assignee.is_active and assignee.rol in STAFF):
        raise Invalid.field("assignee", _("Solo el equipo puede encargarse de un caso."), "not_staff")


def apply_changes(
    row: Ticket, changes: Mapping[str, Any], *, by: User | None, actor: Actor = Actor.STAFF
) -> Changed:
    """Writes what differs, and its history, on a held row; the names of what differed.

    Raises Invalid for a step that the flow does not have.
    """
    before = {name: _shown(row, name) for name in changes}
    was, wanted = row.status, changes.get("status", row.status)
    if actor == Actor.STAFF and not may_become(was, wanted):
        text = _("De «%(was)s» no se pasa a «%(wanted)s».")
        said = {"was": row.get_status_display(), "wanted": Status(wanted).label}
        raise Invalid.field("status", text % said, "transition")
    for name, value in changes.items():
        setattr(row, name, value)
    changed = {name: _shown(row, name) for name in changes if _shown(row, name) != before[name]}
    if not changed:
        return frozenset()
    derived = _follow(row, changed, was)
    row.version += 1
    row.save(update_fields=[*changed, *derived, "version", "updated_at"])
    for name, after in changed.items():
        note(row, name, before[name], after, by=by, actor=actor)
    if "status" in changed and row.status == Status.SOLVED and by is not None:
        note_first_response(row, by)  # the requester is written to
    return frozenset(changed)


def after_changes(row: Ticket, changed: Changed, text: str = "") -> None:
    """What follows once the change is committed; `text` is what the requester is told with it."""
    if "status" in changed:
        release_conversation(row)
        if row.status == Status.SOLVED:
            tell_solved(row, text)


def _follow(row: Ticket, changed: Mapping[str, str], was: str) -> list[str]:
    """Sets what follows from a change: when it was done, by when it must be; the names of the fields."""
    fields = []
    if "status" in changed and (was in DONE) != (row.status in DONE):
        row.solved_at = timezone.now() if row.status in DONE else None
        row.solution_minutes = business_minutes(row.created_at, row.solved_at) if row.solved_at else None
        fields += ["solved_at", "solution_minutes"]
    if changed.keys() & {"kind", "priority"}:
        set_due(row)
        fields += ["response_due_at", "due_at"]
    return fields


def _shown(row: Ticket, name: str) -> str:
    """As the history has it: the stored word, or the name of a person, which outlives the account."""
    value = getattr(row, name)
    return "" if value is None else str(value)

"""Comments on tickets: answers and notes of the team, words of the requester."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.callers import Caller
from apps.accounts.models import User
from apps.chat.models import MAX_LINE, Conversation
from apps.core.db import run_atomically
from apps.core.errors import Conflict, Invalid
from apps.core.text import printable
from apps.helpdesk.flow import REOPENED_BY_REQUESTER
from apps.helpdesk.models import Actor, Status, Ticket, TicketComment
from apps.helpdesk.models.work import MAX_COMMENT
from apps.helpdesk.services.changes import Changed, after_changes, apply_changes, check_values
from apps.helpdesk.services.handoff import conversation_to_answer, say_comment
from apps.helpdesk.services.history import locked, note_first_response
from apps.helpdesk.services.mails import tell_comment, tell_team

SAME_WITHIN = timedelta(seconds=60)
"""The same words of the same person this soon are a second click."""


def add_comment(
    *, ticket: Ticket, by: User, text: str, is_public: bool = True, status: str | None = None
) -> TicketComment:
    """An answer that the requester gets, or a note for the team; with a new status, if asked for.

    An answer goes by mail; and into the chat (`is_in_chat`) while its conversation waits for a person or is
    with `by`. Raises Invalid. On a closed ticket it is refused: reopen it first.
    """
    text = _checked(text, longest_answer(conversation_to_answer(ticket, by)) if is_public else MAX_COMMENT)
    changes = {"status": status} if status else {}
    check_values(changes)

    def work() -> tuple[TicketComment, bool, Changed]:
        row = locked(ticket)
        if is_public and row.status == Status.CLOSED and status != Status.OPEN:
            raise Conflict(_("El caso está cerrado. Ábrelo de nuevo para responder."), code="closed")
        comment, is_new = _written(row, text, author=by, actor=Actor.STAFF, is_public=is_public)
        if is_public:
            note_first_response(row, by)
        return comment, is_new, apply_changes(row, changes, by=by)

    comment, is_new, changed = run_atomically(work)
    comment.is_in_chat = is_public and say_comment(comment, by)
    is_solved = "status" in changed and status == Status.SOLVED
    if is_public and is_new and not is_solved:
        tell_comment(comment)
    after_changes(comment.ticket, changed, text if is_public else "")
    return comment


def longest_answer(conversation: Conversation | None) -> int:
    """What is said in the chat too is as long as a message there at most; for conversation_to_answer's."""
    return MAX_LINE if conversation else MAX_COMMENT


def add_own_comment(*, ticket: Ticket, caller: Caller, text: str) -> TicketComment:
    """A word of the requester: it reopens what is solved or waits. Raises Invalid, and Conflict `closed`."""
    text = _checked(text, MAX_COMMENT)

    def work() -> tuple[TicketComment, bool, Changed]:
        row = locked(ticket)
        if row.status == Status.CLOSED:
            raise Conflict(_("El caso está cerrado. Abre uno nuevo."), code="closed")
        comment, is_new = _written(row, text, author=caller.user, actor=Actor.REQUESTER, is_public=True)
        changes = {"status": REOPENED_BY_REQUESTER.get(row.status, row.status)}
        return comment, is_new, apply_changes(row, changes, by=caller.user, actor=Actor.REQUESTER)

    comment, is_new, changed = run_atomically(work)
    if is_new:
        tell_team(comment)
    after_changes(comment.ticket, changed)
    return comment


def _checked(text: str, most: int) -> str:
    text = printable(text).strip()
    if not text or len(text) > most:
        said = _("Escribe entre 1 y %(most)d caracteres.") % {"most": most}
        raise Invalid.field("text", said, "length")
    return text


def _written(row: Ticket, text: str, **values: Any) -> tuple[TicketComment, bool]:
    """The comment, and whether it is new."""
    since = timezone.now() - SAME_WITHIN
    same = TicketComment.objects.filter(ticket=row, created_at__gte=since, text=text, **values).first()
    if same is not None:
        same.ticket = row
        return same, False
    return TicketComment.objects.create(ticket=row, text=text, **values), True

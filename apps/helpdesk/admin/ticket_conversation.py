"""What the page of a ticket shows of the conversation that it came from."""

from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.chat.models import Conversation
from apps.helpdesk.admin.links import conversation_link
from apps.helpdesk.models import Ticket, TicketComment
from apps.helpdesk.services.comments import longest_answer
from apps.helpdesk.services.handoff import conversation_to_answer


def conversation_context(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    """For admin/helpdesk/ticket/_conversation.html, and for the box to answer the case in."""
    row = conversation_to_answer(ticket, cast(User, request.user))
    return {
        "conversation_link": conversation_link(ticket.conversation_id),
        "answer_goes": _where(ticket, row),
        "max_comment": longest_answer(row),
    }


def _where(ticket: Ticket, row: Conversation | None) -> str:
    """Where an answer will be read, before it is written."""
    if row is None and not ticket.email:
        return _("Este caso no tiene correo ni una conversación en espera: tu respuesta queda solo aquí.")
    if row is None:
        return _("Tu respuesta le llega por correo, no al chat.")
    said = (
        _("Tu respuesta le llega al chat y por correo.")
        if ticket.email
        else _("Tu respuesta le llega al chat.")
    )
    taken = _("Al responder tomas la conversación.")  # not inside the f-string: gettext would not find it
    return f"{said} {taken}" if row.is_waiting else said


def answered_where(comment: TicketComment) -> str:
    """Where it can be read now."""
    if not comment.is_in_chat:
        return _("Respondió por correo al solicitante.")
    if not comment.ticket.email:
        return _("Respondió en el chat.")
    return _("Respondió en el chat y por correo.")

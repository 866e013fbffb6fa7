"""The staff's queue of tickets (contract http.md §6)."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.authentication import BearerAuthentication
from apps.accounts.models import User
from apps.accounts.permissions import caller_in, needs
from apps.core.errors import Forbidden, Invalid
from apps.core.throttling import ListThrottle
from apps.core.views.base import valid
from apps.helpdesk import queue_selectors as selectors
from apps.helpdesk import queue_serializers as shapes
from apps.helpdesk.canned import canned_for
from apps.helpdesk.flow import TRANSITIONS
from apps.helpdesk.models import Ticket
from apps.helpdesk.services.changes import change_ticket, each_ticket
from apps.helpdesk.services.comments import add_comment
from apps.helpdesk.views.tickets import IntakeView

TAGS = ["casos"]
VIEW, CHANGE = needs("helpdesk.view_ticket"), needs("helpdesk.change_ticket")


def agent_in(request: Request) -> User:
    """Who of the team asks. Raises Forbidden for a token that names nobody here."""
    user = caller_in(request).user
    if user is None:
        raise Forbidden
    return user


def changes_in(given: dict[str, Any], by: User) -> dict[str, Any]:
    """The service's changes; raises Invalid for somebody who does not exist."""
    changes: dict[str, Any] = {name: given[name] for name in ("status", "priority", "kind") if name in given}
    if "assignee" in given:
        changes["assignee"] = _person(given["assignee"], by)
        changes["if_free"] = given["assignee"] == "me"
    if not changes:
        raise Invalid(_("Envía al menos un cambio: status, priority, kind o assignee."))
    return changes


def _person(wanted: Any, by: User) -> User | None:
    if wanted in {None, "none"}:
        return None
    if wanted == "me":
        return by
    person = User.objects.filter(pk=wanted).first()
    if person is None:
        raise Invalid.field("assignee", _("No hay nadie con ese id."), "not_found")
    return person


def detail(ticket: Ticket) -> dict[str, Any]:
    sender = ticket.conversation_id
    page = f"{reverse('admin:chat_conversation_of')}?{urlencode({'sender': sender})}"
    more = {
        "transitions": TRANSITIONS[ticket.status],
        "transcript": {"sender": sender, "url": page} if sender else None,
        "comments": selectors.comments_of(ticket),
        "events": selectors.events_of(ticket),
    }
    return {**shapes.TicketFacts(ticket).data, **shapes.TicketMore(more).data}


class TicketsView(IntakeView):
    """POST is for everybody who may ask for help; the rest is the team's."""

    @property
    def is_intake(self) -> bool:
        return self.request is None or self.request.method == "POST"  # None: the schema is being written

    def get_authenticators(self) -> list[BaseAuthentication]:
        return super().get_authenticators() if self.is_intake else [BearerAuthentication()]

    def get_permissions(self) -> Sequence[Any]:
        if self.is_intake:
            return super().get_permissions()
        return [(VIEW if self.request.method == "GET" else CHANGE)()]

    def get_throttles(self) -> list[Any]:
        return super().get_throttles() if self.is_intake else [ListThrottle()]

    @extend_schema(
        operation_id="tickets_list",
        tags=TAGS,
        parameters=[shapes.QueueQuery],
        responses=shapes.QueueOutput,
    )
    def get(self, request: Request) -> Response:
        """La cola de casos, por páginas de 50."""
        query = valid(shapes.QueueQuery, request.query_params)
        window = query.window()
        rows, total = selectors.tickets_page(window=window, by=caller_in(request).user, **query.filters())
        page = {"page": window.offset // window.limit + 1, "page_size": window.limit}
        return Response(shapes.QueueOutput({"items": rows, "total": total, **page}).data)

    @extend_schema(
        operation_id="tickets_bulk",
        tags=TAGS,
        request=shapes.TicketsBulkInput,
        responses=shapes.TicketsBulkOutput,
    )
    def patch(self, request: Request) -> Response:
        """El mismo cambio para varios casos; lo que no se pudo se dice caso por caso."""
        given, by = valid(shapes.TicketsBulkInput, request.data).validated_data, agent_in(request)
        changes, tickets = changes_in(given, by), selectors.tickets_by_ids(given["ids"])
        many = each_ticket(tickets, lambda one: change_ticket(ticket=one, by=by, **changes))
        found = {ticket.pk for ticket in tickets}
        missing = [
            {"id": str(pk), "code": "not_found", "message": _("No hay un caso con ese id.")}
            for pk in given["ids"]
            if pk not in found
        ]
        done = [str(ticket.pk) for ticket in many.done]
        return Response(shapes.TicketsBulkOutput({"done": done, "errors": many.errors + missing}).data)


class QueueView(APIView):
    permission_classes = (VIEW,)
    throttle_classes = (ListThrottle,)


class CountsView(QueueView):
    @extend_schema(operation_id="tickets_counts", tags=TAGS, responses=shapes.TicketCountsOutput)
    def get(self, request: Request) -> Response:
        """Cuántos casos esperan, y cuántos son tuyos, de nadie o están vencidos."""
        return Response(shapes.TicketCountsOutput(selectors.queue_counts(caller_in(request).user)).data)


class TicketView(QueueView):
    error_codes = ("409",)

    def get_permissions(self) -> list[Any]:
        return [(VIEW if self.request.method == "GET" else CHANGE)()]

    @extend_schema(operation_id="tickets_read", tags=TAGS, responses=shapes.TicketDetail)
    def get(self, request: Request, id: str) -> Response:
        """Un caso, por id o por número, con comentarios e historial."""
        return Response(detail(selectors.ticket_by(id)))

    @extend_schema(
        operation_id="tickets_update",
        tags=TAGS,
        request=shapes.TicketChangeInput,
        responses=shapes.TicketDetail,
    )
    def patch(self, request: Request, id: str) -> Response:
        """Cambia el estado, la prioridad, el tipo o el responsable."""
        given, by = valid(shapes.TicketChangeInput, request.data).validated_data, agent_in(request)
        ticket = selectors.ticket_by(id)
        change_ticket(ticket=ticket, by=by, version=given.get("version"), **changes_in(given, by))
        return Response(detail(selectors.ticket_by(id)))


class CommentsView(QueueView):
    permission_classes = (CHANGE,)
    error_codes = ("409",)

    @extend_schema(
        operation_id="tickets_comment",
        tags=TAGS,
        request=shapes.TicketCommentInput,
        responses={201: shapes.TicketCommentOutput},
    )
    def post(self, request: Request, id: str) -> Response:
        """Responde al solicitante, o deja una nota para el equipo.

        La respuesta va por correo; y al chat, si su conversación espera a una persona o la tienes tú.
        """
        given = valid(shapes.TicketCommentInput, request.data).validated_data
        comment = add_comment(
            ticket=selectors.ticket_by(id),
            by=agent_in(request),
            text=given["text"],
            is_public=given["public"],
            status=given.get("status"),
        )
        return Response(shapes.TicketCommentOutput(comment).data, status=201)


class CannedView(QueueView):
    @extend_schema(
        operation_id="canned_answers",
        tags=TAGS,
        parameters=[shapes.CannedQuery],
        responses=shapes.CannedListOutput,
    )
    def get(self, request: Request) -> Response:
        """Respuestas preparadas; con `ticket`, llenas para ese caso."""
        key = valid(shapes.CannedQuery, request.query_params).validated_data.get("ticket")
        ticket = selectors.ticket_by(key) if key else None
        items = canned_for(ticket, caller_in(request).user)
        return Response(shapes.CannedListOutput({"items": items}).data)

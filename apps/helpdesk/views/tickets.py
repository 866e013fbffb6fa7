"""The intake of tickets, and a student's own ones."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.authentication import OWN_RECORD
from apps.accounts.callers import caller_of
from apps.accounts.permissions import SignedIn, caller_in
from apps.accounts.service_token import has_service_token, is_open_to_all
from apps.core.errors import NotAuthenticated
from apps.core.network import request_address
from apps.core.throttling import ListThrottle, Policy, QuotaThrottle, quota
from apps.core.views.base import valid
from apps.helpdesk.models import Source, Ticket
from apps.helpdesk.queue_selectors import public_comments_of, ticket_by
from apps.helpdesk.selectors import own_tickets
from apps.helpdesk.serializers import (
    OwnCommentInput,
    OwnCommentOutput,
    OwnTicketsOutput,
    TicketInput,
    TicketOutput,
)
from apps.helpdesk.services.comments import add_own_comment
from apps.helpdesk.services.tickets import open_ticket
from apps.helpdesk.views.bot import GRANT, IDEMPOTENCY, idempotency_key, served_caller


class Intake(BasePermission):
    """HELPDESK_TOKEN or any valid access token; anybody under DEBUG while that token is unset."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        http = request._request
        if has_service_token(http) or caller_of(http).is_known or is_open_to_all():
            return True
        raise NotAuthenticated


class TicketThrottle(QuotaThrottle):
    """5 a minute per person; the action server opens those of all its students."""

    def policy(self) -> Policy:
        return Policy("ticket", 5, 60)

    def key(self, request: Request) -> str | None:
        return None if has_service_token(request._request) else super().key(request)


class IntakeView(APIView):
    authentication_classes = ()
    permission_classes = (Intake,)
    throttle_classes = (TicketThrottle,)
    error_codes = ("401",)

    @extend_schema(
        operation_id="open_ticket",
        tags=["casos"],
        parameters=[IDEMPOTENCY, GRANT],
        request=TicketInput,
        responses={200: TicketOutput},
    )
    def post(self, request: Request) -> Response:
        """Abre un caso. La misma petición, repetida, devuelve el primero."""
        ticket = open_ticket(
            data=valid(TicketInput, request.data).validated_data,
            idempotency_key=idempotency_key(request),
            **_asking(request),
        )
        text = _("Recibimos tu caso %(number)s. Te responderemos por correo.") % {"number": ticket.number}
        shown = {"ok": True, "ticket_id": ticket.pk, "id": ticket.pk, "number": ticket.number}
        return Response(TicketOutput({**shown, "message": text}).data)


def _asking(request: Request) -> dict[str, Any]:
    """Who proved to be who, and by which door they came. The action server's address is nobody's."""
    if has_service_token(request._request):
        return {"caller": served_caller(request), "source": Source.BOT}
    caller, address = caller_of(request._request), request_address(request._request) or ""
    if caller.is_known:
        return {"caller": caller, "source": Source.PERSON, "address": address}
    return {"caller": served_caller(request), "source": Source.OPEN, "address": address}


class OwnTicketsView(APIView):
    authentication_classes = OWN_RECORD
    permission_classes = (SignedIn,)
    throttle_classes = (ListThrottle,)

    @extend_schema(operation_id="own_tickets", tags=["casos"], responses={200: OwnTicketsOutput})
    def get(self, request: Request) -> Response:
        """Tus casos, el más reciente primero, con lo que te respondieron."""
        tickets = own_tickets(caller_in(request))
        comments = public_comments_of(tickets)
        return Response(OwnTicketsOutput({"tickets": tickets}, context={"comments": comments}).data)


class OwnCommentsView(APIView):
    permission_classes = (SignedIn,)
    throttle_classes = (quota("ticket_comment", 5),)
    error_codes = ("409",)

    @extend_schema(
        operation_id="own_ticket_comment",
        tags=["casos"],
        request=OwnCommentInput,
        responses={201: OwnCommentOutput},
    )
    def post(self, request: Request, id: str) -> Response:
        """Escribe en tu caso; si estaba resuelto, se abre de nuevo."""
        said, caller = valid(OwnCommentInput, request.data).validated_data, caller_in(request)
        ticket = ticket_by(id, Ticket.objects.of(caller))
        comment = add_own_comment(ticket=ticket, caller=caller, text=said["text"])
        return Response(OwnCommentOutput(comment).data, status=201)

"""The log of the chat for staff: lists, search, and what was not understood (contract http.md §7)."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import needs
from apps.core.openapi import either
from apps.core.throttling import ListThrottle
from apps.core.views.base import valid
from apps.logs import pages
from apps.logs.filters import TurnFilter
from apps.logs.models import ChatTurn
from apps.logs.selectors import top_failed
from apps.logs.serializers import turns as shapes

TAGS = ["registros"]


class StaffListView(APIView):
    permission_classes = (needs("logs.view_chatturn"),)
    throttle_classes = (ListThrottle,)
    error_codes = ("422",)


class TurnListView(StaffListView):
    """An array of the newest, or a page; which turns, and how one is written, is the subclass's."""

    only: ClassVar[dict[str, Any]] = {}

    def row(self, turn: ChatTurn) -> dict[str, Any]:
        raise NotImplementedError

    def answer(self, request: Request) -> Response:
        query = valid(shapes.TurnsQuery, request.query_params)
        wanted, given = query.wanted(**self.only), query.validated_data
        if not query.is_paged:
            limit, offset = given.get("limit", shapes.DEFAULT_LIMIT), given.get("offset", 0)
            return Response([self.row(turn) for turn in pages.newest(wanted, limit, offset)])
        if "after" in given:
            page = pages.after(wanted, given["after"], query.size)
        elif "before" in given:
            page = pages.before(wanted, given["before"], query.size)
        else:
            page = pages.numbered(wanted, given.get("page", 1), query.size)
        return Response(shapes.page_body(page, [self.row(turn) for turn in page.rows], query.size))


class TurnsView(TurnListView):
    def row(self, turn: ChatTurn) -> dict[str, Any]:
        return shapes.turn_row(turn)

    @extend_schema(
        operation_id="logs",
        tags=TAGS,
        parameters=[shapes.TurnsQuery],
        responses=either("LogsAnswer", shapes.TurnOutput, shapes.TurnsPageOutput),
    )
    def get(self, request: Request) -> Response:
        """Lo que se dijo, lo más reciente primero: una lista de 100, o por páginas."""
        return self.answer(request)


class FailedView(TurnListView):
    only: ClassVar[dict[str, Any]] = {"not_understood": True}

    def row(self, turn: ChatTurn) -> dict[str, Any]:
        return shapes.failed_row(turn)

    @extend_schema(
        operation_id="failed_logs",
        tags=TAGS,
        parameters=[shapes.TurnsQuery],
        responses=either("FailedAnswer", shapes.FailedOutput, shapes.FailedPageOutput),
    )
    def get(self, request: Request) -> Response:
        """Lo que el bot no entendió, lo más reciente primero."""
        return self.answer(request)


@extend_schema_view(get=extend_schema(operation_id="intent_failures"))
class FailuresView(FailedView):
    pass


class TopFailedView(StaffListView):
    @extend_schema(
        operation_id="failed_top",
        tags=TAGS,
        parameters=[shapes.TopQuery],
        responses=shapes.TopOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        """Las intenciones de lo que no se entendió, de la más frecuente a la menos."""
        given = valid(shapes.TopQuery, request.query_params).validated_data
        wanted = TurnFilter.of({**given, "not_understood": True})
        return Response(top_failed(wanted, given["limit"]))


@extend_schema_view(get=extend_schema(operation_id="intent_failures_top"))
class FailuresTopView(TopFailedView):
    pass

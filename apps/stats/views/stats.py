"""Figures by API (contract http.md §8)."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import caller_in, needs
from apps.core.throttling import ListThrottle
from apps.core.views.base import valid
from apps.stats import bodies
from apps.stats import serializers as shapes
from apps.stats.periods import Period
from apps.stats.topics import may_see_small

TAGS = ["estadísticas"]


def asked_period(request: Request) -> Period:
    return valid(shapes.PeriodQuery, request.query_params).period()


class FiguresView(APIView):
    permission_classes = (needs("stats.view_daystats"),)
    throttle_classes = (ListThrottle,)
    error_codes = ("422",)


class StatsView(FiguresView):
    @extend_schema(
        operation_id="stats", tags=TAGS, parameters=[shapes.PeriodQuery], responses=shapes.StatsOutput
    )
    def get(self, request: Request) -> Response:
        """Cifras de un periodo, por día y en total."""
        return Response(bodies.stats_body(asked_period(request)))


@extend_schema_view(get=extend_schema(operation_id="stats_twin"))
class StatsTwinView(StatsView):
    """`/api/stats`: two paths, one view; operation ids of the document may not repeat."""


class ConversationStatsView(FiguresView):
    @extend_schema(
        operation_id="stats_conversations",
        tags=TAGS,
        parameters=[shapes.PeriodQuery],
        responses=shapes.ConversationStats,
    )
    def get(self, request: Request) -> Response:
        """Qué pasó con las conversaciones: resueltas sin una persona, no entendidas, valoradas."""
        sees_all = may_see_small(role=caller_in(request).role)
        return Response(bodies.conversations_body(asked_period(request), sees_all=sees_all))


class RhythmStatsView(FiguresView):
    @extend_schema(
        operation_id="stats_rhythm",
        tags=TAGS,
        parameters=[shapes.PeriodQuery],
        responses=shapes.RhythmStats,
    )
    def get(self, request: Request) -> Response:
        """Mensajes por día de la semana y hora, y tiempo de respuesta por día."""
        return Response(bodies.rhythm_body(asked_period(request)))


class TicketStatsView(FiguresView):
    @extend_schema(
        operation_id="stats_tickets",
        tags=TAGS,
        parameters=[shapes.PeriodQuery],
        responses=shapes.KindTotal(many=True),
    )
    def get(self, request: Request) -> Response:
        """Casos abiertos en el periodo, por tipo, con lo que tardó la primera respuesta (minutos hábiles)."""
        return Response(bodies.kinds_body(asked_period(request)))

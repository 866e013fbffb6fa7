"""CSV files: how many staff took, and the one of these figures, a row for each day."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Count

from apps.core.dates import DaysQuery
from apps.logs.models import Export
from apps.stats.figures import Figures, ranked
from apps.stats.periods import Period, period_of
from apps.stats.selectors import period_figures
from apps.stats.tickets import opened_per_day

KIND = "stats"
MADE = ("done", "expired", "streamed")
COLUMNS = (
    *("fecha", "mensajes", "personas", "conversaciones", "resueltas_sin_persona", "pidieron_persona"),
    *("no_entendidos", "fallidos", "entendidos_porcentaje", "sirvio", "no_sirvio"),
    *("tiempo_medio_ms", "tiempo_p50_ms", "tiempo_p95_ms", "intencion_mas_frecuente", "casos_nuevos"),
)


def csv_exports(period: Period) -> dict[date, int]:
    """Of every day with any, how many files were made or sent (apps/logs: Export)."""
    rows = Export.objects.filter(day__gte=period.first, day__lte=period.last, state__in=MADE)
    counted = rows.order_by().values("day").annotate(count=Count("pk"))
    return {row["day"]: row["count"] for row in counted}


def csv_rows(filters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Rows of COLUMNS, oldest day first. `filters`: `desde` and `hasta` as a query has them."""
    query = DaysQuery(data={name: str(filters.get(name) or "") for name in ("desde", "hasta")})
    query.is_valid(raise_exception=True)
    period = period_of(query.validated_data.get("desde"), query.validated_data.get("hasta"))
    found, opened = period_figures(period), opened_per_day(period)
    for day in period.days:
        yield _row(day, found.of(day), opened.get(day, 0))


def _row(day: date, figures: Figures, opened: int) -> tuple[Any, ...]:
    top, share = ranked(figures.intents, 1), figures.understood_share
    return (
        *(day.isoformat(), figures.turns, figures.people, figures.conversations),
        *(figures.resolved, figures.asked_person, figures.not_understood, figures.failed),
        "" if share is None else round(share * 100, 1),
        *(figures.thumbs_up, figures.thumbs_down),
        "" if figures.average_ms is None else round(figures.average_ms),
        *(figures.latency_ms(0.5), figures.latency_ms(0.95)),
        *(top[0][0] if top else "", opened),
    )

"""The figures as API clients read them (contract http.md §8)."""

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Count

from apps.accounts.models import User
from apps.helpdesk.models import Kind, Status
from apps.intents.models import Intent
from apps.stats.exports import csv_exports
from apps.stats.figures import HOURS, Figures, Topics, ranked
from apps.stats.periods import Period
from apps.stats.selectors import PeriodFigures, period_figures
from apps.stats.tickets import TicketFigures, all_kinds, tickets_by_kind
from apps.stats.topics import told

TOP = 10
TOP_OF_DAY = 5
NEWEST_PEOPLE = 10


def stats_body(period: Period) -> dict[str, Any]:
    """§8, whole."""
    found = period_figures(period)
    total, exports = found.total, csv_exports(period)
    intents = [_total("intent", name, topic.count) for name, topic in ranked(total.intents, TOP)]
    per_day = [_total("fecha", day.isoformat(), found.of(day).turns) for day in period.days]
    distinct = len(ranked(total.intents))
    return {
        "total_logs": total.turns,
        "total_conversaciones": found.conversations,
        "total_mensajes": total.turns,
        "total_usuarios": User.objects.count(),
        "total_intents": Intent.objects.count(),
        "intents_distintos": distinct,
        "unique_intents": distinct,
        "total_exportaciones_csv": sum(exports.values()),
        "total_fallbacks": total.not_understood,
        "fallback_rate": _share(total.not_understood, total.to_bot) or 0.0,
        "avg_response_time_ms": _average(total),
        "latency_p50_ms": total.latency_ms(0.5),
        "latency_p95_ms": total.latency_ms(0.95),
        "intents_mas_usados": intents,
        "top_intents": intents,
        "ultimos_usuarios": _newest_people(),
        "usuarios_por_rol": _people_by_role(),
        "logs_por_dia": per_day,
        "actividad_por_dia": per_day,
        "exportaciones_por_dia": [_total("fecha", day.isoformat(), exports[day]) for day in sorted(exports)],
        "items": [_item(day, found.of(day)) for day in period.days],
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "total_days": period.length,
        "tickets": _tickets(all_kinds(tickets_by_kind(period))),
    }


def _total(name: str, value: str, count: int) -> dict[str, Any]:
    """Under both names that clients read."""
    return {name: value, "_id": value, "total": count, "count": count}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _average(figures: Figures) -> float:
    return round(figures.average_ms or 0.0, 1)


def _item(day: date, figures: Figures) -> dict[str, Any]:
    return {
        "date": day.isoformat(),
        "messages_count": figures.turns,
        "users_active": figures.people,
        "intents_top": [
            {"intent": name, "count": topic.count} for name, topic in ranked(figures.intents, TOP_OF_DAY)
        ],
        "avg_response_time_ms": _average(figures),
    }


def _newest_people() -> list[dict[str, Any]]:
    rows = User.objects.order_by("-created_at", "id")[:NEWEST_PEOPLE]
    return [
        {"id": str(p.pk), "_id": str(p.pk), "email": p.email, "nombre": p.nombre, "rol": p.rol} for p in rows
    ]


def _people_by_role() -> list[dict[str, Any]]:
    rows = User.objects.order_by().values("rol").annotate(count=Count("pk"))
    counts = {row["rol"]: row["count"] for row in rows}
    return [_total("rol", rol, counts[rol]) for rol in sorted(counts)]


def _tickets(figures: TicketFigures) -> dict[str, Any]:
    return {
        **{status: figures.by_status[status] for status in Status.values},
        "avg_first_response_minutes": figures.average_answer,
    }


def conversations_body(period: Period, *, sees_all: bool) -> dict[str, Any]:
    """What became of conversations. `sees_all` is False for who may not see people one by one."""
    found = period_figures(period)
    total = found.total
    return {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        **_people(found),
        "conversation_days": total.conversations,
        "resolved_without_person": total.resolved,
        "resolved_share": _share(total.resolved, total.conversations),
        "asked_person": total.asked_person,
        "fallback_rate": _share(total.not_understood, total.to_bot),
        "failed": total.failed,
        "thumbs_up": total.thumbs_up,
        "thumbs_down": total.thumbs_down,
        "not_understood": _topics(total.unclear, sees_all),
        "before_person": _topics(total.before_person, sees_all),
        "pending_days": found.pending_days,
    }


def _people(found: PeriodFigures) -> dict[str, Any]:
    since = found.people_from
    return {
        "people": found.people,
        "conversations": found.conversations,
        "people_are_exact": found.is_exact,
        "people_counted_once_from": since.isoformat() if since else None,
    }


def _topics(topics: Topics, sees_all: bool) -> list[dict[str, Any]]:
    return [
        {"intent": row.intent, "title": row.title, "total": row.count}
        for row in told(topics, limit=TOP, sees_all=sees_all)
    ]


def rhythm_body(period: Period) -> dict[str, Any]:
    """When people write, and how long the bot takes."""
    found = period_figures(period)
    hours = weekday_hours(found)
    return {
        "hours": [
            {"weekday": weekday, "hour": hour, "total": hours[weekday, hour]}
            for weekday in range(7)
            for hour in range(HOURS)
        ],
        "latency": [
            {
                "date": day.isoformat(),
                "p50_ms": found.of(day).latency_ms(0.5),
                "p95_ms": found.of(day).latency_ms(0.95),
            }
            for day in period.days
        ],
    }


def weekday_hours(found: PeriodFigures) -> Counter[tuple[int, int]]:
    """(0 for Monday, hour) → messages."""
    counts: Counter[tuple[int, int]] = Counter()
    for day, figures in found.days.items():
        for hour, count in enumerate(figures.hours):
            counts[day.weekday(), hour] += count
    return counts


def kinds_body(period: Period) -> list[dict[str, Any]]:
    """Cases by kind, each kind once."""
    by_kind = tickets_by_kind(period)
    return [
        {
            "kind": kind,
            "opened": by_kind[kind].opened,
            **_tickets(by_kind[kind]),
            "answered": by_kind[kind].answered,
            "avg_solution_minutes": by_kind[kind].average_solution,
        }
        for kind in Kind.values
    ]

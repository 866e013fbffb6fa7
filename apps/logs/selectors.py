"""What lists and figures of the log read, turns apart (filters.py, pages.py)."""

from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.core.text import storable
from apps.logs.filters import TurnFilter
from apps.logs.models import Export


def top_failed(wanted: TurnFilter, limit: int) -> list[dict[str, Any]]:
    """Intents of the turns that were not understood, the most frequent first."""
    rows = wanted.turns().values(
        name=Coalesce("intent", Value(""))
    )  # by the bare column SQLite reads all turns
    top = rows.annotate(count=Count("*")).order_by("-count", "name")[:limit]
    return [{"intent": row["name"] or _("sin intención"), "count": row["count"]} for row in top]


def exports_matching(*, usuario: str = "", tipo: str = "") -> QuerySet[Export]:
    """Newest first."""
    rows = Export.objects.select_related("user").order_by("-created_at", "id")
    if usuario:
        usuario = storable(usuario)
        rows = rows.filter(Q(email__icontains=usuario) | Q(user__nombre__icontains=usuario))
    return rows.filter(kind=storable(tipo)) if tipo else rows


def exports_per_day() -> list[dict[str, Any]]:
    """Of the last 366 days on which there were any, oldest first."""
    rows = Export.objects.order_by("-day").values("day").annotate(total=Count("pk"))[:366]
    return [{"date": row["day"].isoformat(), "total": row["total"]} for row in rows][::-1]

"""The cards on the index of Django admin: today beside yesterday, each leading to its rows."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.chat.engine import get_engine
from apps.core.charts import percent
from apps.intents.review_selectors import open_count
from apps.intents.stale import stale_counts
from apps.stats.model_card import model_card
from apps.stats.selectors import day_figures


def dashboard_cards(user: User) -> list[dict[str, Any]]:
    """Rows of {label, value, hint, url} for templates/admin/index.html."""
    today = timezone.localdate()
    now, before = day_figures(today), day_figures(today - timedelta(days=1))
    rows = reverse("admin:logs_chatturn_changelist")

    def rows_of(**filters: Any) -> str:
        return f"{rows}?{urlencode({'day': today.isoformat(), **filters})}"

    def card(label: str, value: Any, yesterday: Any, **filters: Any) -> dict[str, Any]:
        hint = _("Ayer: %(value)s") % {"value": yesterday}
        return {"label": label, "value": value, "hint": hint, "url": rows_of(**filters)}

    return [
        card(_("Mensajes de hoy"), now.turns, before.turns),
        card(_("Conversaciones de hoy"), now.senders, before.senders),
        card(
            _("Entendidos"),
            *(percent(day.understood_share, 0) for day in (now, before)),
            is_fallback__exact=0,
            error__isnull=True,
        ),
        card(_("Fallidos"), now.failed, before.failed, error__isnull=False),
        _review_card(),
        *([_stale_card(user)] if user.has_perm("intents.view_intent") else []),
        _engine_card(),
        model_card(user),
    ]


def _review_card() -> dict[str, Any]:
    hint = _("Grupos de mensajes por revisar")
    url = reverse("admin:intents_reviewgroup_changelist")
    return {"label": _("Bandeja de revisión"), "value": open_count(), "hint": hint, "url": url}


def _stale_card(user: User) -> dict[str, Any]:
    everybodys, own = stale_counts(user)
    return {
        "label": _("Respuestas por revisar"),
        "value": everybodys,
        "hint": _("Tuyas: %(own)d") % {"own": own},
        "url": f"{reverse('admin:intents_intent_changelist')}?falta=review",
    }


def _engine_card() -> dict[str, Any]:
    status = get_engine().status()
    name = {"rasa": "Rasa", "embedded": _("Motor embebido")}[status.engine]
    model = status.model_version or _("sin modelo")
    hint = f"{name} · {model}"
    return {
        "label": _("Motor del bot"),
        "value": _("Responde") if status.ok else _("No responde"),
        "hint": hint,
    }

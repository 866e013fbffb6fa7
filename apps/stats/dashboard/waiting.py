"""The second column of the dashboard: what waits for staff, and how the bot stands."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.chat.engine import get_engine
from apps.intents.review_selectors import open_count
from apps.intents.stale import stale_counts
from apps.stats import links
from apps.stats.dashboard.words import whole
from apps.stats.model_card import model_card
from apps.stats.tickets import waiting

Card = dict[str, Any]
"""{label, value, hint, url, is_text?, is_urgent?}"""


def waiting_cards(user: User) -> list[Card]:
    return [
        *_case_cards(),
        _review_card(),
        *([_stale_card(user)] if user.has_perm("intents.view_intent") else []),
        _engine_card(),
        model_card(user),
    ]


def _case_cards() -> list[Card]:
    counts = waiting()
    return [
        {
            "label": _("Casos sin responsable"),
            "value": whole(counts["unassigned"]),
            "hint": _("De %(all)s sin resolver") % {"all": whole(counts["all"])},
            "url": links.tickets(responsable="nadie", **links.ACTIVE),
        },
        {
            "label": _("Casos vencidos"),
            "value": whole(counts["overdue"]),
            "hint": _("Pasó su plazo de respuesta o de solución"),
            "url": links.overdue_tickets(),
            "is_urgent": bool(counts["overdue"]),
        },
    ]


def _review_card() -> Card:
    hint = _("Grupos de mensajes por revisar")
    url = reverse("admin:intents_reviewgroup_changelist")
    return {"label": _("Bandeja de revisión"), "value": whole(open_count()), "hint": hint, "url": url}


def _stale_card(user: User) -> Card:
    everybodys, own = stale_counts(user)
    return {
        "label": _("Respuestas por revisar"),
        "value": whole(everybodys),
        "hint": _("Tuyas: %(own)d") % {"own": own},
        "url": f"{reverse('admin:intents_intent_changelist')}?falta=review",
    }


def _engine_card() -> Card:
    status = get_engine().status()
    name = {"rasa": "Rasa", "embedded": _("Motor embebido")}[status.engine]
    model = status.model_version or _("sin modelo")
    return {
        "label": _("Motor del bot"),
        "value": _("Responde") if status.ok else _("No responde"),
        "hint": f"{name} · {model}",
        "is_text": True,
        "is_urgent": not status.ok,
    }

"""The card of the model on the index of Django admin: what goes on, else which one answers and how well."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.chat.engine import engine_name
from apps.core.admin import moment
from apps.core.charts import percent
from apps.intents.model_selectors import open_run, waiting_version
from apps.intents.services.versions import active_version


def model_card(user: Any) -> dict[str, Any]:
    """A training that runs, before a model that waits, before the active one."""
    engine = engine_name()
    run, waiting, active = open_run(), waiting_version(engine), active_version(engine)
    hint = _("Acierto %(share)s · %(moment)s") % _facts(active) if active else _("Todavía no se entrenó aquí")
    if run is not None:
        may_watch = user.has_perm("intents.view_trainingrun")
        url = reverse("admin:intents_trainingrun_change", args=[run.pk]) if may_watch else ""
        value = _("Entrenando: %(share)s") % {"share": percent(run.progress, 0)}
        return {**_card(value, hint), "url": url}
    if waiting is not None:
        page = "activate" if user.has_perm("intents.change_modelversion") and waiting.file else "change"
        url = reverse(f"admin:intents_modelversion_{page}", args=[waiting.pk])
        return {**_card(_("Un modelo espera tu decisión"), hint), "url": url}
    url = reverse("admin:intents_modelversion_changelist")
    return {**_card(active.name if active else _("Ninguno"), hint), "url": url}


def _card(value: str, hint: str) -> dict[str, Any]:
    return {"label": _("Modelo"), "value": value, "hint": hint, "is_text": True}


def _facts(active: Any) -> dict[str, str]:
    return {"share": percent(active.figures.get("accuracy")), "moment": moment(active.trained_at)}

"""Whether a new model may take over by itself, or waits for a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.charts import percent
from apps.intents.models import ModelVersion

JUDGED = {
    "accuracy": gettext_lazy("acierto"),
    "macro_f1": gettext_lazy("macro-F1"),
    "noisy_accuracy": gettext_lazy("acierto con errores de escritura"),
    "coverage": gettext_lazy("mensajes que responde"),
}
"""Figures that may not fall by more than MODEL_GATE_MARGIN."""


@dataclass(frozen=True, slots=True)
class Gate:
    """`reasons` are for staff: why it waits, or what was let pass."""

    passed: bool
    reasons: tuple[str, ...] = ()
    compared_with: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"passed": self.passed, "reasons": list(self.reasons), "compared_with": self.compared_with}


def judge(
    *,
    candidate: ModelVersion,
    active: ModelVersion | None,
    is_answering: bool,
    left: ModelVersion | None = None,
) -> Gate:
    """Not worse than the active one beyond the margin, and all saved conversations as expected.

    While nothing answers (`is_answering` is false) any model is better than none. `left` is a model of the
    same data that somebody went back from: what they decided is not undone here.
    """
    reasons = (*_failed_conversations(candidate.report), *_falls(candidate, active), *_went_back(left))
    compared_with = active.name if active else ""
    if reasons and not is_answering:
        note = _("No había ningún modelo en uso: se activa aunque el control no pase.")
        return Gate(True, (*reasons, note), compared_with)
    return Gate(not reasons, reasons, compared_with)


def _went_back(left: ModelVersion | None) -> tuple[str, ...]:
    if left is None:
        return ()
    text = _("Alguien volvió atrás desde un modelo con estos datos (%(name)s). Actívalo si lo quieres.")
    return (text % {"name": left.name},)


def _falls(candidate: ModelVersion, active: ModelVersion | None) -> tuple[str, ...]:
    if active is None:
        return ()
    margin = settings.ENV.MODEL_GATE_MARGIN
    found = []
    for key, label in JUDGED.items():
        before, now = active.figures.get(key), candidate.figures.get(key)
        if before is None or now is None or now >= before - margin - 1e-9:
            continue
        text = _("El %(figure)s baja de %(before)s a %(now)s.")
        found.append(text % {"figure": label, "before": percent(before), "now": percent(now)})
    return tuple(found)


def _failed_conversations(report: Mapping[str, Any]) -> tuple[str, ...]:
    failed = report.get("conversations", {}).get("failed", ())
    names = list(dict.fromkeys(row["name"] for row in failed))
    if not names:
        return ()
    shown = ", ".join(f"«{name}»" for name in names[:5]) + ("…" if len(names) > 5 else "")
    return (_("No pasan las conversaciones guardadas: %(names)s.") % {"names": shown},)

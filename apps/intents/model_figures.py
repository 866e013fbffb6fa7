"""A model's figures as staff read them, alone and beside another model's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.charts import NOTHING, percent
from apps.intents.models import ModelVersion

Kind = Literal["share", "count"]
SAME = 0.0005
"""Shares closer than this read the same."""
FIGURES: tuple[tuple[str, Any, Any, Kind], ...] = (
    (
        "accuracy",
        gettext_lazy("acierto"),
        gettext_lazy("De las frases que no vio, cuántas entiende bien."),
        "share",
    ),
    ("macro_f1", "macro-F1", gettext_lazy("Lo mismo, con todas las intenciones por igual."), "share"),
    (
        "noisy_accuracy",
        gettext_lazy("acierto con errores de escritura"),
        gettext_lazy("Las mismas frases, mal escritas."),
        "share",
    ),
    ("unaccented_accuracy", gettext_lazy("acierto sin tildes"), "", "share"),
    ("typo_accuracy", gettext_lazy("acierto con letras cambiadas"), "", "share"),
    (
        "coverage",
        gettext_lazy("mensajes que responde"),
        gettext_lazy("Los que superan el umbral de confianza."),
        "share",
    ),
    (
        "precision",
        gettext_lazy("acierto al responder"),
        gettext_lazy("De los que responde, cuántos bien."),
        "share",
    ),
    ("n_intents", gettext_lazy("intenciones"), "", "count"),
    ("n_examples", gettext_lazy("ejemplos"), "", "count"),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """`word` says better, worse or the same: colour is never the only sign. Counts are neither."""

    text: str
    word: str = ""
    mood: Literal["better", "worse", "same", ""] = ""


@dataclass(frozen=True, slots=True)
class Figure:
    key: str
    label: str
    help: str
    value: str
    other: str = ""
    difference: Difference | None = None


def figures_of(version: ModelVersion, beside: ModelVersion | None = None) -> list[Figure]:
    """Those that the model has, with the difference from `beside` where both have it."""
    rows = []
    for key, label, text, kind in FIGURES:
        value, other = version.figures.get(key), beside.figures.get(key) if beside else None
        if value is None:
            continue
        rows.append(
            Figure(
                key,
                str(label),
                str(text),
                told(value, kind),
                told(other, kind),
                _difference(value, other, kind),
            )
        )
    return rows


def told(value: float | None, kind: Kind = "share") -> str:
    if value is None:
        return NOTHING
    return percent(value) if kind == "share" else number_format(value)


def _difference(value: float, other: float | None, kind: Kind) -> Difference | None:
    if other is None:
        return None
    if kind == "share":
        return share_difference(value, other)
    if value == other:
        return Difference(_("igual"), mood="same")
    return Difference(f"{_sign(value - other)}{number_format(abs(value - other))}")


def share_difference(value: float, other: float) -> Difference:
    """In percentage points."""
    change = value - other
    if abs(change) < SAME:
        return Difference(_("igual"), mood="same")
    points = f"{_sign(change)}{number_format(abs(round(change * 100, 1)), 1)}"
    text = _("%(points)s puntos") % {"points": points}
    return Difference(text, _("mejor"), "better") if change > 0 else Difference(text, _("peor"), "worse")


def _sign(change: float) -> str:
    return "+" if change > 0 else "−"


def gate_words(version: ModelVersion) -> tuple[str, list[str]]:
    """What the gate said in one sentence, and its reasons."""
    gate: Mapping[str, Any] = version.gate or {}
    reasons = [str(reason) for reason in gate.get("reasons", ())]
    if not gate:
        return _("No pasó por el control."), reasons
    if not gate.get("passed"):
        return _("No pasó el control:"), reasons
    return (_("Pasó el control, con avisos:") if reasons else _("Pasó el control.")), reasons


def state_words(version: ModelVersion, active: ModelVersion | None) -> str:
    if active is not None and version.pk == active.pk:
        return _("Es el modelo activo: responde a los estudiantes.")
    if version.decision == ModelVersion.Decision.WAITING:
        return _("Espera una decisión: no está activo.")
    if version.decision == ModelVersion.Decision.ACTIVATED:
        return _("Estuvo activo; ahora responde otro.")
    return _("No se activó: otro más nuevo tomó su lugar.")

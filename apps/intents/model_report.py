"""Charts and tables of a model's report: per intent, confusions, likely mistakes, the trend over versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from apps.core.charts import NOTHING, Cell, Chart, Series, percent
from apps.intents.model_figures import SAME, Difference, share_difference
from apps.intents.models import ModelVersion

Links = Mapping[str, str]
WORST = 20
Row = dict[str, Any]


def rows_of(version: ModelVersion, key: str) -> list[Row]:
    """A list of the report; models made before it was written have none."""
    return list((version.report or {}).get(key) or ())


def named_intents(version: ModelVersion) -> set[str]:
    """Every intent that the report speaks of."""
    names = {row["intent"] for key in ("intents", "suspects") for row in rows_of(version, key)}
    names |= {row.get("guess", "") for row in rows_of(version, "suspects")}
    return names | {row[side] for row in rows_of(version, "confusions") for side in ("truth", "guess")}


def trend_chart(versions: Sequence[ModelVersion], url_of: Any) -> Chart:
    """Of each version, oldest first."""
    lines = (
        ("accuracy", _("acierto")),
        ("macro_f1", "macro-F1"),
        ("noisy_accuracy", _("acierto con errores de escritura")),
        ("coverage", _("mensajes que responde")),
    )
    series = [Series(name, [row.figures.get(key) for row in versions]) for key, name in lines]
    newest_first = [
        [Cell(row.name, url_of(row)), *(Cell(percent(row.figures.get(key))) for key, _name in lines)]
        for row in reversed(versions)
    ]
    return Chart(
        key="trend",
        title=_("Las últimas %(count)d versiones") % {"count": len(versions)},
        kind="line",
        labels=[date_format(timezone.localtime(row.trained_at), "j b, H:i") for row in versions],
        series=series,
        is_share=True,
        columns=[_("versión"), *(name for _key, name in lines)],
        rows=newest_first,
    )


def intents_chart(version: ModelVersion, links: Links) -> Chart:
    """Bars of the worst; the table behind has all, worst first."""
    rows = sorted(rows_of(version, "intents"), key=lambda row: (row.get("f1") or 0, row["intent"]))
    worst = rows[:WORST]
    return Chart(
        key="intents",
        title=_("Las intenciones que peor entiende (F1)") if len(rows) > WORST else _("F1 de cada intención"),
        kind="hbar",
        labels=[row["intent"] for row in worst],
        series=[Series("F1", [row.get("f1") for row in worst])],
        is_share=True,
        columns=[_("intención"), _("precisión"), _("exhaustividad"), "F1", _("ejemplos")],
        rows=[
            [
                Cell(row["intent"], links.get(row["intent"], "")),
                *(Cell(percent(row.get(key))) for key in ("precision", "recall", "f1")),
                Cell(number_format(row["examples"]) if row.get("examples") is not None else NOTHING),
            ]
            for row in rows
        ],
    )


def coverage_chart(version: ModelVersion) -> Chart:
    """What the threshold decides: how much is answered, and how much of that is right."""
    points = sorted(rows_of(version, "coverage_curve"), key=lambda point: point["threshold"])
    threshold = version.figures.get("threshold")
    mark = (
        (threshold, _("umbral: %(share)s") % {"share": percent(threshold, 0)})
        if threshold is not None
        else None
    )
    return Chart(
        key="coverage",
        title=_("Cuánto responde y cuánto acierta, según el umbral"),
        kind="line",
        labels=[percent(point["threshold"], 0) for point in points],
        label_name=_("umbral"),
        series=[
            Series(_("mensajes que responde"), [point.get("coverage") for point in points]),
            Series(_("acierto al responder"), [point.get("precision") for point in points]),
        ],
        is_share=True,
        places=[point["threshold"] for point in points],
        mark=mark,
    )


def confusions(version: ModelVersion, links: Links) -> list[Row]:
    """Most frequent first, with both intents' pages."""
    rows = sorted(rows_of(version, "confusions"), key=lambda row: -row.get("count", 0))
    return [
        {**row, "truth": _named(row["truth"], links), "guess": _named(row["guess"], links)} for row in rows
    ]


def suspects(version: ModelVersion, links: Links) -> list[Row]:
    return [
        {
            **row,
            "intent": _named(row["intent"], links),
            "guess": _named(row.get("guess", ""), links),
            "confidence": percent(row.get("confidence"), 0),
        }
        for row in rows_of(version, "suspects")
    ]


def _named(name: str, links: Links) -> Cell:
    return Cell(name, links.get(name, ""))


@dataclass(frozen=True, slots=True)
class IntentChange:
    """An intent's F1 in two models; "–" where it is not known to one of them."""

    intent: Cell
    before: str
    now: str
    difference: Difference


def intent_changes(new: ModelVersion, old: ModelVersion, links: Links) -> list[IntentChange]:
    """Intents whose F1 differs, or that only one of them knows; the largest difference first."""
    now, before = ({row["intent"]: row.get("f1") for row in rows_of(v, "intents")} for v in (new, old))
    if not now or not before:
        return []
    changes = []
    for name in sorted({*now, *before}):
        a, b = before.get(name), now.get(name)
        if a is not None and b is not None and abs(b - a) < SAME:
            continue
        changes.append(
            (abs((b or 0) - (a or 0)), IntentChange(_named(name, links), percent(a), percent(b), _said(a, b)))
        )
    return [change for _size, change in sorted(changes, key=lambda pair: -pair[0])]


def _said(before: float | None, now: float | None) -> Difference:
    if before is None or now is None:
        return Difference(_("nueva") if before is None else _("ya no está"))
    return share_difference(now, before)

"""Charts of staff's pages: drawn by static/js/charts.js, a real table behind each (admin/_chart.html)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.forms import Script
from django.utils.formats import number_format

NOTHING = "–"
SCRIPTS = (
    Script("vendor/chart.js/chart.umd.min.js", defer=True),
    Script("js/charts.js", defer=True),
)
STYLES = ("css/charts.css",)
"""Both for a page's Media."""


def percent(share: float | None, digits: int = 1) -> str:
    """A share of 0 to 1 as people read it: 98,3 %."""
    return NOTHING if share is None else f"{number_format(round(share * 100, digits), digits)}\u00a0%"


def percent_down(share: float) -> str:
    """Downwards, for what is held against a threshold: 69.97 % is not the 70 % that it missed."""
    tenths = int(share * 1000 + 1e-6)
    return f"{number_format(tenths / 10, 0 if tenths % 10 == 0 else 1)} %"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; with `url` it is a link. `style` is a class of charts.css."""

    text: str
    url: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one colour of bars; None where there is no value."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """`key` is unique on its page. With `places` a line's points stand at those numbers, else at its labels.

    `mark` is a place with its name, drawn as an upright line. Without `rows` the table says the values.
    `links` has an address for every label: a click on the chart leads there.
    """

    key: str
    title: str
    kind: Literal["line", "bar", "hbar"]
    labels: Sequence[str]
    series: Sequence[Series]
    label_name: str = ""
    is_share: bool = False
    places: Sequence[float] = ()
    mark: tuple[float, str] | None = None
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()
    links: Sequence[str] = ()

    @property
    def is_empty(self) -> bool:
        return not self.labels

    @property
    def data(self) -> dict[str, Any]:
        """What charts.js reads."""
        return {
            "kind": self.kind,
            "labels": list(self.labels),
            "series": [{"name": line.name, "values": list(line.values)} for line in self.series],
            "isShare": self.is_share,
            "places": list(self.places),
            "links": list(self.links),
            "mark": {"at": self.mark[0], "name": self.mark[1]} if self.mark else None,
        }

    @property
    def table_columns(self) -> list[str]:
        return list(self.columns) or [self.label_name, *(line.name for line in self.series)]

    @property
    def table_rows(self) -> list[list[Cell]]:
        if self.rows:
            return [list(row) for row in self.rows]
        return [
            [Cell(label), *(Cell(self.told(line.values[place])) for line in self.series)]
            for place, label in enumerate(self.labels)
        ]

    def told(self, value: float | None) -> str:
        if self.is_share:
            return percent(value)
        return NOTHING if value is None else number_format(value)

"""Numbers of the dashboard as people read them."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from apps.core.charts import NOTHING, percent
from apps.stats.crowds import ENOUGH


def whole(value: int | None) -> str:
    return NOTHING if value is None else number_format(value, force_grouping=True)


def few() -> str:
    """Instead of a number that could name somebody."""
    return _("menos de %(count)d") % {"count": ENOUGH}


def people(count: int, sees_all: bool) -> str:
    """How many; how few is kept back from who may not see everything."""
    return few() if not sees_all and 0 < count < ENOUGH else whole(count)


def change(now: float, before: float) -> str:
    """`12 % más que antes (1.204)`."""
    words = {"before": whole(round(before))}
    if not before:
        return _("Nada en el periodo anterior") if now else _("Igual que en el periodo anterior")
    share = (now - before) / before
    if round(abs(share) * 100) == 0:
        return _("Igual que antes (%(before)s)") % words
    words["share"] = percent(abs(share), 0)
    if share > 0:
        return _("%(share)s más que antes (%(before)s)") % words
    return _("%(share)s menos que antes (%(before)s)") % words


def change_in_points(now: float | None, before: float | None) -> str:
    """Of shares of 0 to 1."""
    if now is None or before is None:
        return _("Nada en el periodo anterior")
    points = round((now - before) * 100)
    words = {"points": abs(points), "before": percent(before, 0)}
    if not points:
        return _("Igual que antes (%(before)s)") % words
    if points > 0:
        return _("%(points)d puntos más que antes (%(before)s)") % words
    return _("%(points)d puntos menos que antes (%(before)s)") % words


def seconds(milliseconds: float | None) -> str:
    """`320 ms`, `1,4 s`."""
    if milliseconds is None:
        return NOTHING
    if milliseconds < 1000:
        return f"{whole(round(milliseconds))} ms"
    return f"{number_format(round(milliseconds / 1000, 1), 1)} s"


def duration(minutes: float | None) -> str:
    """Of business minutes: `45 min`, `3,5 h`."""
    if minutes is None:
        return NOTHING
    if minutes < 90:
        return f"{whole(round(minutes))} min"
    return f"{number_format(round(minutes / 60, 1), 1)} h"

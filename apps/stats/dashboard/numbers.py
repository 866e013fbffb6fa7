"""The first rows of the dashboard: four numbers with their change, and facts; each leads to its rows."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.charts import percent
from apps.stats import links
from apps.stats.dashboard.words import change, change_in_points, duration, few, people, whole
from apps.stats.figures import Figures
from apps.stats.selectors import PeriodFigures
from apps.stats.tickets import TicketFigures, all_kinds, waiting

ByKind = dict[str, TicketFigures]


@dataclass(frozen=True, slots=True)
class Number:
    """Without `url` it is no link."""

    label: str
    value: str
    hint: str = ""
    url: str = ""


def numbers(
    now: PeriodFigures, before: PeriodFigures, by_kind: ByKind, by_kind_before: ByKind, *, sees_all: bool
) -> list[Number]:
    period, total, earlier = now.period, now.total, before.total
    return [
        Number(_("Mensajes"), whole(total.turns), change(total.turns, earlier.turns), links.turns(period)),
        _people(now, before, sees_all=sees_all),
        Number(
            _("Entendidos"),
            percent(total.understood_share, 0),
            change_in_points(total.understood_share, earlier.understood_share),
            links.turns(period, **links.UNDERSTOOD),
        ),
        _cases(all_kinds(by_kind).opened, all_kinds(by_kind_before).opened),
    ]


def _people(now: PeriodFigures, before: PeriodFigures, *, sees_all: bool) -> Number:
    """How few they are is kept back from who may not see everything."""
    url = links.conversations(now.period)
    value = people(now.people, sees_all)
    is_told = value != few() and people(before.people, sees_all) != few()
    hint = change(now.people, before.people) if is_told else ""
    return Number(_("Personas"), value if now.is_exact else f"≈ {value}", hint, url)


def _cases(opened: int, opened_before: int) -> Number:
    hint = _("Nuevos en el periodo: %(now)s; en el anterior: %(before)s") % {
        "now": whole(opened),
        "before": whole(opened_before),
    }
    return Number(_("Casos sin resolver"), whole(waiting()["all"]), hint, links.tickets(**links.ACTIVE))


def facts(now: PeriodFigures, by_kind: ByKind) -> list[Number]:
    period, total = now.period, now.total
    return [
        Number(
            _("Resueltas sin una persona"),
            percent(total.resolved / total.conversations if total.conversations else None, 0),
            _("%(count)s de %(all)s conversaciones") % _of(total),
            links.without_a_case(period),
        ),
        Number(
            _("Pidieron una persona"),
            whole(total.asked_person),
            _("Casos para hablar con alguien"),
            links.tickets(period, kind__exact="humano"),
        ),
        Number(
            _("Respuestas que sirvieron"),
            percent(_share(total.thumbs_up, total.thumbs_down), 0),
            _("%(up)s sí, %(down)s no") % {"up": whole(total.thumbs_up), "down": whole(total.thumbs_down)},
            links.turns(period, valoracion="up"),
        ),
        Number(
            _("Respuestas que no sirvieron"),
            whole(total.thumbs_down),
            _("Según los estudiantes"),
            links.turns(period, valoracion="down"),
        ),
        Number(
            _("No entendidos"),
            whole(total.not_understood),
            percent(total.not_understood / total.to_bot if total.to_bot else None),
            links.turns(period, **links.NOT_UNDERSTOOD),
        ),
        Number(
            _("Fallidos"),
            whole(total.failed),
            _("El motor no respondió"),
            links.turns(period, **links.FAILED),
        ),
        _first_answer(all_kinds(by_kind), links.tickets(period)),
    ]


def _first_answer(figures: TicketFigures, url: str) -> Number:
    hint = _("%(count)s casos contestados; tiempo hábil") % {"count": whole(figures.answered)}
    return Number(_("Primera respuesta a un caso"), duration(figures.average_answer), hint, url)


def _of(total: Figures) -> dict[str, str]:
    return {"count": whole(total.resolved), "all": whole(total.conversations)}


def _share(up: int, down: int) -> float | None:
    return up / (up + down) if up + down else None

"""The charts of the dashboard: each with its table, each point and bar leading to its rows."""

from collections.abc import Sequence

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from apps.core.charts import Cell, Chart, Series
from apps.helpdesk.models import Kind
from apps.stats import links
from apps.stats.bodies import weekday_hours
from apps.stats.dashboard.spans import Span, spans_of, step_name
from apps.stats.dashboard.words import duration, few, people, seconds, whole
from apps.stats.figures import HOURS, Topic, Topics
from apps.stats.people_asked import NOT_UNDERSTOOD
from apps.stats.periods import Period
from apps.stats.selectors import PeriodFigures
from apps.stats.tickets import TicketFigures
from apps.stats.topics import STEPS, Told, parted, told

TOP = 10


def charts(found: PeriodFigures, by_kind: dict[str, TicketFigures], *, sees_all: bool) -> list[Chart]:
    """Only those that have something to show."""
    period, spans = found.period, spans_of(found)
    unclear, before = found.total.unclear, found.total.before_person
    made = [
        _messages(period, spans, sees_all),
        _topics("intents", _("Lo que más preguntan"), found.total.intents, period, sees_all),
        _topics("unclear", _("Lo que no se entendió, por lo que más se parecía"), unclear, period, sees_all),
        _hours(found),
        _latency(period, spans),
        _topics("before-person", _("Lo que preguntan antes de pedir una persona"), before, period, sees_all),
        _kinds(period, by_kind),
    ]
    return [chart for chart in made if chart.labels]


def _messages(period: Period, spans: Sequence[Span], sees_all: bool) -> Chart:
    turns = [span.figures.turns for span in spans]
    missed = [span.figures.not_understood + span.figures.failed for span in spans]
    return Chart(
        key="messages",
        title=_("Mensajes"),
        kind="bar" if len(spans) == 1 else "line",
        labels=[span.label for span in spans] if any(turns) else [],
        series=[Series(_("Mensajes"), turns), Series(_("Sin respuesta útil"), missed)],
        links=[links.turns(span.period) for span in spans],
        columns=(
            *(step_name(period), _("Mensajes"), _("No entendidos"), _("Fallidos")),
            *(_("Personas"), _("Resueltas sin una persona")),
        ),
        rows=[_row(span, sees_all) for span in reversed(spans) if span.figures.turns],
    )


def _row(span: Span, sees_all: bool) -> list[Cell]:
    """People and conversations of several days would count some twice: of single days alone."""
    figures, is_day = span.figures, span.period.length == 1
    return [
        Cell(span.label, links.turns(span.period)),
        Cell(whole(figures.turns), links.turns(span.period)),
        Cell(whole(figures.not_understood), links.turns(span.period, **links.NOT_UNDERSTOOD)),
        Cell(whole(figures.failed), links.turns(span.period, **links.FAILED)),
        Cell(people(figures.people, sees_all) if is_day else "–"),
        Cell(whole(figures.resolved)),
    ]


def _topics(key: str, title: str, topics: Topics, period: Period, sees_all: bool) -> Chart:
    """Topics of few people have no bar where small numbers are kept back, and lead nowhere.

    Greetings, a yes or a new beginning are no topic: one last row of the table says how many there were.
    """
    asked, steps = parted(topics)
    rows = told(asked, limit=TOP, sees_all=sees_all)
    shown = [row for row in rows if row.count is not None]
    urls = {row.intent: _topic_url(key, row.intent, period) for row in shown}
    return Chart(
        key=key,
        title=title,
        kind="hbar",
        labels=[row.title for row in shown],
        series=[Series(_("Veces"), [row.count for row in shown])],
        links=[urls[row.intent] for row in shown],
        columns=(_("Intención"), _("Veces")),
        rows=[
            *(_topic_row(row, urls.get(row.intent, "")) for row in rows),
            *_steps_rows(key, steps, period, sees_all),
        ],
    )


def _steps_rows(key: str, steps: Topic, period: Period, sees_all: bool) -> list[list[Cell]]:
    if not steps.count:
        return []
    is_told = sees_all or not steps.is_small
    url = _topic_url(key, "", period) if is_told else ""
    row = Told("", _("Saludos y pasos de la conversación"), steps.count if is_told else None)
    return [_topic_row(row, url)]


def _topic_row(row: Told, url: str) -> list[Cell]:
    return [Cell(row.title, url), Cell(few() if row.count is None else whole(row.count), url)]


def _topic_url(key: str, intent: str, period: Period) -> str:
    """What was asked before a person leads to those cases: which turn it was is not kept. "": the steps."""
    if key == "before-person":
        return links.tickets(period, kind__exact=Kind.HUMANO)
    filters = links.NOT_UNDERSTOOD if key == "unclear" or intent == NOT_UNDERSTOOD else {}
    if not intent:
        return links.turns(period, intent__in=",".join(sorted(STEPS)), **filters)
    return links.turns(period, intent=intent, **filters)


def _hours(found: PeriodFigures) -> Chart:
    """Bars for the hours of the day; behind them the week, hour by hour."""
    period, counts = found.period, weekday_hours(found)
    per_hour = [sum(counts[weekday, hour] for weekday in range(7)) for hour in range(HOURS)]
    busiest = max(counts.values(), default=0)
    hours = [f"{hour}:00" for hour in range(HOURS)] if busiest else []
    return Chart(
        key="hours",
        title=_("A qué hora escriben"),
        kind="bar",
        labels=hours,
        series=[Series(_("Mensajes"), per_hour)],
        links=[links.turns_at(period, hour) for hour in range(HOURS)],
        columns=(_("Hora"), *(str(WEEKDAYS_ABBR[weekday]) for weekday in range(7))),
        rows=[
            [
                Cell(label, links.turns_at(period, hour)),
                *(_heat(period, counts[weekday, hour], busiest, hour, weekday) for weekday in range(7)),
            ]
            for hour, label in enumerate(hours)
        ],
    )


def _heat(period: Period, count: int, busiest: int, hour: int, weekday: int) -> Cell:
    if not count:
        return Cell("")
    level = 1 + min(4, count * 5 // (busiest + 1))
    return Cell(whole(count), links.turns_at(period, hour, weekday), f"heat-{level}")


def _latency(period: Period, spans: Sequence[Span]) -> Chart:
    answered = [span for span in spans if span.figures.answered]
    halves, most = (
        [span.figures.latency_ms(share) if span.figures.answered else None for span in spans]
        for share in (0.5, 0.95)
    )
    names = (_("La mitad tarda como mucho"), _("95 de cada 100 tardan como mucho"))
    return Chart(
        key="latency",
        title=_("Tiempo de respuesta del bot (ms)"),
        kind="bar" if len(spans) == 1 else "line",
        labels=[span.label for span in spans] if answered else [],
        series=[Series(names[0], halves), Series(names[1], most)],
        links=[links.turns(span.period) for span in spans],
        columns=(step_name(period), *names),
        rows=[
            [
                Cell(span.label, links.turns(span.period)),
                *(Cell(seconds(span.figures.latency_ms(share))) for share in (0.5, 0.95)),
            ]
            for span in reversed(answered)
        ],
    )


def _kinds(period: Period, by_kind: dict[str, TicketFigures]) -> Chart:
    opened = [kind for kind in Kind if by_kind[kind].opened]
    urls = [links.tickets(period, kind__exact=kind.value) for kind in opened]
    return Chart(
        key="kinds",
        title=_("Casos nuevos, por tipo"),
        kind="hbar",
        labels=[str(kind.label) for kind in opened],
        series=[Series(_("Casos"), [by_kind[kind].opened for kind in opened])],
        links=urls,
        columns=(_("Tipo"), _("Casos"), _("Sin resolver"), _("Primera respuesta"), _("Solución")),
        rows=[_kind_row(kind, by_kind[kind], url) for kind, url in zip(opened, urls, strict=True)],
    )


def _kind_row(kind: Kind, figures: TicketFigures, url: str) -> list[Cell]:
    active = figures.by_status["open"] + figures.by_status["pending"]
    return [
        Cell(str(kind.label), url),
        Cell(whole(figures.opened), url),
        Cell(whole(active)),
        Cell(duration(figures.average_answer)),
        Cell(duration(figures.average_solution)),
    ]

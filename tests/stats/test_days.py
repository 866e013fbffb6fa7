"""A day's figures say what its rows say: counted once, and again when something of it changes later."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from apps.logs.changes import mark, note_turn
from apps.logs.models import ChangedDay, ChatTurn, Feedback
from apps.logs.services import TurnRecord, complete_turn, give_feedback, record_turn
from apps.stats import services
from apps.stats.exports import COLUMNS, csv_rows
from apps.stats.figures import Figures
from apps.stats.latency import ERROR
from apps.stats.models import DayStats
from apps.stats.periods import Period
from apps.stats.retention import before_turns_go
from apps.stats.selectors import PeriodFigures, period_figures
from tests.stats.rows import day_ago, opened, plain_figures, random_rows, said

pytestmark = pytest.mark.django_db


def figures(first: int = 30, last: int = 0) -> PeriodFigures:
    return period_figures(Period(day_ago(first), day_ago(last)))


def shown(found: PeriodFigures) -> dict[str, Any]:
    """As plain_figures() tells them, without the percentiles."""
    total = found.total
    return {
        "turns": total.turns,
        "failed": total.failed,
        "not_understood": total.not_understood,
        "latency_sum_ms": total.latency_sum_ms,
        "intents": {name: topic.count for name, topic in total.intents.items()},
        "hours": {hour: count for hour, count in enumerate(total.hours) if count},
        "people": found.people,
        "conversations": found.conversations,
        "conversation_days": total.conversations,
        "resolved": total.resolved,
        "asked_person": total.asked_person,
        "thumbs": (total.thumbs_up, total.thumbs_down),
    }


def assert_right(first: int, last: int = 0) -> None:
    """What is kept says what the rows say; percentiles within their error and a rounded millisecond."""
    found, plain = figures(first, last), plain_figures(day_ago(first), day_ago(last))
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        exact = plain.pop(name)
        assert found.total.latency_ms(share) == pytest.approx(exact, abs=ERROR * exact + 0.5)
    assert shown(found) == plain


@contextmanager
def turns_read() -> Iterator[list[str]]:
    """The queries on turns that read more than the first one's day."""
    said: list[str] = []
    with CaptureQueriesContext(
        connection,
    ) as queries:
        yield said
    said += [q["sql"] for q in queries if "logs_chatturn" in q["sql"] and "LIMIT 1" not in q["sql"]]


@pytest.mark.engines
def test_what_is_kept_says_what_the_rows_say(
    student: User, soporte: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Random turns, some of today folded and some not; read twice, changed, read again."""
    rng = random.Random(20260101)
    random_rows(rng, [student, soporte], days=6, turns=160)
    monkeypatch.setattr(services, "FOLD_AT", 5)
    for first, last in ((5, 0), (5, 0), (4, 2), (0, 0)):
        assert_right(first, last)
    random_rows(random.Random(7), [student], days=6, turns=40)
    for days_ago in range(6):
        mark(day_ago(days_ago))
    assert_right(5)
    assert ChangedDay.objects.count() <= 1  # today's own, when nothing of it was kept
    assert DayStats.objects.filter(until=None).count() == 5


def test_a_closed_day_is_counted_once_and_costs_no_turns_any_more() -> None:
    for days_ago in (3, 2, 1):
        said(days_ago)
    with turns_read() as first:
        assert figures().total.turns == 3
    with turns_read() as second:
        assert figures().total.turns == 3
    assert len(first) > len(second)
    assert all("timestamp" in sql or "day" in sql for sql in second)
    with turns_read() as past:
        assert figures(30, 1).total.turns == 3
    assert past == []


@pytest.mark.engines
def test_what_changes_later_is_counted_again() -> None:
    turn = said(intent=None, request_id="peticion-1")
    assert figures().total.intents == {}
    complete_turn(
        turn_id=turn.pk,
        intent="horario",
        confidence=0.9,
        is_fallback=True,
        model_version="m",
        said_at=turn.timestamp,
    )
    give_feedback(request_id="peticion-1", sender_id="web-1", value="down")
    found = figures().total
    assert (found.intents["horario"].count, found.not_understood, found.thumbs_down) == (1, 1, 1)
    give_feedback(request_id="peticion-1", sender_id="web-1", value="up")
    found = figures().total
    assert (found.thumbs_up, found.thumbs_down) == (1, 0)
    assert not ChangedDay.objects.exists()
    said(2)
    mark(day_ago(2))
    assert figures().total.turns == 2


def test_new_turns_and_opinions_of_today_leave_no_mark() -> None:
    record = TurnRecord(request_id="peticion-2", sender_id="web-2", user_message="hola", engine="embedded")
    turn = record_turn(record)
    assert turn is not None
    give_feedback(request_id="peticion-2", sender_id="web-2", value="up")
    complete_turn(
        turn_id=turn.pk,
        intent="saludo",
        confidence=1,
        is_fallback=False,
        model_version="m",
        said_at=turn.timestamp,
    )
    assert not ChangedDay.objects.exists()
    found = figures().total
    assert (found.turns, found.thumbs_up, found.intents["saludo"].count) == (1, 1, 1)


def test_a_turn_that_was_written_late_marks_its_day_even_if_that_is_today(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What of today is old enough may be counted already."""
    monkeypatch.setattr(services, "FOLD_AT", 1)
    said(0)
    assert figures().total.turns == 1
    assert DayStats.objects.get(day=day_ago(0)).until is not None
    late = said(0, sender_id="web-9")
    assert figures().total.turns == 1  # nobody has told yet
    note_turn(day=late.day, timestamp=late.timestamp)
    found = figures()
    assert (found.total.turns, found.people) == (2, 2)
    assert not ChangedDay.objects.exists()


def test_a_change_while_a_day_is_counted_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slower of two who count writes nothing, and the newer mark stays."""
    said()
    figures()
    mark(day_ago(1))
    real, raced = services.write, []

    def slow(*args: Any, **kwargs: Any) -> bool:
        if not raced:
            raced.append(1)
            said(sender_id="web-2")
            mark(day_ago(1))
            assert services.count_day(day_ago(1))
            mark(day_ago(1))
        return real(*args, **kwargs)

    monkeypatch.setattr(services, "write", slow)
    assert not services.count_day(day_ago(1))
    assert DayStats.objects.get(day=day_ago(1)).version == 2
    assert ChangedDay.objects.count() == 1
    monkeypatch.undo()
    assert figures().total.turns == 2


def test_days_whose_rows_were_purged_stay_as_they_are_and_name_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for days_ago in (3, 1):
        said(days_ago)
        said(days_ago, sender_id="web-2")
    assert (figures().people, figures().people_from) == (2, None)
    ChatTurn.objects.filter(day=day_ago(3)).delete()
    mark(day_ago(3))
    monkeypatch.setattr(services, "purged_before", lambda: day_ago(2))
    services.count_missing_days()
    assert not services.count_day(day_ago(3))
    found = figures()
    assert (found.total.turns, found.people, found.people_from) == (4, 4, day_ago(2))
    assert bytes(DayStats.objects.get(day=day_ago(3)).people) == b""


@pytest.mark.engines
def test_a_day_is_counted_before_its_turns_go_for_their_age_and_again_when_somebody_is_erased() -> None:
    old, kept, erased = said(3), said(3, sender_id="web-2"), said(2, sender_id="web-3")
    before_turns_go([old.pk], False)
    ChatTurn.objects.filter(pk=old.pk).delete()
    mark(day_ago(3))  # too late: half of its turns are gone
    before_turns_go([kept.pk], False)
    ChatTurn.objects.filter(pk=kept.pk).delete()
    row = DayStats.objects.get(day=day_ago(3))
    assert (bytes(row.people), bytes(row.conversations)) == (b"", b"")
    assert Figures.from_json(row.figures).turns == 2
    assert figures(2, 2).total.turns == 1
    before_turns_go([erased.pk], True)
    ChatTurn.objects.filter(pk=erased.pk).delete()
    assert figures(2, 2).total.turns == 0


def test_more_days_than_fit_into_a_request_are_left_to_a_job(
    django_capture_on_commit_callbacks: Any,
) -> None:
    for days_ago in range(1, 5):
        said(days_ago)
    period = Period(day_ago(4), day_ago(0))
    cache.add("stats:asked", 1)  # another request asked for the job a moment ago
    assert services.keep_up(period, budget_seconds=0) == 4
    cache.clear()
    with django_capture_on_commit_callbacks(execute=True):  # a job is done where it is asked for
        services.keep_up(period, budget_seconds=0)
    assert services.days_to_count(period) == []


def test_the_command_counts_anew_what_it_is_told() -> None:
    turn = said(2)
    said(1)
    figures()
    ChatTurn.objects.filter(pk=turn.pk).update(intent="horario")  # past every mark
    assert figures().total.intents == {}
    out = StringIO()
    call_command("recompute_stats", "--from", day_ago(2).isoformat(), stdout=out, no_color=True)
    assert "Días contados: 2 de 2." in out.getvalue()
    assert figures().total.intents["horario"].count == 1
    with pytest.raises(CommandError, match="anterior"):
        call_command("recompute_stats", "--from", "2026-02-01", "--to", "2026-01-01")
    with pytest.raises(CommandError, match="AAAA-MM-DD"):
        call_command("recompute_stats", "--from", "ayer")


def test_yesterday_stays_open_for_some_minutes_after_midnight() -> None:
    midnight = timezone.make_aware(timezone.datetime(2026, 3, 2))  # type: ignore[attr-defined]
    assert services.open_from(midnight + timedelta(minutes=4)).isoformat() == "2026-03-01"
    assert services.open_from(midnight + timedelta(minutes=6)).isoformat() == "2026-03-02"


def test_what_was_asked_before_a_person_is_the_last_topic_and_not_the_way_there() -> None:
    for hour, intent in ((9.0, "horario"), (9.1, "notas"), (9.2, "humano"), (9.3, "afirmar")):
        said(at=hour, intent=intent)
    said(at=9.25, intent="saludo", is_form_answer=True)
    said(at=9.0, sender_id="web-2", intent="notas")
    said(at=9.1, sender_id="web-2", intent="nlu_fallback", is_fallback=True)
    opened(at=9.4, kind="humano", conversation_id="web-1")
    opened(at=9.5, kind="humano", conversation_id="web-2")
    opened(at=9.6, kind="soporte", conversation_id="web-3")
    before = figures().total.before_person
    assert {name: topic.count for name, topic in before.items()} == {"notas": 1, "nlu_fallback": 1}


def test_a_day_of_endless_intents_keeps_the_most_frequent_ones() -> None:
    from apps.stats.figures import MAX_TOPICS, OTHERS, Figures, Topic

    many = Figures(intents={f"i{n}": Topic(n) for n in range(1, MAX_TOPICS + 11)})
    kept = Figures.from_json(many.to_json()).intents
    assert kept[OTHERS].count == sum(range(1, 11))
    assert sum(topic.count for topic in kept.values()) == sum(range(1, MAX_TOPICS + 11))


def test_an_opinion_is_kept_only_together_with_its_mark() -> None:
    turn = said(request_id="peticion-3")
    figures()
    give_feedback(request_id="peticion-3", sender_id=turn.sender_id, value="up")
    assert Feedback.objects.count() == ChangedDay.objects.count() == 1


def test_the_rows_of_the_csv_file_are_days() -> None:
    said(2, intent="horario", latency_ms=40)
    said(1, sender_id="web-2", is_fallback=True)
    opened(1)
    rows = list(csv_rows({"desde": day_ago(2).isoformat(), "hasta": "undefined"}))
    cells = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    assert [(c["fecha"], c["mensajes"], c["casos_nuevos"]) for c in cells] == [
        (day_ago(2).isoformat(), 1, 0),
        (day_ago(1).isoformat(), 1, 1),
        (day_ago(0).isoformat(), 0, 0),
    ]
    assert (cells[0]["intencion_mas_frecuente"], cells[0]["tiempo_p50_ms"]) == ("horario", 41)
    assert (cells[0]["entendidos_porcentaje"], cells[1]["entendidos_porcentaje"]) == (100, 0)

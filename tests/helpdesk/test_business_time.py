"""Business time: opening hours of the local clock, without holidays and closed days."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.helpdesk import terms
from apps.helpdesk.business_time import DEFAULT_HOURS, Calendar, holidays_of
from apps.helpdesk.models import BusinessHours, ClosedDay, ServiceLevel
from apps.helpdesk.terms import set_due
from tests.helpdesk.test_queue_api import ticket

BOGOTA = ZoneInfo("America/Bogota")
USUAL = Calendar(zone=BOGOTA)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BOGOTA)


@pytest.mark.parametrize(
    ("day", "is_free"),
    [
        ("2025-01-06", True),  # Epiphany is a Monday
        ("2026-01-06", False),  # Epiphany is a Tuesday: it is kept on the Monday after
        ("2026-01-12", True),
        ("2027-01-11", True),
        ("2024-03-25", True),  # Saint Joseph's, moved
        ("2026-04-03", True),  # Good Friday goes by Easter
        ("2029-11-05", True),  # All Saints', moved over the end of its week
        ("2026-07-20", True),
        ("2026-12-08", True),  # never moved
        ("2026-12-07", False),
    ],
)
def test_holidays_of_colombia_are_known_with_those_moved_to_monday(day: str, is_free: bool) -> None:
    found = date.fromisoformat(day)
    assert (found in holidays_of(found.year)) is is_free
    assert bool(USUAL.spans(found)) is not is_free


def test_minutes_count_only_while_somebody_is_there() -> None:
    assert USUAL.business_minutes(at("2026-11-27T16:30"), at("2026-11-30T08:20")) == 50  # over a weekend
    assert USUAL.business_minutes(at("2026-12-31T16:00"), at("2027-01-04T09:00")) == 120  # over New Year
    assert USUAL.business_minutes(at("2026-11-28T09:00"), at("2026-11-29T18:00")) == 0
    assert USUAL.business_minutes(at("2026-11-27T12:00"), at("2026-11-27T11:00")) == 0
    assert USUAL.add_business_minutes(at("2026-11-27T16:30"), 50) == at("2026-11-30T08:20")
    assert USUAL.add_business_minutes(at("2026-11-28T09:00"), 540) == at("2026-11-30T17:00")
    assert USUAL.add_business_days(at("2026-11-27T16:30"), 1) == at("2026-11-30T17:00")
    # fifteen open days over two years: the 25th, the first and the eleventh are free
    assert USUAL.add_business_days(at("2026-12-18T10:00"), 15) == at("2027-01-13T17:00")


def test_spans_may_overlap_and_a_clock_may_be_changed() -> None:
    split = Calendar({0: ((time(14), time(18)), (time(8), time(12)), (time(10), time(15)))}, zone=BOGOTA)
    assert split.business_minutes(at("2026-11-30T00:00"), at("2026-11-30T23:59")) == 600
    madrid = ZoneInfo("Europe/Madrid")
    night = Calendar({6: ((time(0), time(6)),)}, zone=madrid)
    spring = [datetime(2026, 3, 29, hour, tzinfo=madrid) for hour in (0, 6)]  # 2 o'clock is left out
    assert night.business_minutes(*spring) == 300
    never = Calendar({}, frozenset(), BOGOTA)
    assert never.add_business_minutes(at("2026-11-30T09:00"), 5) == at("2026-11-30T09:00")


@settings(max_examples=40, deadline=None)
@given(start=moments, minutes=st.integers(0, 20_000), more=st.integers(0, 5_000))
def test_adding_minutes_and_counting_them_agree(start: datetime, minutes: int, more: int) -> None:
    calendar = Calendar({**DEFAULT_HOURS, 5: ((time(8), time(12)),)}, frozenset({date(2026, 12, 24)}), BOGOTA)
    end = calendar.add_business_minutes(start, minutes)
    assert end >= start
    assert calendar.business_minutes(start, end) == minutes
    assert calendar.add_business_minutes(start, minutes + more) >= end
    later = end + timedelta(minutes=more)
    assert calendar.business_minutes(start, later) >= minutes
    assert calendar.business_minutes(start, end) + calendar.business_minutes(end, later) == (
        calendar.business_minutes(start, later)
    )


@pytest.mark.django_db
@pytest.mark.engines
def test_rules_are_rows_and_without_rows_the_usual_ones_hold() -> None:
    monday = at("2026-11-30T09:00")
    row = ticket(kind="pqrs")
    row.created_at = monday
    set_due(row)
    assert row.due_at == at("2026-12-22T17:00")  # fifteen days; the eighth of December is free
    BusinessHours.objects.all().delete()
    ServiceLevel.objects.all().delete()
    set_due(row)
    assert row.due_at == at("2026-12-22T17:00")
    ClosedDay.objects.create(day=date(2026, 12, 1), name="Inventario")
    BusinessHours.objects.create(weekday=1, opens=time(8), closes=time(9))
    BusinessHours.objects.create(weekday=2, opens=time(8), closes=time(9, 30))
    assert terms.business_minutes(monday, at("2026-12-04T09:00")) == 90
    assert terms.add_business_minutes(monday, 30) == at("2026-12-02T08:30")
    ServiceLevel.objects.create(
        kind="pqrs", first_response=30, first_response_unit="minutes", solution=2, solution_unit="hours"
    )
    set_due(row)
    assert (row.response_due_at, row.due_at) == (at("2026-12-02T08:30"), at("2026-12-09T08:30"))
    row.priority = "high"
    set_due(row)
    assert row.due_at == at("2026-12-09T08:30")

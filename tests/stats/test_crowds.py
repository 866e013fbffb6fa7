"""Counting people over days, and response times over days: exact, or within an error that is told."""

import random

import pytest

from apps.stats import crowds
from apps.stats.crowds import Crowd
from apps.stats.latency import ERROR, bucket, percentile


def test_few_people_are_counted_exactly_and_many_within_the_error() -> None:
    dice = random.Random(1)
    for people, per_day in ((300, 200), (3_000, 900), (40_000, 9_000), (200_000, 30_000)):
        everybody = [crowds.key("sender", f"{people}-{n}") for n in range(people)]
        crowd, seen = Crowd(), set[int]()
        for _day in range(12):
            today = set(dice.sample(everybody, per_day))
            crowd.add(crowds.packed(today), len(today))
            seen |= today
        assert crowd.is_exact == (per_day <= crowds.EXACT_AT_MOST)
        error = 0 if crowd.is_exact else 3 * crowds.ERROR
        assert crowd.count() == pytest.approx(len(seen), rel=error)


def test_days_of_both_kinds_are_joined_and_unknown_people_are_added() -> None:
    many = {crowds.key("sender", n) for n in range(5_000)}
    crowd = Crowd()
    assert crowd.add(crowds.packed(many), 5_000)
    crowd.add_keys(set(list(many)[:50]))
    alone = crowd.count()
    assert alone == pytest.approx(5_000, rel=3 * crowds.ERROR)
    assert not crowd.add(b"", 7)
    assert crowd.count() == alone + 7
    assert crowd.add(crowds.packed(()), 0)
    assert Crowd().count() == 0


def test_keys_of_a_day_that_goes_on_come_back() -> None:
    keys = {crowds.key("user", n) for n in range(2_000)} | {0, 2**64 - 1}
    assert crowds.unpacked(crowds.packed(keys, is_final=False)) == keys


def test_a_mask_never_says_more_people_than_there_are() -> None:
    for people in range(1, 12):
        mask = 0
        for number in range(people):
            mask |= crowds.bit(crowds.key("sender", number))
        assert crowds.is_enough(mask) <= (people >= crowds.ENOUGH)
    assert crowds.is_enough(mask)


def test_percentiles_are_within_their_error() -> None:
    dice = random.Random(2)
    for _try in range(30):
        values = sorted(
            int(dice.lognormvariate(dice.uniform(1, 8), 1)) for _ in range(dice.randrange(1, 300))
        )
        buckets: dict[int, int] = {}
        for value in values:
            buckets[bucket(value)] = buckets.get(bucket(value), 0) + 1
        for share in (0.01, 0.5, 0.95, 1):
            rank = max(1, -int(-share * len(values) // 1))
            exact = values[rank - 1]
            assert percentile(buckets, share) == pytest.approx(exact, abs=ERROR * exact + 0.5)
    assert percentile({}, 0.5) is None

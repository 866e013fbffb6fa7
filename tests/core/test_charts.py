"""Shares as people read them."""

import pytest
from django.utils import translation

from apps.core.charts import NOTHING, percent, percent_down


@pytest.mark.parametrize(
    ("share", "nearest", "down"),
    [
        (0.6997, "70,0\u00a0%", "69,9 %"),
        (0.7, "70,0\u00a0%", "70 %"),
        (0.29, "29,0\u00a0%", "29 %"),
        (1, "100,0\u00a0%", "100 %"),
    ],
)
def test_a_share_is_rounded_to_the_nearest_or_downwards(share: float, nearest: str, down: str) -> None:
    assert (percent(share), percent_down(share)) == (nearest, down)


def test_a_share_without_a_value_and_in_english() -> None:
    assert percent(None) == NOTHING
    assert percent(0.836, 0) == "84\u00a0%"
    with translation.override("en"):
        assert (percent(0.836), percent_down(0.836)) == ("83.6\u00a0%", "83.6 %")

"""Response times that can be added up over days: counts in buckets, each 4 % wider than the one before."""

import math
from collections.abc import Mapping

GROWTH = 1.04
ERROR = (GROWTH - 1) / (GROWTH + 1)
"""A percentile differs from the true one by at most this share (under 2 %), and by rounding to a whole ms."""
_LOG = math.log(GROWTH)


def bucket(latency_ms: int) -> int:
    """Of whole milliseconds: bucket i has those over GROWTH^(i-1), up to GROWTH^i."""
    return max(0, math.ceil(math.log(latency_ms) / _LOG - 1e-9)) if latency_ms > 0 else -1


def percentile(buckets: Mapping[int, int], share: float) -> int | None:
    """The time in ms that `share` of all answers (0 to 1) took at most; None without an answer."""
    total = sum(buckets.values())
    if not total:
        return None
    rank, seen = max(1, math.ceil(share * total - 1e-9)), 0
    for number in sorted(buckets):
        seen += buckets[number]
        if seen >= rank:
            return 0 if number < 0 else round(2 * GROWTH**number / (GROWTH + 1))
    return None

"""Sets of people that fit into a column and can be joined over days: who wrote, and whether enough did.

Of few people the keys themselves, so that counts are exact; of many a HyperLogLog of 16 KiB (Flajolet et al.
2007, estimated as in Ertl 2017), so that a range costs the same however many wrote.
"""

import math
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

KEY_BYTES = 8
EXACT_AT_MOST = 512
"""People of one day that are kept by key."""
ERROR = 1.04 / math.sqrt(1 << 14)
"""Standard error of a count that is not exact: 0.81 %; nineteen of twenty are within twice that."""
ENOUGH = 5
"""Fewer people than this are not told apart to those who may not see people."""
_BITS = 64
_PLACE_BITS = 14
_PLACES = 1 << _PLACE_BITS
_RANK_BITS = 64 - _PLACE_BITS
_KEYS, _SKETCH = b"K", b"S"


def key(kind: str, value: object) -> int:
    """Of a person or a conversation: 64 bits, so that of a million no two are likely the same."""
    digest = blake2b(f"{kind}:{value}".encode("utf-8", "replace"), digest_size=KEY_BYTES, person=b"tutorbot")
    return int.from_bytes(digest.digest(), "little")


def bit(key: int) -> int:
    """One of 64 places. Masks of these are joined by `|` and say of how many people there are at least."""
    return 1 << (key % _BITS)


def is_enough(mask: int) -> bool:
    """Whether these are certainly ENOUGH different people; two who share a place count once."""
    return mask.bit_count() >= ENOUGH


def packed(keys: Iterable[int], *, is_final: bool = True) -> bytes:
    """As stored; of a day that goes on (not `is_final`) always the keys."""
    import numpy as np

    row = np.fromiter(keys, dtype="<u8")
    if is_final and len(row) > EXACT_AT_MOST:
        return _SKETCH + _sketch(row).tobytes()
    return _KEYS + np.sort(row).tobytes()


def unpacked(stored: Any) -> set[int]:
    """The keys of a day that goes on."""
    import numpy as np

    return set(np.frombuffer(bytes(stored)[1:], dtype="<u8").tolist())


class Crowd:
    """Counts people of several days once. `unknown`: of days without keys, so maybe twice."""

    def __init__(self) -> None:
        self.keys: list[Any] = []
        self.registers: list[Any] = []
        self.unknown = 0

    def add(self, stored: Any, count: int) -> bool:
        """A day's column, and how many it stands for; whether it is known who they were."""
        import numpy as np

        content = bytes(stored)
        if not content:
            self.unknown += count
            return not count
        if content[:1] == _SKETCH:
            self.registers.append(np.frombuffer(content, dtype=np.uint8, offset=1))
        else:
            self.keys.append(np.frombuffer(content[1:], dtype="<u8"))
        return True

    def add_keys(self, keys: set[int]) -> None:
        import numpy as np

        self.keys.append(np.fromiter(keys, dtype="<u8", count=len(keys)))

    @property
    def is_exact(self) -> bool:
        return not self.registers and not self.unknown

    def count(self) -> int:
        import numpy as np

        keys = np.unique(np.concatenate(self.keys)) if self.keys else np.empty(0, dtype="<u8")
        if not self.registers:
            return len(keys) + self.unknown
        return round(_estimate(np.maximum.reduce([*self.registers, _sketch(keys)]))) + self.unknown


def _sketch(keys: Any) -> Any:
    """16,384 registers: of the keys that fall to each, the most zeros that one begins with, plus one."""
    import numpy as np

    registers = np.zeros(_PLACES, dtype=np.uint8)
    rest = keys & np.uint64((1 << _RANK_BITS) - 1)
    bit_lengths = np.frexp(rest.astype(np.float64))[1]
    ranks = (_RANK_BITS + 1 - bit_lengths).astype(np.uint8)
    np.maximum.at(registers, (keys >> np.uint64(_RANK_BITS)).astype(np.intp), ranks)
    return registers


def _estimate(registers: Any) -> float:
    """How many different keys there were, without bias over the whole range (Ertl, algorithm 6)."""
    import numpy as np

    counts = np.bincount(registers, minlength=_RANK_BITS + 2).tolist()
    z = _PLACES * _tau(1 - counts[_RANK_BITS + 1] / _PLACES)
    for rank in range(_RANK_BITS, 0, -1):
        z = 0.5 * (z + counts[rank])
    z += _PLACES * _sigma(counts[0] / _PLACES)
    return _PLACES * _PLACES / (2 * math.log(2) * z) if math.isfinite(z) else 0.0


def _sigma(x: float) -> float:
    if x == 1:
        return math.inf
    y, z, before = 1.0, x, -1.0
    while z != before:
        x, before = x * x, z
        z += x * y
        y += y
    return z


def _tau(x: float) -> float:
    if x in {0, 1}:
        return 0.0
    y, z, before = 1.0, 1 - x, -1.0
    while z != before:
        x, before, y = math.sqrt(x), z, y * 0.5
        z -= (1 - x) ** 2 * y
    return z / 3

"""Sets of people that fit into a column: who wrote on a day, and whether enough did to be spoken of."""

import sys
from array import array
from collections.abc import Iterable
from hashlib import blake2b

KEY_BYTES = 8
ENOUGH = 5
"""Fewer people than this are not told apart to those who may not see people."""
_BITS = 64


def key(kind: str, value: object) -> int:
    """Of a person or a conversation: 64 bits, so that of a million no two are likely the same."""
    digest = blake2b(f"{kind}:{value}".encode("utf-8", "replace"), digest_size=KEY_BYTES, person=b"tutorbot")
    return int.from_bytes(digest.digest(), "little")


def packed(keys: Iterable[int]) -> bytes:
    """As stored: eight bytes each, least significant first."""
    row = array("Q", sorted(keys))
    if sys.byteorder == "big":
        row.byteswap()
    return row.tobytes()


def unpacked(stored: bytes | memoryview) -> "array[int]":
    row = array("Q")
    row.frombytes(bytes(stored))
    if sys.byteorder == "big":
        row.byteswap()
    return row


def bit(key: int) -> int:
    """One of 64 places. Masks of these are joined by `|` and say of how many people there are at least."""
    return 1 << (key % _BITS)


def is_enough(mask: int) -> bool:
    """Whether these are certainly ENOUGH different people; two who share a place count once."""
    return mask.bit_count() >= ENOUGH

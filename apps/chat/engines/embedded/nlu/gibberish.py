"""Sentences that mean nothing in any language: what a hand on a keyboard makes."""

import random

WALKS = ("asdf qwerty zxcv", "qwertyuiop", "asdfgh jkln", "zxcv bnm", "hjkl uiop", "poiuy lkjh", "jkl")
NUMBERS = ("7", "7 7", "7 7 7", "7-7", "(7) 7", "+7")
"""However long each is, the model sees that it is a number: alone it says nothing."""
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def sentences(count: int, seed: int) -> list[str]:
    """One to three words each, half of them random letters, half wanderings along a row of keys."""
    rng = random.Random(seed)
    return [" ".join(_word(rng) for _ in range(rng.randint(1, 3))) for _ in range(count)]


def _word(rng: random.Random) -> str:
    length = rng.randint(2, 8)
    return _wander(rng, length) if rng.random() < 0.5 else "".join(rng.choices(_ALPHABET, k=length))


def _wander(rng: random.Random, length: int) -> str:
    row = rng.choice(_ROWS)
    at, keys = rng.randrange(len(row)), ""
    for _ in range(length):
        keys += row[at]
        at = min(max(at + rng.choice((-2, -1, 1, 1, 2)), 0), len(row) - 1)
    return keys

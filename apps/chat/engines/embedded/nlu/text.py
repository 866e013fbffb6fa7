"""Turns what a student typed into the grams that the model knows, the same way in training and in a turn."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

MAX_CHARS = 4000
"""The longest message of the contract; also bounds what compatibility forms may unfold to."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_NUMBER = re.compile(r"\d[\d.,]*")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_WORD = re.compile(r"\w\w+")
_DROPPED = {"Mn", "Cf"}
"""Unicode categories without letters: combining marks, and marks of format such as zero-width joiners."""


def clean(text: str) -> str:
    """The text as every database and JSON reader takes it, as long as before unless it is over MAX_CHARS."""
    return _UNSTORABLE.sub("\ufffd", text[:MAX_CHARS])


def fold(text: str) -> str:
    """Lower case, without accents, in compatibility form: "ÁRBOL ﬁno" becomes "arbol fino"."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).lower()
    return "".join(char for char in decomposed if unicodedata.category(char) not in _DROPPED)


def normalise(text: str) -> str:
    """What the model sees: folded, values replaced by tokens, "holaaaa" no different from "holaa"."""
    folded = fold(text)[:MAX_CHARS]
    folded = _EMAIL.sub(" xcorreox ", folded)
    folded = _URL.sub(" xenlacex ", folded)
    folded = _NUMBER.sub(" xnumerox ", folded)
    return " ".join(_STRETCHED.sub(r"\1\1", folded).split())


def char_grams(normal: str) -> list[str]:
    """Character n-grams, 1 to 3, inside words with a blank at both ends (scikit-learn's `char_wb`)."""
    grams: list[str] = []
    for word in normal.split():
        padded = f" {word} "
        grams += padded
        grams += [padded[i : i + 2] for i in range(len(padded) - 1)]
        grams += [padded[i : i + 3] for i in range(len(padded) - 2)]
    return grams


def word_grams(normal: str) -> list[str]:
    """Words of two or more characters, and pairs of neighbours (scikit-learn's `word`, 1 to 2)."""
    words = _WORD.findall(normal)
    return words + [f"{first} {second}" for first, second in pairwise(words)]


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text that knows where each of its characters stood in the original."""

    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, original: str) -> "Folded":
        if original.isascii():
            return cls(original.lower(), tuple(range(len(original))))
        chars: list[str] = []
        starts: list[int] = []
        for position, char in enumerate(original):
            folded = char.lower() if char.isascii() else fold(char)
            chars.append(folded)
            starts += [position] * len(folded)
        return cls("".join(chars)[:MAX_CHARS], tuple(starts[:MAX_CHARS]))

    def span(self, start: int, end: int, original: str) -> tuple[int, int]:
        """Offsets in the original of a non-empty folded slice, with the marks on its last letter."""
        last = self.starts[end - 1] + 1
        while last < len(original) and unicodedata.category(original[last]) in _DROPPED:
            last += 1
        return self.starts[start], last

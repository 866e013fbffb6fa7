"""Text that every database and every client can take."""

import re
import unicodedata
from typing import Any

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL (PostgreSQL refuses it) and lone surrogates (not encodable in UTF-8)."""
SECRET_KEYS = re.compile(r"token|authorization|password|contrase|secret|jwt|cookie|api.?key", re.IGNORECASE)
REDACTED = "***"


CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")


def printable(text: str) -> str:
    """Text that each database and each file format can hold; line ends are `\\n`."""
    return CONTROL.sub("", storable(text).replace("\r\n", "\n").replace("\r", "\n"))


_MARKS = re.compile("[\u0300-\u036f]")
_WORDS = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Lower case, without accents."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text.lower()))


def words_of(text: str) -> list[str]:
    """The folded words of a text, each once, in order; punctuation divides them."""
    return list(dict.fromkeys(_WORDS.findall(folded(text))))


def storable(text: str) -> str:
    """The text with unstorable characters replaced by U+FFFD."""
    return UNSTORABLE.sub("\ufffd", text)


def without_secrets(value: Any) -> Any:
    """A copy of a JSON value in which whatever is kept under a secret's name is starred out."""
    if isinstance(value, dict):
        return {
            storable(str(k)): REDACTED if SECRET_KEYS.search(str(k)) else without_secrets(v)
            for k, v in value.items()
        }
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    return storable(value) if isinstance(value, str) else value

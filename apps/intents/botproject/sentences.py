"""Checks training sentences: too few, repeated, or the same in two intents."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from apps.chat.engines.project import Intent
from apps.intents.botproject.findings import NOWHERE, Findings, Place
from apps.intents.botproject.supported import BUILTIN_INTENTS

WANTED_EXAMPLES = 10
_SIGNS = re.compile(r"[\W_]+")


def bare(sentence: str) -> str:
    """A sentence without case, accents and punctuation; one of signs alone stays itself."""
    decomposed = unicodedata.normalize("NFKD", sentence.casefold())
    if not decomposed.isascii():
        decomposed = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(_SIGNS.sub(" ", decomposed).split()) or sentence.strip()


def check_sentences(
    intents: Iterable[Intent], used: set[str], places: dict[str, Place], found: Findings
) -> None:
    """`used` are the intents that a rule answers: without examples they can never be understood."""
    owners: dict[str, dict[str, str]] = defaultdict(dict)
    for intent in intents:
        place = places.get(intent.name, NOWHERE)
        _check_count(intent, intent.name in used, place, found)
        seen: dict[str, str] = {}
        for example in intent.examples:
            key = bare(example.text)
            if key in seen:
                message = f"«{example.text}» repite «{seen[key]}»; deja uno."
                found.warning(intent.name, message, place)
            seen.setdefault(key, example.text)
            owners[key].setdefault(intent.name, example.text)
    _check_shared(owners, places, found)


def _check_count(intent: Intent, is_used: bool, place: Place, found: Findings) -> None:
    count = len(intent.examples)
    if intent.name in BUILTIN_INTENTS:
        return
    if not count and is_used:
        message = f"Una regla la usa y no tiene ejemplos; escribe al menos {WANTED_EXAMPLES}."
        found.error(intent.name, message, place)
    elif count < WANTED_EXAMPLES:
        word = "ejemplo" if count == 1 else "ejemplos"
        found.warning(intent.name, f"Tiene {count} {word}; escribe al menos {WANTED_EXAMPLES}.", place)


def _check_shared(owners: dict[str, dict[str, str]], places: dict[str, Place], found: Findings) -> None:
    for by_intent in owners.values():
        if len(by_intent) > 1:
            first, *others = by_intent
            sentence = by_intent[first]
            message = f"«{sentence}» está también en {', '.join(others)}; déjalo en una sola intención."
            found.error(first, message, places.get(first, NOWHERE))

"""Whether an answer is the expected one, whichever variation of a response was said."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from apps.chat.engines.embedded.dialogue.responses import CHANNEL
from apps.chat.engines.embedded.dialogue.utterance import FALLBACK_INTENT
from apps.chat.engines.project import BotProject, Response
from apps.intents.rehearsals.turns import Turn

_SLOT = re.compile(r"[ \t]?\{([A-Za-z_]\w*)\}")
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text with places that slots fill: `literals` stand around `slots`."""

    literals: tuple[str, ...]
    slots: tuple[str, ...]

    @classmethod
    def of(cls, template: str) -> "Pattern":
        parts = _SLOT.split(template.strip())
        return cls(tuple(parts[::2]), tuple(parts[1::2]))

    def values(self, text: str) -> dict[str, str] | None:
        """What the slots were filled with; None for another text. Literals count where they come first."""
        if not self.slots:
            return {} if text == self.literals[0] else None
        found: dict[str, str] = {}
        first, *between, last = self.literals
        if not text.startswith(first):
            return None
        place, end = len(first), len(text) - len(last)
        for slot, literal in zip(self.slots, between, strict=False):
            at = text.find(literal, place, end)
            if at < 0:
                return None
            found.setdefault(slot, text[place:at].strip())
            place = at + len(literal)
        if end < place or not text.endswith(last):
            return None
        found.setdefault(self.slots[-1], text[place:end].strip())
        return found


@dataclass(frozen=True, slots=True)
class Variation:
    """`group` is the same for those that may be said in each other's place."""

    group: tuple[str, ...]
    parts: tuple[Pattern, ...]
    titles: tuple[str, ...]

    def values(self, texts: Sequence[str]) -> dict[str, str] | None:
        """Of the texts' beginning."""
        if len(texts) < len(self.parts):
            return None
        found: dict[str, str] = {}
        for part, text in zip(self.parts, texts, strict=False):
            values = part.values(text)
            if values is None:
                return None
            found = {**values, **found}
        return found


Pairs = tuple[tuple[Variation, Variation], ...]


class Variations:
    """The responses of a project that can be said in more than one way."""

    def __init__(self, project: BotProject) -> None:
        groups: dict[tuple[str, ...], list[Variation]] = defaultdict(list)
        for name, responses in project.responses.items():
            for response in responses:
                if response.channel in ("", CHANNEL) and (made := _variation(name, response)):
                    groups[made.group].append(made)
        self._known = [variation for group in groups.values() if len(group) > 1 for variation in group]

    def differences(self, expected: Turn, got: Turn) -> tuple[str, ...]:
        """Of `intent`, `messages`, `buttons`, those in which the answer is not the expected one.

        What has neither texts nor buttons expects its intent alone.
        """
        found = []
        if expected.intent is not None and expected.intent != got.intent:
            found.append("intent")
        if not (expected.messages or expected.buttons):
            return tuple(found)
        pairs = self._pairs(expected.messages, got.messages)
        if pairs is None:
            found.append("messages")
        is_left_open = pairs is not None and _offers_guesses(expected, got)
        if not is_left_open and not _same_buttons(expected, got, pairs):
            found.append("buttons")
        return tuple(found)

    def _pairs(self, expected: tuple[str, ...], got: tuple[str, ...]) -> Pairs | None:
        """How the texts can be read as the same responses, variation against variation; None when not."""

        @cache
        def read(at: int, to: int) -> Pairs | None:
            if at == len(expected) and to == len(got):
                return ()
            if at < len(expected) and to < len(got) and expected[at] == got[to]:
                rest = read(at + 1, to + 1)
                if rest is not None:
                    return rest
            for one, other in self._in_place(expected[at:], got[to:]):
                rest = read(at + len(one.parts), to + len(other.parts))
                if rest is not None:
                    return ((one, other), *rest)
            return None

        return read(0, 0)

    def _in_place(self, expected: Sequence[str], got: Sequence[str]) -> Iterator[tuple[Variation, Variation]]:
        """Where both fill a slot, they must have filled it with the same."""
        ones, others = self._beginning(expected), self._beginning(got)
        for one, filled in ones:
            for other, refilled in others:
                if one.group == other.group and all(
                    refilled.get(slot, value) == value for slot, value in filled.items()
                ):
                    yield one, other

    def _beginning(self, texts: Sequence[str]) -> list[tuple[Variation, dict[str, str]]]:
        found = ((variation, variation.values(texts)) for variation in self._known)
        return [(variation, values) for variation, values in found if values is not None]


def _variation(name: str, response: Response) -> Variation | None:
    """None without a text to know it by; a slot alone would be known by everything."""
    texts = [response.text] if response.buttons else response.text.split("\n\n")
    parts = tuple(Pattern.of(text) for text in texts if text.strip())
    if not parts or not all(_WORD.search("".join(part.literals)) for part in parts):
        return None
    conditions = json.dumps(response.conditions, sort_keys=True, default=str)
    titles = tuple(str(button.get("title", "")) for button in response.buttons)
    return Variation((name, response.channel, conditions), parts, titles)


def _offers_guesses(expected: Turn, got: Turn) -> bool:
    """Under what was not understood stand the model's guesses: each training may make others."""
    return expected.intent == got.intent == FALLBACK_INTENT


def _same_buttons(expected: Turn, got: Turn, pairs: Pairs | None) -> bool:
    """The same titles in the same order, but for those that belong to the variation."""
    wanted, offered = expected.buttons, got.buttons
    if wanted == offered or not pairs:
        return wanted == offered
    return _without(wanted, [one for one, _ in pairs]) == _without(offered, [other for _, other in pairs])


def _without(titles: Sequence[str], variations: Sequence[Variation]) -> list[str]:
    own = {title for variation in variations for title in variation.titles}
    return [title for title in titles if title not in own]

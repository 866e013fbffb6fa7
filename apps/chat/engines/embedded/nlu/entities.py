"""Finds entities by pattern and by list: regular expressions, lookups that forgive a typo, synonyms."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from apps.chat.engines.base import Entity
from apps.chat.engines.embedded.nlu.text import Folded, clean, fold
from apps.chat.engines.project import BotProject

STRICT_SCORE = 0.85
"""Share of letters that must agree: one typo in seven letters, two in fourteen, none in six or fewer."""
FUZZY_LENGTH = 6
"""Shorter words cannot reach STRICT_SCORE with a typo."""
MAX_ENTITIES = 50
"""Per message; the longest are kept. No honest message has more."""
_WORD = re.compile(r"\w+[+#]*")


@dataclass(frozen=True, slots=True)
class _Match:
    """A candidate with offsets into the folded text; of two that overlap the longer wins, then the surer."""

    start: int
    end: int
    certainty: float
    entity: str
    value: str | None = None

    @property
    def rank(self) -> tuple[int, float, int]:
        return (self.start - self.end, -self.certainty, self.start)


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The lookup phrases of one length in words: folded form to the (entity, value) pairs it stands for."""

    known: dict[str, tuple[tuple[str, str], ...]]

    def match(self, words: str) -> tuple[str, float] | None:
        if words in self.known:
            return words, 1.0
        if len(words) < FUZZY_LENGTH:
            return None
        found = process.extractOne(
            words, self.known.keys(), scorer=OSA.normalized_similarity, score_cutoff=STRICT_SCORE
        )
        return (found[0], found[1]) if found else None


class EntityFinder:
    """Compiled once per model. Patterns are run without regard to case or accents."""

    def __init__(self, project: BotProject) -> None:
        """Raises re.error for a pattern that does not compile (training has refused it before)."""
        wanted = set(project.entities)
        self._patterns = [
            (entity, compile_pattern(pattern))
            for entity, patterns in project.regexes.items()
            if entity in wanted
            for pattern in patterns
        ]
        self._synonyms = {" ".join(_words(form)): value for form, value in project.synonyms.items()}
        self._phrases = _phrases(_lookup_forms(project, wanted))

    def find(self, text: str) -> tuple[Entity, ...]:
        """Entities in the order of the text, with offsets into it."""
        if not text or not (self._patterns or self._phrases):
            return ()
        folded = Folded.of(text)
        candidates = [*self._by_pattern(folded.text), *self._by_list(folded.text)]
        kept: list[_Match] = []
        for match in sorted(candidates, key=lambda match: match.rank):
            if len(kept) == MAX_ENTITIES:
                break
            if not any(_clash(match, other) for other in kept):
                kept.append(match)
        kept.sort(key=lambda match: match.start)
        return tuple(self._entity(match, folded, text) for match in kept)

    def _by_pattern(self, folded: str) -> Iterator[_Match]:
        for entity, pattern in self._patterns:
            for found in pattern.finditer(folded):
                if found.end() > found.start():
                    yield _Match(found.start(), found.end(), 1.0, entity)

    def _by_list(self, folded: str) -> Iterator[_Match]:
        words = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(folded)]
        for length, phrases in self._phrases.items():
            for first in range(len(words) - length + 1):
                window = words[first : first + length]
                found = phrases.match(" ".join(word for _, _, word in window))
                for entity, value in phrases.known[found[0]] if found else ():
                    yield _Match(window[0][0], window[-1][1], found[1] if found else 0.0, entity, value)

    def _entity(self, match: _Match, folded: Folded, text: str) -> Entity:
        start, end = folded.span(match.start, match.end, text)
        written = text[start:end]
        value = written if match.value is None else match.value
        return Entity(match.entity, self.canonical(value), start, end)

    def canonical(self, value: str) -> str:
        """The value that a written form stands for; the form itself when it is no synonym."""
        return self._synonyms.get(" ".join(_words(value)), clean(value))


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """The pattern as it is run on folded text: accents off its letters too. Raises re.error."""
    return re.compile(_without_accents(pattern), re.IGNORECASE)


def _without_accents(pattern: str) -> str:
    """What is ASCII stays: "\\S" must not become "\\s"."""
    return "".join(char if char.isascii() else re.escape(fold(char)) or char for char in pattern)


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def _clash(one: _Match, other: _Match) -> bool:
    """Two entities may share one span (ten digits: a telephone, a document); any other overlap clashes."""
    if (one.start, one.end) == (other.start, other.end):
        return one.entity == other.entity or one.certainty < other.certainty
    return one.start < other.end and other.start < one.end


def _lookup_forms(project: BotProject, wanted: set[str]) -> Iterator[tuple[str, str, str]]:
    """(entity, written form, value) of lists, and of examples that annotate entities without a pattern."""
    for entity, values in project.lookups.items():
        if entity in wanted:
            yield from ((entity, value, value) for value in values)
    for intent in project.intents.values():
        for example in intent.examples:
            for span in example.entities:
                if span.entity in wanted and span.entity not in project.regexes:
                    yield span.entity, example.text[span.start : span.end], span.value


def _phrases(forms: Iterable[tuple[str, str, str]]) -> dict[int, _Phrases]:
    """Longest phrases first; of several values for one form of an entity the first stays."""
    lengths: dict[int, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for entity, form, value in forms:
        words = _words(form)
        if words:
            lengths[len(words)][" ".join(words)].setdefault(entity, value)
    return {
        length: _Phrases({form: tuple(meant.items()) for form, meant in known.items()})
        for length, known in sorted(lengths.items(), reverse=True)
    }

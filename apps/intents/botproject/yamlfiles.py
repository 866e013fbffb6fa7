"""Reads one YAML file of a bot project: plain core values only, every mapping with its line."""

import math
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.reader import ReaderError

from apps.intents.botproject.findings import NOWHERE, Place, ProjectError

MAX_BYTES = 5 * 1024 * 1024
MAX_VALUES = 100_000
"""Values of a whole project: reading as many takes some seconds."""
MAX_ALIASED = 10_000
"""Values and characters of one file that its aliases repeat: what stops a "billion laughs" file."""
MAX_DEPTH = 40
INVALID = "no es YAML válido; revisa la sangría, las comillas y los dos puntos"

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, five times as quick, where it is
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_REFERENCE = re.compile(r"\$\{.*\}")
_BREAKS_OF_1_1 = "\x85\u2028\u2029"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Block(dict[str, Any]):
    """A YAML mapping that knows where it stands."""

    def __init__(self, values: dict[str, Any] | None = None, place: Place = NOWHERE) -> None:
        super().__init__(values or {})
        self.place = place


class Budget:
    """How many values may still be read, of all files of a project together."""

    def __init__(self, values: int = MAX_VALUES) -> None:
        self.left = values


class Reference(str):
    """A text without quotes that names an environment variable: Rasa puts its value there."""

    __slots__ = ()


def read_mapping(path: Path, shown: str, budget: Budget | None = None) -> Block:
    """The file's top-level mapping, empty for an empty file; `shown` names the file in messages.

    Keys are always text. Raises ProjectError for anything that is not plain UTF-8 YAML 1.2 without
    tags, directives, duplicate keys, merge keys, more than its budget, or aliases of more than MAX_ALIASED.
    """
    value = _Reading(_read_text(path, shown), shown, budget or Budget()).value()
    if value is None:
        return Block(place=Place(shown, 1))
    if not isinstance(value, Block):
        raise _refusal(shown, 1, "el archivo debe empezar por claves como «nlu:» o «rules:»")
    return value


def plain(value: Any) -> Any:
    """The same value with ordinary dicts."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def is_storable(text: str) -> bool:
    """Whether every database takes the text: no NUL, no half of a surrogate pair."""
    return _UNSTORABLE.search(text) is None


def _refusal(shown: str, line: int, reason: str) -> ProjectError:
    return ProjectError(f"{shown}, línea {line}: {reason}.")


def _read_text(path: Path, shown: str) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ProjectError(f"{shown}: no se puede leer; revisa que exista y sus permisos.") from error
    if len(raw) > MAX_BYTES:
        raise ProjectError(f"{shown}: pasa de {MAX_BYTES // 2**20} MiB; divídelo en varios archivos.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refusal(shown, line, "no es UTF-8; guarda el archivo con esa codificación") from error


class _Reading:
    """Builds the values of one document from libyaml's events.

    By the rules of YAML 1.2, libyaml being of 1.1: its core schema (dates stay text) and what ends a line.
    """

    def __init__(self, text: str, shown: str, budget: Budget) -> None:
        self._shown, self._budget = shown, budget
        unused = (chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in text)
        self._letters = {ord(next(unused)): letter for letter in _BREAKS_OF_1_1 if letter in text}
        self._text = text.translate({ord(letter): code for code, letter in self._letters.items()})
        self._anchors: dict[str, tuple[Any, int] | None] = {}
        self._aliased = self._size = 0

    def value(self) -> Any:
        """None for an empty file. Raises ProjectError."""
        value, documents = None, 0
        events = iter(yaml.parse(self._text, Loader=_LOADER))
        try:
            for event in events:
                if isinstance(event, DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        raise self._refuse(event, INVALID)
                    if event.version or event.tags:
                        raise self._refuse(event, "las directivas (%YAML, %TAG) no se admiten; bórralas")
                elif isinstance(event, NodeEvent):
                    value = self._node(event, events, 0)
        except (yaml.YAMLError, ValueError) as error:
            raise _refusal(self._shown, _line_of(error, self._text), INVALID) from error
        return value

    def _node(self, event: Any, events: Iterator[Event], depth: int) -> Any:
        self._spend(event, depth)
        if isinstance(event, AliasEvent):
            return self._repeated(event)
        anchor, before = event.anchor, self._size
        self._size += 1
        if anchor:
            self._anchors[anchor] = None  # of itself while it is not whole
        if isinstance(event, MappingStartEvent):
            value: Any = self._mapping(event, events, depth)
        elif isinstance(event, SequenceStartEvent):
            value = self._sequence(events, depth)
        else:
            self._size += len(event.value)
            value = self._scalar(event)
        if anchor:
            self._anchors[anchor] = (value, self._size - before)
        return value

    def _spend(self, event: Event, depth: int) -> None:
        if getattr(event, "tag", None):
            raise self._refuse(event, "las etiquetas de YAML («!…») no se admiten; bórrala")
        self._budget.left -= 1
        if self._budget.left < 0:
            raise self._refuse(event, "demasiados valores; divide el archivo")
        if depth > MAX_DEPTH:
            raise self._refuse(event, "demasiados niveles, unos dentro de otros; revisa los corchetes")

    def _repeated(self, event: AliasEvent) -> Any:
        if event.anchor not in self._anchors:
            raise self._refuse(event, INVALID)
        known = self._anchors[event.anchor]
        value, size = known or (None, MAX_ALIASED + 1)
        self._aliased += size
        self._size += size
        if self._aliased > MAX_ALIASED:
            raise self._refuse(event, "demasiados valores; quita los alias («*nombre») o divide el archivo")
        return deepcopy(value)

    def _sequence(self, events: Iterator[Event], depth: int) -> list[Any]:
        found = []
        while not isinstance(event := next(events), SequenceEndEvent):
            found.append(self._node(event, events, depth + 1))
        return found

    def _mapping(self, start: MappingStartEvent, events: Iterator[Event], depth: int) -> Block:
        block = Block(place=Place(self._shown, _line(start)))
        while not isinstance(event := next(events), MappingEndEvent):
            key = self._key(event, depth + 1)
            if key in block:
                raise self._refuse(event, f"la clave «{key}» está repetida; deja una sola")
            block[key] = self._node(next(events), events, depth + 1)
        return block

    def _key(self, event: Event, depth: int) -> str:
        if not isinstance(event, ScalarEvent):
            raise self._refuse(event, "una clave debe ser un texto; revisa corchetes y llaves")
        self._spend(event, depth)
        if event.value == "<<" and _is_plain(event):
            raise self._refuse(event, "las claves «<<» no se admiten; escribe los valores completos")
        if event.anchor:
            self._anchors[event.anchor] = (event.value, 1 + len(event.value))
        self._size += 1 + len(event.value)
        return self._storable(event)

    def _scalar(self, event: ScalarEvent) -> Any:
        text = self._storable(event)
        if _is_plain(event) and _REFERENCE.search(text):
            return Reference(text)
        return _resolve(text) if _is_plain(event) else text

    def _storable(self, event: ScalarEvent) -> str:
        text = str(event.value).translate(self._letters) if self._letters else str(event.value)
        if not is_storable(text):
            raise self._refuse(event, "el texto tiene un carácter que no se puede guardar; bórralo")
        return text

    def _refuse(self, event: Event, reason: str) -> ProjectError:
        return _refusal(self._shown, _line(event), reason)


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _line_of(error: Exception, text: str) -> int:
    if isinstance(error, ReaderError):
        return text.encode()[: int(error.position)].count(b"\n") + 1
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return int(mark.line) + 1 if mark else 1


def _is_plain(event: ScalarEvent) -> bool:
    return not event.style


def _resolve(text: str) -> Any:
    if text.lower() in _WORDS and text in {text.lower(), text.upper(), text.capitalize()}:
        return _WORDS[text.lower()]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return text

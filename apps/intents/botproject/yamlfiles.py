"""Reads one YAML file of a bot project: plain core values only, every mapping with its line."""

import math
import re
from functools import partial
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from apps.intents.botproject.findings import NOWHERE, Place, ProjectError

MAX_BYTES = 5 * 1024 * 1024
MAX_VALUES = 100_000
"""Values of a whole project: reading as many takes some seconds."""
MAX_ALIASED = 10_000
"""Values and characters of one file that its aliases repeat: what stops a "billion laughs" file."""
MAX_DEPTH = 40

_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_REFERENCE = re.compile(r"\$\{.*\}")
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
    root = _compose(_read_text(path, shown), shown, budget or Budget())
    value = Block(place=Place(shown, 1)) if root is None else _Builder(shown).value(root)
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


class _StrictComposer(Composer):
    """Composes nodes as ruamel does, but takes no tag and no directive."""

    def __init__(self, loader: Any, budget: Budget) -> None:
        super().__init__(loader)
        self.warn_double_anchors = False
        self.budget = budget

    def compose_document(self) -> Any:
        start = self.parser.peek_event()
        if start.version or start.tags:
            raise _Refused("las directivas (%YAML, %TAG) no se admiten; bórralas", start.start_mark)
        return super().compose_document()

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        if getattr(event, "tag", None):
            raise _Refused("las etiquetas de YAML («!…») no se admiten; bórrala", event.start_mark)
        self.budget.left -= 1
        if self.budget.left < 0:
            raise _Refused("demasiados valores; divide el archivo", event.start_mark)
        return super().compose_node(parent, index)


class _Refused(MarkedYAMLError):
    """Our own refusal while composing: `problem` is Spanish already."""

    def __init__(self, problem: str, mark: Any) -> None:
        super().__init__(problem=problem, problem_mark=mark)


def _compose(text: str, shown: str, budget: Budget) -> Node | None:
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = partial(_StrictComposer, budget=budget)  # type: ignore[assignment]
    yaml.max_depth = MAX_DEPTH
    try:
        root: Node | None = yaml.compose(text)
        return root
    except _Refused as error:
        raise _refusal(shown, _line_of(error, text), error.problem) from error
    except (YAMLError, ValueError, AssertionError, LookupError) as error:
        reason = "no es YAML válido; revisa la sangría, las comillas y los dos puntos"
        raise _refusal(shown, _line_of(error, text), reason) from error


def _line_of(error: Exception, text: str) -> int:
    if isinstance(error, ReaderError):
        return text.count("\n", 0, int(error.position)) + 1
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return int(mark.line) + 1 if mark else 1


class _Builder:
    """Turns composed nodes into values by YAML 1.2's core schema (dates stay text)."""

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._seen: set[int] = set()
        self._aliased = 0

    def value(self, node: Node, depth: int = 0) -> Any:
        if id(node) in self._seen:
            self._aliased += 1 + (len(node.value) if isinstance(node, ScalarNode) else 0)
        self._seen.add(id(node))
        if self._aliased > MAX_ALIASED or depth > MAX_DEPTH:
            raise self._refuse(node, "demasiados valores; quita los alias («*nombre») o divide el archivo")
        if isinstance(node, MappingNode):
            return self._mapping(node, depth)
        if isinstance(node, SequenceNode):
            return [self.value(item, depth + 1) for item in node.value]
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        raise self._refuse(node, "no se entiende esta parte; revisa la sangría")

    def _mapping(self, node: MappingNode, depth: int) -> Block:
        block = Block(place=Place(self._shown, node.start_mark.line + 1))
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key in block:
                raise self._refuse(key_node, f"la clave «{key}» está repetida; deja una sola")
            block[key] = self.value(value_node, depth + 1)
        return block

    def _key(self, node: Node) -> str:
        if not isinstance(node, ScalarNode):
            raise self._refuse(node, "una clave debe ser un texto; revisa corchetes y llaves")
        if node.value == "<<" and _is_plain(node):
            raise self._refuse(node, "las claves «<<» no se admiten; escribe los valores completos")
        return self._storable(node)

    def _scalar(self, node: ScalarNode) -> Any:
        text = self._storable(node)
        if _is_plain(node) and _REFERENCE.search(text):
            return Reference(text)
        return _resolve(text) if _is_plain(node) else text

    def _storable(self, node: ScalarNode) -> str:
        text = str(node.value)
        if not is_storable(text):
            raise self._refuse(node, "el texto tiene un carácter que no se puede guardar; bórralo")
        return text

    def _refuse(self, node: Node, reason: str) -> ProjectError:
        return _refusal(self._shown, node.start_mark.line + 1, reason)


def _is_plain(node: ScalarNode) -> bool:
    return not node.style


def _resolve(text: str) -> Any:
    if text.lower() in _WORDS and text in {text.lower(), text.upper(), text.capitalize()}:
        return _WORDS[text.lower()]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return text

"""Refuses, before training, patterns that do not compile or that could hold up a turn. Used in training only.

`re` cannot be interrupted, so a pattern such as `(a+)+$` would stop a whole worker process. Every pattern is
therefore tried in a child process on what is worst for it: each of its repeats pumped to the longest message.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from apps.chat.engines.embedded.errors import TrainingError
from apps.chat.engines.embedded.nlu.entities import compile_pattern
from apps.chat.engines.embedded.nlu.text import MAX_CHARS
from apps.chat.engines.project import BotProject

SLOW_SECONDS = 0.25
"""CPU time on the longest message from which a pattern is refused; a sound one needs a few milliseconds."""
START_SECONDS, SECONDS_PER_PATTERN = 5.0, 1.0
_PREFERRED = "a0 .-@_"
_ENDINGS = ("", "\x01")

_CHILD = """
import json, re, sys, time
for line in sys.stdin:
    pattern, probes = json.loads(line)
    compiled, worst, spent = re.compile(pattern, re.IGNORECASE), 0.0, 0.0
    for probe in probes:
        started = time.process_time()
        for _ in compiled.finditer(probe): pass
        seconds = time.process_time() - started
        worst, spent = max(worst, seconds), spent + seconds
        if spent > 0.5: break
    print(worst, flush=True)
"""

_parser: Any = import_module("re._parser")
_op: Any = import_module("re._constants")
_REPEATS = {_op.MAX_REPEAT, _op.MIN_REPEAT, _op.POSSESSIVE_REPEAT}


def check_patterns(project: BotProject) -> None:
    """Raises TrainingError, naming entity and pattern, for the first not fit to be run on every message."""
    jobs = [(entity, pattern) for entity, patterns in project.regexes.items() for pattern in patterns]
    lines = [json.dumps([_compiled(*job), _probes(_compiled(*job))]) for job in jobs]
    if not jobs:
        return
    seconds = _measure(lines)
    for (entity, pattern), spent in zip(jobs, seconds, strict=True):
        if spent > SLOW_SECONDS:
            raise TrainingError(
                f"El patrón «{pattern}» de «{entity}» es demasiado lento con mensajes largos: "
                "quita repeticiones dentro de repeticiones y ponles un máximo, como «{1,64}»."
            )


def _compiled(entity: str, pattern: str) -> str:
    try:
        return compile_pattern(pattern).pattern
    except (re.error, RecursionError, OverflowError) as error:
        reason = f"El patrón «{pattern}» de «{entity}» no es una expresión regular válida: corrígelo."
        raise TrainingError(reason) from error


def _measure(lines: list[str]) -> list[float]:
    """Worst CPU seconds per pattern; infinite for the one that the time ran out on, 0 for those behind it."""
    limit = START_SECONDS + SECONDS_PER_PATTERN * len(lines)
    command = [sys.executable, "-I", "-S", "-c", _CHILD]
    try:
        done = subprocess.run(  # noqa: S603 -- our own script; patterns go in as data
            command, input="\n".join(lines).encode(), capture_output=True, timeout=limit, check=True
        ).stdout
    except subprocess.TimeoutExpired as expired:
        done = (expired.stdout or b"") + b"inf"
    except (OSError, subprocess.CalledProcessError) as error:
        raise TrainingError("No se pudieron probar los patrones de entidades: entrena de nuevo.") from error
    found = [float(line) for line in done.decode().split()]
    return found + [0.0] * (len(lines) - len(found))


def _probes(pattern: str) -> list[str]:
    """The longest messages that make each repeat of the pattern run, with and without a wrong ending."""
    tree = list(_parser.parse(pattern, re.IGNORECASE))
    found: dict[str, None] = {}
    for turn in range(len(_PREFERRED)):
        preferred = _PREFERRED[turn:] + _PREFERRED[:turn]
        for before, body in _pumps(tree, "", preferred):
            pumped = before + body * (MAX_CHARS // max(1, len(body)))
            found.update((pumped[: MAX_CHARS - len(ending)] + ending, None) for ending in _ENDINGS)
    return list(found)


def _pumps(items: list[Any], before: str, preferred: str) -> Iterator[tuple[str, str]]:
    """(what matches up to a repeat, what one round of it matches) for every repeat, nested ones too."""
    for code, argument in items:
        if code in _REPEATS:
            _, highest, body = argument
            if highest > 1:
                yield before, _sample(list(body), preferred)
        for inner in _inside(code, argument):
            yield from _pumps(inner, before, preferred)
        before += _sample([(code, argument)], preferred)


def _inside(code: Any, argument: Any) -> list[list[Any]]:
    if code in _REPEATS or code is _op.SUBPATTERN:
        return [list(argument[-1])]
    if code is _op.BRANCH:
        return [list(branch) for branch in argument[1]]
    if code is _op.ATOMIC_GROUP:
        return [list(argument)]
    return [list(argument[1])] if code in {_op.ASSERT, _op.ASSERT_NOT} else []


def _sample(items: list[Any], preferred: str) -> str:
    """Something that the items match, short, made of the preferred characters where they may choose."""
    return "".join(_sample_one(code, argument, preferred) for code, argument in items)


def _sample_one(code: Any, argument: Any, preferred: str) -> str:
    if code is _op.LITERAL:
        return chr(argument)
    if code is _op.NOT_LITERAL:
        return preferred[1] if preferred[0] == chr(argument) else preferred[0]
    if code is _op.ANY:
        return preferred[0]
    if code is _op.IN:
        return _member(argument, preferred)
    if code in _REPEATS:
        return _sample(list(argument[2]), preferred) * min(int(argument[0]), MAX_CHARS)
    if code is _op.BRANCH:
        branches = argument[1]
        return _sample(list(branches[_PREFERRED.index(preferred[0]) % len(branches)]), preferred)
    if code in {_op.SUBPATTERN, _op.ATOMIC_GROUP}:
        return _sample(_inside(code, argument)[0], preferred)
    return ""


def _member(parts: list[tuple[Any, Any]], preferred: str) -> str:
    """A character of a set, preferably a preferred one."""
    own = [chr(argument) for code, argument in parts if code is _op.LITERAL]
    own += [chr(argument[0]) for code, argument in parts if code is _op.RANGE]
    negated = parts[0][0] is _op.NEGATE
    for char in [*preferred, *own]:
        if any(_contains(code, argument, char) for code, argument in parts) != negated:
            return str(char)
    return ""


def _contains(code: Any, argument: Any, char: str) -> bool:
    if code is _op.LITERAL:
        return bool(ord(char) == argument)
    if code is _op.RANGE:
        return bool(argument[0] <= ord(char) <= argument[1])
    if code is not _op.CATEGORY:
        return False
    name = str(argument)
    held = char.isdigit() if "DIGIT" in name else char.isspace() if "SPACE" in name else _is_word(char)
    return held != ("NOT" in name)


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"

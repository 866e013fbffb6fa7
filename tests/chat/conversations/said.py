"""Which responses of the bot project a message can be, in which language."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from apps.chat.engines.project import BotProject, Response

_PLACEHOLDER = re.compile(r"\{\w+\}")


class Said:
    """Texts of one language; a response without an English twin speaks for both."""

    def __init__(self, project: BotProject, language: str) -> None:
        self._patterns = {
            name: [_pattern(one) for one in _spoken(responses, language)]
            for name, responses in project.responses.items()
        }

    def is_one_of(self, text: str, names: str) -> bool:
        """`names` are parted by |."""
        return any(
            pattern.fullmatch(text) for name in names.split("|") for pattern in self._patterns[name.strip()]
        )

    def names(self, text: str) -> list[str]:
        return [name for name, known in self._patterns.items() if any(one.fullmatch(text) for one in known)]


def payloads(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    return [b["payload"] for m in messages for b in m.get("buttons", []) if "payload" in b]


def titles(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    return [b["title"] for m in messages for b in m.get("buttons", [])]


def _spoken(responses: tuple[Response, ...], language: str) -> list[Response]:
    english = [one for one in responses if one.conditions.get("idioma") == "en"]
    if language == "en" and english:
        return english
    return [one for one in responses if one not in english]


def _pattern(response: Response) -> re.Pattern[str]:
    parts = _PLACEHOLDER.split(response.text)
    return re.compile(".*".join(map(re.escape, parts)), re.DOTALL)

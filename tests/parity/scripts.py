"""The conversations of rasa/tests/conversations.yml, which the embedded engine's own tests replay too."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML

from tests.servers.rasa_venv import ROOT

FILE = ROOT / "rasa" / "tests" / "conversations.yml"


@dataclass(frozen=True)
class Talk:
    """A conversation by its name; `turns` are what is said, and whether by a known student."""

    name: str
    turns: list[tuple[str, bool]]


def conversations() -> list[Talk]:
    written: dict[str, Any] = YAML(typ="safe", pure=True).load(FILE)
    return [Talk(one["name"], list(_turns(one))) for one in written["conversations"]]


def _turns(talk: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    for turn in talk["turns"]:
        yield turn["say"], bool(turn.get("known", talk.get("known", False)))

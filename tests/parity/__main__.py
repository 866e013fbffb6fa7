"""`make parity`: the same conversations on the embedded engine and on real Rasa, compared turn by turn.

    python -m tests.parity [--short] [--seed 7] [--write]

Not part of the suite: it needs Rasa 3.6.21 in a virtualenv of its own (tests/servers/rasa_venv.py). Ends with
1 when less than 98 % of the turns are identical. `--short` is for CI; `--write` keeps the result in docs/.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import django

django.setup()

from apps.chat.engines.project import BotProject  # noqa: E402 - after setup
from apps.intents.services.project import project_files  # noqa: E402
from tests.parity import scripts, walks  # noqa: E402
from tests.parity.compare import Reply, Turn, Variations, cause, differences  # noqa: E402
from tests.parity.report import GOAL, identical, written  # noqa: E402
from tests.parity.stage import Side, both  # noqa: E402
from tests.servers.rasa_venv import ROOT  # noqa: E402

PAGE = ROOT / "docs" / "parity.md"
SHORT = 6
"""Conversations and walks of a short run."""


class Duet:
    """Says everything to both bots and notes what differs."""

    def __init__(self, embedded: Side, rasa: Side, project: BotProject) -> None:
        self._sides, self._variations = (embedded, rasa), Variations.of(project)
        self.turns: list[Turn] = []

    def say(self, talk: str, text: str, is_known: bool) -> Turn:
        earlier = [turn for turn in self.turns if turn.talk == talk]
        replies = [
            Reply(side.say(f"{talk}-1", text, is_known), side.understood(f"{talk}-1")) for side in self._sides
        ]
        differs = differences(*replies, self._variations)
        turn = Turn(talk, len(earlier) + 1, text, is_known, *replies, differs)
        if differs:
            turn = Turn(talk, turn.number, text, is_known, *replies, differs, cause(turn, earlier))
            print(f"  {talk} {turn.number} «{text[:60]}»: {', '.join(differs)}: {turn.cause}", flush=True)
        self.turns.append(turn)
        return turn

    def walk(self, number: int, project: BotProject, seed: int) -> None:
        talk = f"walk-{number:02d}"

        def say(text: str, is_known: bool) -> tuple[list[Mapping[str, Any]], str | None]:
            reply = self.say(talk, text, is_known).embedded
            return reply.messages, reply.understood.slots.get("requested_slot")

        walks.walk(number, project, say, seed)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="some conversations and walks")
    parser.add_argument("--seed", type=int, default=7, help="of the random walks")
    parser.add_argument("--write", action="store_true", help="keep the result in docs/parity.md")
    options = parser.parse_args()
    project, started = project_files(), time.monotonic()
    talks = scripts.conversations()
    with tempfile.TemporaryDirectory(prefix="parity-") as name, both(Path(name)) as (embedded, rasa):
        duet = Duet(embedded, rasa, project)
        for number, talk in enumerate(talks[:: max(1, len(talks) // SHORT)] if options.short else talks):
            for text, is_known in talk.turns:
                duet.say(f"talk-{number:02d}", text, is_known)
        for number in range(SHORT if options.short else walks.WALKS):
            duet.walk(number, project, options.seed)
    page = written(duet.turns, seed=options.seed, minutes=(time.monotonic() - started) / 60)
    print(page)
    if options.write:
        PAGE.write_text(page, encoding="utf-8")
    return int(identical(duet.turns) < GOAL)


if __name__ == "__main__":
    sys.exit(main())

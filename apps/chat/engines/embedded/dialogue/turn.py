"""One user message being answered: who wrote it, with which proof, and what is said so far."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.chat.engines.base import Message
from apps.chat.engines.embedded.dialogue.events import Event
from apps.chat.engines.embedded.dialogue.responses import messages_of
from apps.chat.engines.embedded.dialogue.tracker import Tracker
from apps.chat.engines.embedded.dialogue.utterance import Utterance

TURN_SECONDS = 12.0
"""For all actions of a turn that run elsewhere: clients wait 15 s (contract http.md, rule 1.12)."""


@dataclass(slots=True)
class Turn:
    """What actions know besides the tracker. They return events; `log` makes them count."""

    said: Utterance
    sender: str
    claims: Mapping[str, Any] | None
    metadata: Mapping[str, Any]
    message_id: str
    now: float
    day: str = ""
    """The project's local day (ISO), for answers with dates; "": whatever their dates."""
    used: dict[str, int] = field(default_factory=dict)
    """The variation of each response that was said last."""
    messages: list[Message] = field(default_factory=list)
    deadline: float = field(default_factory=lambda: time.monotonic() + TURN_SECONDS)

    @property
    def seconds_left(self) -> float:
        return self.deadline - time.monotonic()

    def log(self, tracker: Tracker, events: list[Event]) -> None:
        tracker.update(*events)
        for event in events:
            if event["event"] == "bot":
                self.messages += messages_of(event, self.sender)

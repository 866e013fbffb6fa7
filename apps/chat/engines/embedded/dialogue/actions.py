"""What the bot can do, by the names that rules use."""

from collections.abc import Callable, Iterable, Mapping

from apps.chat.engines.embedded.dialogue.responses import Responder
from apps.chat.engines.embedded.dialogue.turn import (
    QUESTION_SLOT,
    VERIFIED_SLOT,
    BotUttered,
    Event,
    SessionCleared,
    SlotSet,
    Turn,
)

LISTEN = "action_listen"
DEFAULT_FALLBACK = "action_default_fallback"
RESTART = "action_restart"
UTTER = "utter_"

Action = Callable[[Turn, Responder], Iterable[Event]]


class Actions:
    """The registry: built-in actions, those handed in, and every response of the project."""

    def __init__(self, responder: Responder, custom: Mapping[str, Action] | None = None) -> None:
        self._responder = responder
        self._known: dict[str, Action] = {**BUILT_IN, **(custom or {})}

    def __contains__(self, name: str) -> bool:
        return name in self._known or name in self._responder

    def run(self, name: str, turn: Turn) -> list[Event]:
        """What the action did; nothing for a name that is not `in` the registry."""
        if name in self._known:
            return list(self._known[name](turn, self._responder))
        return say(name, turn, self._responder)


def say(response: str, turn: Turn, responder: Responder) -> list[Event]:
    messages = responder.utter(response, turn.state, turn.sender, turn.day)
    return [BotUttered(tuple(messages))] if messages else []


def _restart(turn: Turn, responder: Responder) -> list[Event]:
    return [SessionCleared(), *say("utter_restart", turn, responder)]


def _session_start(turn: Turn, responder: Responder) -> list[Event]:
    return [SessionCleared(keep_slots=turn.project.carry_over_slots)]


def _default_fallback(turn: Turn, responder: Responder) -> list[Event]:
    return say("utter_default", turn, responder)


def _verify_session(turn: Turn, responder: Responder) -> list[Event]:
    return [SlotSet(VERIFIED_SLOT, turn.claims is not None)]


def _close_question(turn: Turn, responder: Responder) -> list[Event]:
    """The question was answered: the next "sí" speaks of something else."""
    return [SlotSet(QUESTION_SLOT, None)] if QUESTION_SLOT in turn.project.slots else []


def _nothing(turn: Turn, responder: Responder) -> list[Event]:
    return []


BUILT_IN: dict[str, Action] = {
    LISTEN: _nothing,
    RESTART: _restart,
    DEFAULT_FALLBACK: _default_fallback,
    "action_session_start": _session_start,
    "action_verify_session": _verify_session,
    "action_close_question": _close_question,
}

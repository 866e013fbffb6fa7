"""Answers one message: session, slots, protected intents, pending wishes, rules, and what was missed."""

import dataclasses
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from apps.chat.engines.base import Message
from apps.chat.engines.embedded.dialogue.actions import DEFAULT_FALLBACK, LISTEN, RESTART, Action, Actions
from apps.chat.engines.embedded.dialogue.fallback import is_time_for_human, offer_guesses, offer_human
from apps.chat.engines.embedded.dialogue.policy import RulePolicy
from apps.chat.engines.embedded.dialogue.responses import Responder
from apps.chat.engines.embedded.dialogue.session import enter_session
from apps.chat.engines.embedded.dialogue.slots import extract_slots
from apps.chat.engines.embedded.dialogue.turn import VERIFIED_SLOT, SlotSet, Turn
from apps.chat.engines.embedded.dialogue.utterance import Utterance
from apps.chat.engines.embedded.store import ConversationState, Wish
from apps.chat.engines.project import BotProject

MAX_ACTIONS = 10
NEED_AUTH = "utter_need_auth"
CANCEL_INTENT = "cancelar"
"""Takes back a wish that still waits for the login."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    messages: list[Message]
    intent: str
    confidence: float
    is_fallback: bool


class Dialogue:
    """Built once per model and shared by threads: all that changes is in the state that it is handed."""

    def __init__(self, project: BotProject, custom_actions: Mapping[str, Action] | None = None) -> None:
        self.project = project
        self._zone = ZoneInfo(project.time_zone)
        self._responder = Responder(project.responses)
        self._actions = Actions(self._responder, custom_actions)
        self._policy = RulePolicy(project, self._actions)

    def answer(
        self,
        state: ConversationState,
        said: Utterance,
        *,
        sender: str,
        claims: Mapping[str, Any] | None,
        now: float,
    ) -> Answer:
        """Changes the state. `claims` are verified, None for nobody known; `now` is seconds since 1970."""
        is_first = enter_session(state, self.project, now)
        wish = self._due_wish(state, said, claims)
        if wish and wish.intent == said.intent:
            said, wish = _with_entities_of(said, wish), None
        turn = Turn(self.project, state, said, sender, claims, is_first, self._day_of(now))
        self._respond(turn)
        messages = turn.messages
        if wish and RESTART not in turn.actions:
            messages = messages + self._fulfil(wish, turn)
        state.latest_intent = said.intent
        is_fallback = not said.is_understood or DEFAULT_FALLBACK in turn.actions
        return Answer(messages, said.intent, said.confidence, is_fallback)

    def _day_of(self, now: float) -> str:
        return datetime.fromtimestamp(now, self._zone).date().isoformat()

    def _due_wish(
        self, state: ConversationState, said: Utterance, claims: Mapping[str, Any] | None
    ) -> Wish | None:
        """The wish to answer in this turn; it is forgotten then, and when the student cancels."""
        if state.wish is None or (claims is None and said.intent != CANCEL_INTENT):
            return None
        wish, state.wish = state.wish, None
        return wish if said.intent != CANCEL_INTENT and wish.intent in self.project.intents else None

    def _respond(self, turn: Turn) -> None:
        turn.apply(SlotSet(VERIFIED_SLOT, turn.claims is not None))
        extract_slots(turn, self._actions)
        turn.remember_moment()
        if self._is_barred(turn):
            turn.state.misses = 0
            turn.state.wish = Wish(turn.said.intent, turn.said.entities)
            self._apply(NEED_AUTH, turn)
        elif turn.said.is_understood:
            self._run_rules(turn)
            turn.state.misses = turn.state.misses + 1 if DEFAULT_FALLBACK in turn.actions else 0
        else:
            turn.state.misses += 1
            self._answer_miss(turn)

    def _is_barred(self, turn: Turn) -> bool:
        intent = self.project.intents.get(turn.said.intent)
        return turn.claims is None and intent is not None and intent.requires_auth

    def _answer_miss(self, turn: Turn) -> None:
        if is_time_for_human(turn.state.misses):
            for event in offer_human(turn, self._responder):
                turn.apply(event)
        if not turn.messages:
            self._run_rules(turn)
            offer_guesses(turn)

    def _run_rules(self, turn: Turn) -> None:
        """Predict, run, remember, until the bot listens."""
        for _ in range(MAX_ACTIONS):
            action = self._policy.next_action(turn)
            if action == LISTEN:
                return
            self._apply(action, turn)
        logger.warning("rules for intent %s did not end within %d actions", turn.said.intent, MAX_ACTIONS)

    def _apply(self, action: str, turn: Turn) -> None:
        if action not in self._actions:
            logger.warning("action %s is not known to the embedded engine and was left out", action)
        for event in self._actions.run(action, turn):
            turn.apply(event)
        turn.actions.append(action)
        turn.remember_moment()

    def _fulfil(self, wish: Wish, after: Turn) -> list[Message]:
        """The answer that the wish would have had, in a turn of its own."""
        said = Utterance("", wish.intent, 1.0, wish.entities, is_payload=True)
        turn = Turn(self.project, after.state, said, after.sender, after.claims, day=after.day)
        misses = after.state.misses
        self._respond(turn)
        after.state.misses = misses
        return turn.messages


def _with_entities_of(said: Utterance, wish: Wish) -> Utterance:
    """What is said now counts more than what was said before."""
    named = {entity.entity for entity in said.entities}
    kept = tuple(entity for entity in wish.entities if entity.entity not in named)
    return dataclasses.replace(said, entities=said.entities + kept)

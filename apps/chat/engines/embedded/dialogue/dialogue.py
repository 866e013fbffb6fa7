"""Answers one message: session, slots, then action after action until the bot listens."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from apps.chat.engines.base import Message
from apps.chat.engines.embedded.dialogue.actions import Actions
from apps.chat.engines.embedded.dialogue.domain import DEFAULT_FALLBACK, Domain
from apps.chat.engines.embedded.dialogue.events import (
    LISTEN,
    REQUESTED_SLOT,
    SESSION_START,
    VERIFIED_SLOT,
    Event,
    acted,
    heard,
    interrupted,
    rejected,
    slot_set,
)
from apps.chat.engines.embedded.dialogue.guard import guarded
from apps.chat.engines.embedded.dialogue.history import keep, resume
from apps.chat.engines.embedded.dialogue.policy import Policy, Prediction
from apps.chat.engines.embedded.dialogue.session import begins_session
from apps.chat.engines.embedded.dialogue.tracker import Tracker
from apps.chat.engines.embedded.dialogue.turn import Turn
from apps.chat.engines.embedded.dialogue.utterance import Utterance
from apps.chat.engines.embedded.hosts import ActionFailed, ActionHost, ActionRejected
from apps.chat.engines.embedded.store import ConversationState
from apps.chat.engines.project import BotProject

MAX_ACTIONS = 10
MAX_STEPS = 3 * MAX_ACTIONS
"""With actions that decline, which do not count as actions."""
ACTION_FAILED = "utter_action_failed"
_NO_METADATA: Mapping[str, Any] = {}
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    messages: list[Message]
    intent: str
    confidence: float
    is_fallback: bool
    is_form_answer: bool = False


class Dialogue:
    """Built once per model and shared by threads: all that changes is in the state that it is handed."""

    def __init__(
        self, project: BotProject, hosts: Sequence[ActionHost] = (), policy: Policy | None = None
    ) -> None:
        """`hosts` run custom actions: the first that has the name."""
        self.project = project
        self._zone = ZoneInfo(project.time_zone)
        self._domain = Domain(project)
        self._actions = Actions(self._domain, hosts)
        self._policy = policy or Policy(self._domain)

    def with_hosts(self, hosts: Sequence[ActionHost]) -> "Dialogue":
        """The same, with other hosts for custom actions."""
        return Dialogue(self.project, hosts, self._policy)

    def answer(
        self,
        state: ConversationState,
        said: Utterance,
        *,
        sender: str,
        claims: Mapping[str, Any] | None,
        now: float,
        metadata: Mapping[str, Any] = _NO_METADATA,
        message_id: str = "",
    ) -> Answer:
        """Changes the state. `claims` are verified, None for nobody known; `now` is seconds since 1970.

        Custom actions are handed `metadata`; it is not stored.
        """
        day = datetime.fromtimestamp(now, self._zone).date().isoformat()
        turn = Turn(said, sender, claims, metadata, message_id or uuid4().hex, now, day, state.used)
        tracker = resume(state, self._domain)
        tracker.fix({VERIFIED_SLOT: claims is not None} if VERIFIED_SLOT in self.project.slots else {})
        if begins_session(state, self.project, now):
            self._begin_session(turn, tracker)
        is_fallback, is_form_answer = self._respond(turn, tracker)
        is_fallback = is_fallback or not (said.is_understood or is_form_answer)
        keep(state, tracker)
        state.last_turn_at = now
        return Answer(turn.messages, said.intent, said.confidence, is_fallback, is_form_answer)

    def _begin_session(self, turn: Turn, tracker: Tracker) -> None:
        try:
            self._run(Prediction(SESSION_START), turn, tracker)
        except ActionFailed:
            turn.log(tracker, self._actions.start_session(turn, tracker))

    def _respond(self, turn: Turn, tracker: Tracker) -> tuple[bool, bool]:
        """Whether the bot had to fall back on what it does when nothing fits; whether a form was answered."""
        before = dict(tracker.slots)
        tracker.update(heard(turn.said, turn.metadata, turn.message_id))
        turn.log(tracker, self._actions.extract(turn, tracker))
        is_fallback = is_taken = False
        for _ in range(MAX_STEPS):
            if tracker.is_paused and tracker.intent != "restart":
                return is_fallback, is_taken
            if _ran(tracker) >= MAX_ACTIONS:
                break
            prediction = self._policy.predict(tracker)
            if turn.claims is None:
                prediction = guarded(prediction, tracker, self.project)
            is_fallback = is_fallback or prediction.is_fallback or prediction.action == DEFAULT_FALLBACK
            try:
                has_run = self._run(prediction, turn, tracker)
            except ActionFailed:
                self._own_up(prediction.action, turn, tracker, before)
                return is_fallback, is_taken
            is_taken = is_taken or (prediction.takes_answer and has_run)
            if prediction.action in (LISTEN, SESSION_START):
                return is_fallback, is_taken
        logger.warning("rules for intent %s did not end within %d actions", turn.said.intent, MAX_ACTIONS)
        tracker.update(acted(LISTEN))
        return is_fallback, is_taken

    def _run(self, prediction: Prediction, turn: Turn, tracker: Tracker) -> bool:
        """Whether it did not decline: nothing counts of an action that does. Raises ActionFailed."""
        told = [interrupted()] if prediction.interrupts else []
        try:
            events = self._actions.run(prediction.action, turn, tracker.fork(*told))
        except ActionRejected:
            tracker.update(rejected(prediction.action))
            return False
        has_run = not any(event["event"] == "action_execution_rejected" for event in events)
        if has_run:
            tracker.update(*told, acted(prediction.action, is_hidden=prediction.is_hidden))
        turn.log(tracker, events)
        if any(event["event"] == "user" for event in events):
            turn.log(tracker, self._actions.extract(turn, tracker))
        return has_run

    def _own_up(self, action: str, turn: Turn, tracker: Tracker, before: Mapping[str, Any]) -> None:
        """Says that it failed. What a form could not have validated it will ask for again."""
        logger.warning("action %s failed: nothing of it is applied", action)
        undone: list[Event] = []
        if form := self.project.forms.get(tracker.loop_name or ""):
            wanted = {*form.required_slots, tracker.slots.get(REQUESTED_SLOT)}
            undone = [
                slot_set(slot, value)
                for slot, value in before.items()
                if slot in wanted and tracker.slots[slot] != value
            ]
        said = self._actions.say(ACTION_FAILED, turn, tracker)
        turn.log(tracker, [acted(action), *said, *undone])
        self._ask_again(action, turn, tracker)
        tracker.update(acted(LISTEN))

    def _ask_again(self, failed: str, turn: Turn, tracker: Tracker) -> None:
        """A form that was interrupted goes on: otherwise it would not take the next answer."""
        form = tracker.loop_name
        if form and form != failed and tracker.is_rejected:
            try:
                self._run(Prediction(form), turn, tracker)
            except ActionFailed:
                logger.warning("the form %s could not ask again", form)


def _ran(tracker: Tracker) -> int:
    """How many actions since the bot listened last."""
    count = 0
    for event in reversed(tracker.events):
        if event["event"] == "action":
            if event["name"] in (LISTEN, SESSION_START):
                break
            count += 1
    return count

"""Says which action comes next: Rasa's order of what counts more than what."""

import logging
from dataclasses import dataclass

from apps.chat.engines.embedded.dialogue.domain import BACK, RESTART, Domain
from apps.chat.engines.embedded.dialogue.events import LISTEN, SESSION_START
from apps.chat.engines.embedded.dialogue.features import Featuriser, State
from apps.chat.engines.embedded.dialogue.rules import Rules
from apps.chat.engines.embedded.dialogue.scripts import Lesson, Reader
from apps.chat.engines.embedded.dialogue.stories import Stories
from apps.chat.engines.embedded.dialogue.tracker import Tracker

OF_INTENTS = {"restart": RESTART, "back": BACK, "session_start": SESSION_START}
"""Intents that every Rasa bot has without declaring them, and the actions that follow them."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prediction:
    action: str
    interrupts: bool = False
    """Whether the active form is to be told that the message was no answer to it."""
    is_hidden: bool = False
    """Whether stories are not to see this turn: a rule that stands in none of them asked for it."""
    is_fallback: bool = False
    takes_answer: bool = False
    """The active form runs, to look for an answer in the message."""


class Policy:
    """Built once per model, shared by threads."""

    def __init__(self, domain: Domain) -> None:
        project = domain.project
        self._domain = domain
        self._featuriser = Featuriser(domain)
        reader = Reader(domain, self._featuriser)
        lessons: list[Lesson] = []
        if project.policies.memoization:
            lessons = [lesson for story in project.stories for lesson in reader.story(story)]
        ruled = [lesson for rule in project.rules for lesson in reader.rule(rule)]
        self._rules = Rules(ruled, lessons)
        self._stories = Stories(domain, self._featuriser, lessons, ruled, self._rules) if lessons else None

    def predict(self, tracker: Tracker) -> Prediction:
        if followup := tracker.followup:
            tracker.followup = None
            if self._domain.knows(followup):
                return Prediction(followup)
            logger.error("the action %.60r that should come next is not known", followup)
        declined = tracker.declined
        if (default := _default(tracker)) and default != declined:
            return Prediction(default, is_hidden=self._is_hidden(default))
        if looped := self._of_loop(tracker):
            return looped
        states = self._states(tracker)
        found = self._rules.find(states, tracker.loop_name)
        if found.action and found.action != declined:
            hidden = self._stories is not None and not self._stories.has(found.entry)
            return Prediction(found.action, found.interrupts, hidden)
        told = self._stories.recall(tracker) if self._stories else None
        if told and told != declined:
            return Prediction(told, found.interrupts)
        return self._otherwise(declined, found.interrupts)

    def _otherwise(self, declined: str | None, interrupts: bool) -> Prediction:
        policies = self._domain.project.policies
        fallback = policies.core_fallback_action
        if not policies.has_core_fallback or fallback == declined:
            return Prediction(LISTEN, interrupts)
        return Prediction(fallback, interrupts, is_fallback=True)

    def _of_loop(self, tracker: Tracker) -> Prediction | None:
        """A form that has not declined the message comes first, and listens when it has run."""
        loop = tracker.loop_name
        if loop is None or tracker.is_rejected or not tracker.latest_action:
            return None
        if tracker.latest_action == loop:
            return Prediction(LISTEN, is_hidden=self._is_hidden(f"{loop} {LISTEN}"))
        return Prediction(loop, is_hidden=self._is_hidden(loop), takes_answer=True)

    def _is_hidden(self, source: str) -> bool:
        return self._stories is not None and not self._stories.has(source)

    def _states(self, tracker: Tracker) -> list[State]:
        """As many as the longest rule has."""
        actions = sum(event["event"] == "action" for event in tracker.applied)
        skip = actions + 1 - self._rules.longest
        moments = self._featuriser.moments(tracker.applied, tracker.base, tracker.base.slots, skip)
        return [moment.state for moment in moments]


def _default(tracker: Tracker) -> str | None:
    """A paused bot hears nothing but a restart."""
    hears = tracker.latest_action == LISTEN or tracker.is_paused
    return OF_INTENTS.get(tracker.intent or "") if hears else None

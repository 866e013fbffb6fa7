"""What the bot can do, by the names that rules use."""

import logging
from collections.abc import Callable, Sequence

from apps.chat.engines.embedded.dialogue import domain as names
from apps.chat.engines.embedded.dialogue.custom import CustomActions
from apps.chat.engines.embedded.dialogue.domain import Domain
from apps.chat.engines.embedded.dialogue.events import (
    LISTEN,
    REQUESTED_SLOT,
    SESSION_START,
    VERIFIED_SLOT,
    Event,
    acted,
    bare,
    loop_set,
    slot_set,
    uttered,
)
from apps.chat.engines.embedded.dialogue.forms import run_form
from apps.chat.engines.embedded.dialogue.responses import Responder
from apps.chat.engines.embedded.dialogue.slots import extract_slots
from apps.chat.engines.embedded.dialogue.tracker import Tracker
from apps.chat.engines.embedded.dialogue.turn import Turn
from apps.chat.engines.embedded.dialogue.two_stage import run_two_stage
from apps.chat.engines.embedded.dialogue.utterance import FALLBACK_INTENT
from apps.chat.engines.embedded.hosts import ActionHost

UTTER = "utter_"
Action = Callable[[Turn, Tracker], list[Event]]
logger = logging.getLogger(__name__)


class Actions:
    """The registry: the project's own actions and responses, its forms, and what every bot has.

    `run` gives the events of an action, raises ActionFailed and ActionRejected, changes nothing.
    """

    def __init__(self, domain: Domain, hosts: Sequence[ActionHost] = ()) -> None:
        self.domain = domain
        self._responder = Responder(domain.project.responses)
        self._custom = CustomActions(domain, self._responder, hosts)
        self._built_in: dict[str, Action] = {
            LISTEN: _nothing,
            SESSION_START: self.start_session,
            names.RESTART: lambda turn, tracker: [*self.say("utter_restart", turn, tracker), bare("restart")],
            names.BACK: lambda turn, tracker: [*self.say("utter_back", turn, tracker), *2 * [bare("rewind")]],
            names.DEFAULT_FALLBACK: self._default_fallback,
            names.DEACTIVATE_LOOP: lambda turn, tracker: [loop_set(None), slot_set(REQUESTED_SLOT, None)],
            names.ASK_AFFIRMATION: self._ask_affirmation,
            names.ASK_REPHRASE: lambda turn, tracker: self.say("utter_ask_rephrase", turn, tracker),
            names.TWO_STAGE: lambda turn, tracker: run_two_stage(self, turn, tracker),
            "action_revert_fallback_events": _nothing,
            "action_unlikely_intent": _nothing,
            # of our own bot, where no host has it
            "action_verify_session": lambda turn, tracker: [slot_set(VERIFIED_SLOT, turn.claims is not None)],
        }

    def runs(self, name: str) -> bool:
        return name in self._custom or name in self._built_in

    def run(self, name: str, turn: Turn, tracker: Tracker) -> list[Event]:
        """The project may bring its own of what every bot has, by declaring the action."""
        form = self.domain.project.forms.get(name)
        is_own = name in self._custom and (self.domain.declares(name) or not (form or name in self._built_in))
        if name.startswith(UTTER):
            return self.say(name, turn, tracker)
        if is_own and name != LISTEN:
            return self._custom.run(name, turn, tracker)
        if name in self._built_in:
            return self._built_in[name](turn, tracker)
        if form:
            return run_form(form, self, turn, tracker)
        logger.warning("action %s is not known to the embedded engine and was left out", name)
        return []

    def extract(self, turn: Turn, tracker: Tracker) -> list[Event]:
        return extract_slots(self, turn, tracker)

    def start_session(self, turn: Turn, tracker: Tracker) -> list[Event]:
        kept = []
        if self.domain.project.carry_over_slots:
            initial = self.domain.initial_slots()
            kept = [slot_set(name, value) for name, value in tracker.slots.items() if initial[name] != value]
        return [bare("session_started"), *kept, acted(LISTEN)]

    def say(self, response: str, turn: Turn, tracker: Tracker) -> list[Event]:
        draft = self._responder.draft(response, tracker.slots, turn.used, turn.day)
        return [uttered(draft)] if draft else []

    def _default_fallback(self, turn: Turn, tracker: Tracker) -> list[Event]:
        return [*self.say("utter_default", turn, tracker), bare("rewind")]

    def _ask_affirmation(self, turn: Turn, tracker: Tracker) -> list[Event]:
        intents = self.domain.project.intents
        guesses = [one.intent for one in turn.said.ranking if one.intent != FALLBACK_INTENT]
        guess = guesses[0] if guesses else turn.said.intent
        title = (intents[guess].title if guess in intents else "") or guess
        buttons = [{"title": "Sí", "payload": f"/{guess}"}, {"title": "No", "payload": "/out_of_scope"}]
        return [uttered({"text": f"¿Quisiste decir «{title}»?", "buttons": buttons})]


def _nothing(turn: Turn, tracker: Tracker) -> list[Event]:
    return []

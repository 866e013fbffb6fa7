"""Runs a form: takes answers, has them validated, asks for the next slot, ends when none is missing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from apps.chat.engines.embedded.dialogue.events import (
    LISTEN,
    REQUESTED_SLOT,
    Event,
    acted,
    loop_set,
    slot_set,
)
from apps.chat.engines.embedded.dialogue.tracker import Tracker
from apps.chat.engines.embedded.dialogue.turn import Turn
from apps.chat.engines.embedded.hosts import ActionRejected
from apps.chat.engines.project import Form

if TYPE_CHECKING:
    from apps.chat.engines.embedded.dialogue.actions import Actions


def run_form(form: Form, actions: "Actions", turn: Turn, tracker: Tracker) -> list[Event]:
    """Raises ActionRejected when the message answers nothing that the form asks for."""
    return _Run(form, actions, turn, tracker).events()


class _Run:
    """One run of a form on one message; `tracker` stays as it was before the run."""

    def __init__(self, form: Form, actions: "Actions", turn: Turn, tracker: Tracker) -> None:
        self._form = form
        self._actions = actions
        self._turn = turn
        self._tracker = tracker
        self._validation = f"validate_{form.name}"
        self._has_validation = actions.domain.declares(self._validation) and actions.runs(self._validation)

    def events(self) -> list[Event]:
        events: list[Event] = []
        if self._tracker.loop_name != self._form.name:
            events += self._activate()
        if not _is_done(events):
            events += self._go_on(events)
        if _is_done(events):
            events.append(loop_set(None))
        return events

    def _activate(self) -> list[Event]:
        """Slots that are filled already, or by the message itself, are validated and not asked for."""
        start = loop_set(self._form.name)
        tracker = self._tracker.fork(start)
        extracted = [e for e in self._actions.extract(self._turn, tracker) if e["event"] == "slot"]
        tracker.update(*extracted)
        if not self._has_validation:
            return [start, *extracted]
        slots = tracker.slots
        filled = {name: slots.get(name) for name in self._form.required_slots if slots.get(name) is not None}
        validated = self._validate(filled, tracker)
        names = {event["name"] for event in _slots_in(validated)}
        return [start, *validated, *(event for event in extracted if event["name"] not in names)]

    def _go_on(self, before: Sequence[Event]) -> list[Event]:
        events: list[Event] = []
        if all(event["event"] == "active_loop" for event in before):
            events = self._take_answer()
        if not _has_declined(events):
            events += self._ask_next([*before, *events])
        return events

    def _take_answer(self) -> list[Event]:
        """Coming back from something else there is no answer to take, but the next slot to decide on."""
        tracker = self._tracker
        is_interrupted = tracker.loop is not None and tracker.loop.is_interrupted
        if tracker.loop and (tracker.latest_action != LISTEN or is_interrupted):
            return self._validate({}, tracker)
        requested = self._requested(tracker)
        wanted = {*self._form.required_slots, requested}
        found = {e["name"]: e["value"] for e in _slots_in(tracker.since_message()) if e["name"] in wanted}
        validated = self._validate(found, tracker)
        is_answered = found or any(event["name"] != REQUESTED_SLOT for event in _slots_in(validated))
        if requested and not is_answered and not _has_declined(validated):
            raise ActionRejected(self._form.name)
        return validated

    def _validate(self, slots: Mapping[str, Any], tracker: Tracker) -> list[Event]:
        if not self._has_validation:
            return []
        proposed = [slot_set(name, value) for name, value in slots.items()]
        return self._actions.run(self._validation, self._turn, self._trial(tracker, proposed))

    def _ask_next(self, so_far: Sequence[Event]) -> list[Event]:
        """A validation may have said which slot is next, or that none is."""
        if _is_done(so_far):
            return [slot_set(REQUESTED_SLOT, None)]
        tracker = self._trial(self._tracker, so_far)
        chosen = next((e["value"] for e in _slots_in(so_far) if e["name"] == REQUESTED_SLOT), None)
        if chosen:
            return self._ask(chosen, tracker)
        missing = (name for name in self._form.required_slots if tracker.slots.get(name) is None)
        slot = next(missing, None)
        asked = self._ask(slot, tracker) if slot else []
        return [slot_set(REQUESTED_SLOT, slot), *asked]

    def _ask(self, slot: str, tracker: Tracker) -> list[Event]:
        form = self._form.name
        names = (f"{kind}_ask_{of}" for of in (f"{form}_{slot}", slot) for kind in ("action", "utter"))
        name = next((name for name in names if self._actions.domain.declares(name)), None)
        return self._actions.run(name, self._turn, tracker) if name else []

    def _requested(self, tracker: Tracker) -> str | None:
        """The slot that the form has asked for; what another form had asked for is none of it."""
        return tracker.slots.get(REQUESTED_SLOT) if tracker.loop_name == self._form.name else None

    def _trial(self, tracker: Tracker, more: Sequence[Event]) -> Tracker:
        """What an action of the form is shown: `more` stands at the end, after the form's own run."""
        return tracker.fork(slot_set(REQUESTED_SLOT, self._requested(tracker)), acted(self._form.name), *more)


def _slots_in(events: Sequence[Event]) -> Iterator[Event]:
    return (event for event in events if event["event"] == "slot")


def _has_declined(events: Sequence[Event]) -> bool:
    return any(event["event"] == "action_execution_rejected" for event in events)


def _is_done(events: Sequence[Event]) -> bool:
    """The last word on it counts: no slot requested any more, or no form active."""
    if _has_declined(events):
        return False
    requested = [event["value"] for event in _slots_in(events) if event["name"] == REQUESTED_SLOT]
    loops = [event["name"] for event in events if event["event"] == "active_loop"]
    return requested[-1:] == [None] or loops[-1:] == [None]

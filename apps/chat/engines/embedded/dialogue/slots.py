"""Fills slots from a user's message as Rasa's `action_extract_slots` does."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from apps.chat.engines.embedded.dialogue.events import (
    REQUESTED_SLOT,
    Event,
    entities_of,
    slot_set,
    text_of,
)
from apps.chat.engines.embedded.dialogue.tracker import Tracker
from apps.chat.engines.embedded.dialogue.turn import Turn
from apps.chat.engines.embedded.dialogue.utterance import DEFAULT_INTENTS
from apps.chat.engines.embedded.hosts import ActionFailed, ActionRejected
from apps.chat.engines.project import Form, Mapping, Slot

if TYPE_CHECKING:
    from apps.chat.engines.embedded.dialogue.actions import Actions

VALIDATION = "action_validate_slot_mappings"
logger = logging.getLogger(__name__)


def extract_slots(actions: "Actions", turn: Turn, tracker: Tracker) -> list[Event]:
    """Per slot the first mapping with a value counts. A custom mapping's action runs once a message."""
    events: list[Event] = []
    ran: set[str] = set()
    for slot in actions.domain.project.slots.values():
        for mapping in slot.mappings:
            if not _is_meant(slot, mapping, actions, tracker):
                continue
            if mapping.type == "custom":
                if mapping.action and mapping.action not in ran:
                    events += _run(mapping.action, actions, turn, tracker)
                    ran.add(mapping.action)
                continue
            values = _values(mapping, tracker)
            value = values if slot.type == "list" else values[-1] if values else None
            if values and (value is not None or tracker.slots.get(slot.name) is not None):
                events.append(slot_set(slot.name, value))
                break
    return _validated(events, actions, turn, tracker)


def _validated(events: list[Event], actions: "Actions", turn: Turn, tracker: Tracker) -> list[Event]:
    """What the project's own validation leaves unsaid is taken as it was found."""
    if not (actions.domain.declares(VALIDATION) and actions.runs(VALIDATION)):
        return events
    proposed = [event for event in events if event["event"] == "slot"]
    told = _run(VALIDATION, actions, turn, tracker.fork(*proposed))
    names = {event["name"] for event in told if event["event"] == "slot"}
    return [*told, *(event for event in proposed if event["name"] not in names)]


def _run(action: str, actions: "Actions", turn: Turn, tracker: Tracker) -> list[Event]:
    """Here an action may set slots and speak, nothing else; when it fails the message is answered anyway."""
    if not actions.runs(action):
        return []
    try:
        events = actions.run(action, turn, tracker)
    except (ActionFailed, ActionRejected) as error:
        logger.warning("action %s of a slot mapping failed: %s", action, type(error).__name__)
        return []
    return [event for event in events if event["event"] in ("slot", "bot")]


def _is_meant(slot: Slot, mapping: Mapping, actions: "Actions", tracker: Tracker) -> bool:
    project = actions.domain.project
    form = project.forms.get(tracker.loop_name or "")
    if mapping.type == "from_intent" and not DEFAULT_INTENTS.issuperset(
        set(mapping.intents) - project.intents.keys()
    ):
        return False
    return (
        _intent_fits(mapping, form, tracker)
        and (mapping.type == "from_trigger_intent" or _conditions_hold(slot, mapping, tracker))
        and not (form and _is_ambiguous(slot, mapping, form, actions, tracker))
    )


def _intent_fits(mapping: Mapping, form: Form | None, tracker: Tracker) -> bool:
    """What a form ignores fills nothing of the form's, unless a mapping asks for that very intent."""
    if mapping.intents:
        return tracker.intent in mapping.intents
    if tracker.intent in mapping.not_intents:
        return False
    loops = [condition.get("active_loop") for condition in mapping.conditions]
    is_of_form = form is not None and (not loops or form.name in loops)
    return not (form and is_of_form and tracker.intent in form.ignored_intents)


def _conditions_hold(slot: Slot, mapping: Mapping, tracker: Tracker) -> bool:
    """Any of them is enough; each names an active form (or none) and perhaps the slot it has asked for."""
    if not mapping.conditions:
        return True
    asked, loop = tracker.slots.get(REQUESTED_SLOT), tracker.loop_name
    if tracker.is_rejected and asked == slot.name:
        return False
    for condition in mapping.conditions:
        wanted = condition.get("active_loop")
        if wanted is None and loop is None:
            return True
        if wanted and wanted == loop and condition.get(REQUESTED_SLOT) in (None, "", asked):
            return True
    return False


def _is_ambiguous(slot: Slot, mapping: Mapping, form: Form, actions: "Actions", tracker: Tracker) -> bool:
    """An entity that could fill several slots of the form fills only the one that was asked for."""
    if mapping.type != "from_entity" or tracker.slots.get(REQUESTED_SLOT) == slot.name:
        return False
    if slot.name not in form.required_slots:
        return False
    slots = actions.domain.project.slots
    of_form = [one for name in form.required_slots if name in slots for one in slots[name].mappings]
    return of_form.count(mapping) > 1


def _values(mapping: Mapping, tracker: Tracker) -> Sequence[Any]:
    message = tracker.latest_message
    match mapping.type:
        case "from_entity":
            return [e.get("value") for e in entities_of(message) if e.get("entity") == mapping.entity]
        case "from_intent":
            return [mapping.value]
        case "from_trigger_intent":
            loops = [condition.get("active_loop") for condition in mapping.conditions]
            loop = tracker.loop_name
            return [mapping.value] if loop and (not loops or loop in loops) else []
        case "from_text":
            return [text_of(message)] if message else []
    return []

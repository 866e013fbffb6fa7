"""What the project declares, as the dialogue looks it up and as action servers are told it."""

import copy
from functools import cached_property
from typing import Any

from apps.chat.engines.embedded.dialogue.events import LISTEN, REQUESTED_SLOT, SESSION_START
from apps.chat.engines.project import BotProject, Intent, Mapping, Response, Slot

RESTART = "action_restart"
BACK = "action_back"
DEFAULT_FALLBACK = "action_default_fallback"
DEACTIVATE_LOOP = "action_deactivate_loop"
ASK_AFFIRMATION = "action_default_ask_affirmation"
ASK_REPHRASE = "action_default_ask_rephrase"
TWO_STAGE = "action_two_stage_fallback"
DEFAULT_ACTIONS = frozenset(
    {
        *(LISTEN, SESSION_START, RESTART, BACK, DEFAULT_FALLBACK, DEACTIVATE_LOOP, ASK_AFFIRMATION),
        *(ASK_REPHRASE, TWO_STAGE, "action_revert_fallback_events", "action_unlikely_intent"),
    }
)
"""That every Rasa bot has without declaring them."""


class Domain:
    """Built once per model, shared by threads."""

    def __init__(self, project: BotProject) -> None:
        self.project = project
        self.slots = dict(project.slots)
        if project.forms:
            self.slots.setdefault(REQUESTED_SLOT, Slot(REQUESTED_SLOT, "text", influences=False))
        self.loops = frozenset({*project.forms, TWO_STAGE})
        self._declared = frozenset(project.actions)

    def initial_slots(self) -> dict[str, Any]:
        return {slot.name: copy.copy(slot.initial) for slot in self.slots.values()}

    def declares(self, action: str) -> bool:
        """Whether it is an action or response of the project's own."""
        return action in self._declared or action in self.project.responses

    def knows(self, action: str) -> bool:
        return self.declares(action) or action in self.project.forms or action in DEFAULT_ACTIONS

    @cached_property
    def webhook(self) -> dict[str, Any]:
        """The `domain` of a webhook call."""
        project = self.project
        return {
            "config": {"store_entities_as_slots": True},
            "intents": [_intent(intent) for intent in project.intents.values()],
            "entities": list(project.entities),
            "slots": {slot.name: _slot(slot) for slot in self.slots.values()},
            "responses": {name: list(map(_response, many)) for name, many in project.responses.items()},
            "actions": list(project.actions),
            "forms": {
                form.name: {
                    "required_slots": list(form.required_slots),
                    "ignored_intents": list(form.ignored_intents),
                }
                for form in project.forms.values()
            },
            "e2e_actions": [],
            "session_config": {
                "session_expiration_time": project.session_expiration_minutes,
                "carry_over_slots_to_new_session": project.carry_over_slots,
            },
        }


def _intent(intent: Intent) -> Any:
    ignored = list(intent.ignored_entities)
    return {intent.name: {"ignore_entities": ignored}} if ignored else intent.name


def _slot(slot: Slot) -> dict[str, Any]:
    told = {
        "type": slot.type,
        "initial_value": slot.initial,
        "influence_conversation": slot.influences,
        "mappings": [_mapping(mapping) for mapping in slot.mappings],
    }
    if slot.type == "categorical":
        told["values"] = list(slot.values)
    if slot.type == "float":
        told |= {"min_value": slot.min_value, "max_value": slot.max_value}
    return told


def _mapping(mapping: Mapping) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": mapping.type,
        "entity": mapping.entity,
        "intent": list(mapping.intents),
        "not_intent": list(mapping.not_intents),
        "value": mapping.value,
        "action": mapping.action,
        "conditions": [dict(condition) for condition in mapping.conditions],
    }
    return {key: value for key, value in told.items() if value not in ("", [], None)}


def _response(response: Response) -> dict[str, Any]:
    told: dict[str, Any] = {
        "text": response.text,
        "buttons": list(response.buttons),
        "image": response.image,
        "custom": response.custom,
        "attachment": response.attachment,
        "channel": response.channel,
        "condition": [
            {"type": "slot", "name": name, "value": value} for name, value in response.conditions.items()
        ],
    }
    return {key: value for key, value in told.items() if value}

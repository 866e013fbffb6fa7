"""Checks that what rules, slots and buttons name exists, and that what exists is named."""

import json
import re
from collections.abc import Iterator
from typing import Any

from apps.chat.engines.project import Rule, Slot
from apps.intents.botproject.domain import Domain
from apps.intents.botproject.findings import NOWHERE, Findings, Place
from apps.intents.botproject.rules import Rules
from apps.intents.botproject.supported import (
    BUILTIN_INTENTS,
    EMBEDDED_ACTIONS,
    ENGINE_RESPONSES,
    PAYLOAD_INTENTS,
    RASA_DEFAULT_ACTIONS,
)

_PAYLOAD = re.compile(r"/(?P<intent>[A-Za-z_][\w-]*)\s*(?P<entities>\{.*\})?", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{\w+\}")


def check_rules(rules: Rules, intents: set[str], domain: Domain, found: Findings) -> None:
    for rule, place in rules.rules:
        for step in rule.steps:
            if step.kind == "intent" and step.name not in intents | BUILTIN_INTENTS:
                found.error(
                    rule.name, f"La intención «{step.name}» no existe; créala o corrige el nombre.", place
                )
            if step.kind == "action":
                _check_action(rule, str(step.name), domain, place, found)
            for entity in step.entities:
                if entity not in domain.entities:
                    message = f"La entidad «{entity}» no está en el dominio; declárala."
                    found.error(rule.name, message, place)
    _check_contradictions(rules, found)


def _check_action(rule: Rule, action: str, domain: Domain, place: Place, found: Findings) -> None:
    if action in domain.responses or action in RASA_DEFAULT_ACTIONS:
        return
    if action.startswith("utter_"):
        found.error(rule.name, f"La respuesta «{action}» no existe; escríbela en «responses».", place)
    elif action not in domain.actions:
        found.error(rule.name, f"La acción «{action}» no está en el dominio; declárala en «actions».", place)


def _check_contradictions(rules: Rules, found: Findings) -> None:
    """The same situation must not lead to two actions, whatever the order of the rules."""
    nexts: dict[str, tuple[str, str]] = {}
    for rule, place in rules.rules:
        for situation, action in _decisions(rule):
            first_rule, first_action = nexts.setdefault(situation, (rule.name, action))
            if first_action != action:
                message = f"Contradice a la regla «{first_rule}»: «{first_action}» o «{action}»; deja una."
                found.error(rule.name, message, place)


def _decisions(rule: Rule) -> Iterator[tuple[str, str]]:
    conditions = sorted(map(repr, rule.conditions))
    for index, step in enumerate(rule.steps):
        if step.kind == "action":
            yield repr((rule.conversation_start, conditions, rule.steps[:index])), str(step.name)


def check_unanswered(
    intents: set[str], answered: set[str], places: dict[str, Place], found: Findings
) -> None:
    for intent in sorted(intents - answered - BUILTIN_INTENTS):
        message = "Ninguna regla que se pueda ejecutar la responde; escribe una."
        found.warning(intent, message, places.get(intent, NOWHERE))


def check_responses(rules: Rules, intents: set[str], domain: Domain, found: Findings) -> None:
    """Unknown intents and broken JSON in buttons, unknown slots in conditions, answers that no rule gives."""
    for name, variations in domain.responses.items():
        place = domain.places["responses", name]
        for variation in variations:
            for slot in sorted(variation.conditions.keys() - domain.slots.keys()):
                message = f"La condición usa el slot «{slot}», que no está en el dominio; decláralo."
                found.error(name, message, place)
            for button in variation.buttons:
                _check_payload(name, str(button.get("payload") or ""), intents, place, found)
        if name not in rules.named_actions | ENGINE_RESPONSES and not _is_asked_by_form(name, domain):
            found.warning(name, "Ninguna regla da esta respuesta; úsala o bórrala.", place)


def _is_asked_by_form(response: str, domain: Domain) -> bool:
    return bool(domain.forms) and response.startswith("utter_ask_")


def _check_payload(name: str, payload: str, intents: set[str], place: Place, found: Findings) -> None:
    if not payload.startswith("/"):
        return
    match = _PAYLOAD.fullmatch(payload.strip())
    if match is None:
        found.error(name, f"El botón lleva «{payload}»; escríbelo como «/intencion» o con JSON.", place)
        return
    if match["intent"] not in intents | PAYLOAD_INTENTS:
        message = f"El botón lleva a la intención «{match['intent']}», que no existe; corrígela."
        found.error(name, message, place)
    entities = match["entities"]
    if entities and not _PLACEHOLDER.search(entities) and not _is_json_object(entities):
        found.error(name, f"El botón lleva JSON mal escrito: «{entities}»; corrígelo.", place)


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def check_mappings(intents: set[str], domain: Domain, found: Findings) -> None:
    for slot in domain.slots.values():
        place = domain.places["slots", slot.name]
        for mapping in slot.mappings:
            if mapping.entity and mapping.entity not in domain.entities:
                message = f"La entidad «{mapping.entity}» no está en el dominio; declárala."
                found.error(slot.name, message, place)
            if slot.type == "categorical" and mapping.type == "from_intent":
                _check_category(slot, mapping.value, place, found)
            for intent in sorted({*mapping.intents, *mapping.not_intents} - intents - BUILTIN_INTENTS):
                message = f"El mapping usa la intención «{intent}», que no existe; corrígela."
                found.error(slot.name, message, place)


def _check_category(slot: Slot, value: Any, place: Place, found: Findings) -> None:
    if str(value).lower() not in {known.lower() for known in slot.values}:
        found.error(slot.name, f"El mapping da el valor «{value}», que no está en «values»; añádelo.", place)


def check_actions(domain: Domain, found: Findings) -> None:
    """Custom actions that the embedded engine does not have, whether or not a rule uses them."""
    known = EMBEDDED_ACTIONS | RASA_DEFAULT_ACTIONS | set(domain.responses) | set(domain.forms)
    for action in domain.actions:
        if action not in known and not action.startswith("utter_"):
            message = "El motor embebido no tiene esta acción propia."
            found.unsupported(action, message, domain.places["actions", action])

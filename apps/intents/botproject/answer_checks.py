"""Checks of answers: where their buttons lead, which slots they look at, and whether anything gives them."""

import json
import re

from apps.intents.botproject.domain import Domain
from apps.intents.botproject.findings import Findings, Place
from apps.intents.botproject.form_checks import questions
from apps.intents.botproject.rules import Rules
from apps.intents.botproject.spoken import Spoken
from apps.intents.botproject.supported import ENGINE_RESPONSES, PAYLOAD_INTENTS, is_custom

_PAYLOAD = re.compile(r"/(?P<intent>[A-Za-z_][\w-]*)\s*(?P<entities>\{.*\})?", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{\w+\}")


def check_answers(rules: Rules, intents: set[str], domain: Domain, spoken: Spoken, found: Findings) -> None:
    """Unknown intents and broken JSON in buttons, unknown slots in conditions, answers that nothing gives."""
    given = rules.named_actions | ENGINE_RESPONSES | questions(domain)
    is_code_unseen = not spoken.is_seen and any(is_custom(action) for action in domain.actions)
    for name, variations in domain.responses.items():
        place = domain.places["responses", name]
        for variation in variations:
            for slot in sorted(variation.conditions.keys() - domain.slots.keys()):
                message = f"La condición usa el slot «{slot}», que no está en el dominio; decláralo."
                found.error(name, message, place)
            for button in variation.buttons:
                _check_payload(name, str(button.get("payload") or ""), intents, place, found)
        if name not in given and not is_code_unseen and not spoken.names(name, intents):
            found.warning(
                name, "Ninguna regla, historia ni acción da esta respuesta; úsala o bórrala.", place
            )


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

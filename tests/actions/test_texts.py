"""Actions carry data; what they say stands in the domain, in both languages."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from rasa.actions.form_slots import SLOTS
from rasa.actions.registry import ACTIONS
from rasa.actions.tickets import STATUSES
from rasa.actions.wishes import ANSWERS, PROTECTED

RESPONSE = re.compile(r"utter_[a-z_]*[a-z]")
ROOT = Path(__file__).parents[2] / "rasa"


def _domain() -> dict[str, Any]:
    whole: dict[str, Any] = {"actions": [], "slots": {}, "responses": {}}
    for path in sorted((ROOT / "domain").glob("*.yml")):
        part = YAML(typ="safe", pure=True).load(path.read_text())
        whole["actions"] += part.get("actions") or []
        whole["slots"].update(part.get("slots") or {})
        whole["responses"].update(part.get("responses") or {})
    return whole


DOMAIN = _domain()
pytestmark = pytest.mark.skipif("soporte_mensaje" not in DOMAIN["slots"], reason="a domain without the forms")


def _said() -> dict[str, set[str]]:
    """Every response that an action names, with the placeholders that are written out beside it."""
    said: dict[str, set[str]] = {}
    for path in (ROOT / "actions").glob("*.py"):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and RESPONSE.fullmatch(str(node.value)):
                said.setdefault(str(node.value), set())
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("say", "wrong"):
                names = [a.value for a in ast.walk(node) if isinstance(a, ast.Constant)]
                for name in names:
                    if isinstance(name, str) and RESPONSE.fullmatch(name):
                        said.setdefault(name, set()).update(k.arg for k in node.keywords if k.arg)
    said |= {f"utter_ticket_{status}": {"numero", "asunto", "fecha"} for status in STATUSES}
    said |= {f"utter_{intent}": set() for intent in PROTECTED - set(ANSWERS)}
    return said


SAID = _said()


def test_all_of_them_are_found() -> None:
    assert {"utter_ticket_creado", "utter_email_invalido", "utter_no_record", "utter_contactar_tutor"} <= set(
        SAID
    )


@pytest.mark.parametrize("response", sorted(SAID))
def test_a_response_that_an_action_says_stands_in_the_domain_in_both_languages(response: str) -> None:
    variations = DOMAIN["responses"].get(response, [])
    in_english = [
        one
        for one in variations
        if {"type": "slot", "name": "idioma", "value": "en"} in one.get("condition", [])
    ]
    assert in_english
    assert len(variations) > len(in_english)


def test_actions_and_their_slots_are_declared() -> None:
    assert set(ACTIONS) == set(DOMAIN["actions"])
    slots = {slot for of_form in SLOTS.values() for slot in of_form}
    assert slots | {"deseo", "fallos", "reintento", "pending_question", "idioma"} <= set(DOMAIN["slots"])


@pytest.mark.parametrize("response", sorted(name for name, fields in SAID.items() if fields))
def test_a_placeholder_is_one_that_the_action_fills(response: str) -> None:
    used = set(
        re.findall(r"\{(\w+)\}", str([one.get("text") for one in DOMAIN["responses"].get(response, [])]))
    )
    many = {"utter_soporte_resumen", "utter_student_state", "utter_tutor"}  # filled from a mapping
    assert response in many or used <= SAID[response] | set(DOMAIN["slots"])

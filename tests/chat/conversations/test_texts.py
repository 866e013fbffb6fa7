"""What the bot says: each answer is said by something, in both languages, and its buttons lead somewhere."""

import re
from pathlib import Path

import pytest

from apps.chat.engines.project import BotProject, Response
from apps.intents.services.project import project_files

ACTIONS = Path(__file__).parents[3] / "rasa" / "actions"
SPANISH_ALONE = {"utter_idioma_es", "utter_idioma_en", "utter_ping"}
BY_THE_ENGINE = {"utter_default", "utter_restart", "utter_answer_expired", "utter_action_failed"}


@pytest.fixture(scope="module")
def project() -> BotProject:
    return project_files()


def is_english(response: Response) -> bool:
    return response.conditions.get("idioma") == "en"


def targets(response: Response) -> list[str]:
    """Where its buttons lead, those of its cards too."""
    cards = (response.custom or {}).get("cards", [])
    buttons = [*response.buttons, *(button for card in cards for button in card.get("buttons", []))]
    return [str(button.get("payload") or button.get("url")) for button in buttons]


def test_every_answer_is_said_by_a_rule_a_form_or_an_action(project: BotProject) -> None:
    said = {step.name for rule in project.rules for step in rule.steps if step.kind == "action"}
    asked = {f"utter_ask_{slot}" for form in project.forms.values() for slot in form.required_slots}
    sources = "\n".join(path.read_text("utf-8") for path in ACTIONS.glob("*.py"))
    by_actions = set(re.findall(r"utter_[a-z0-9_]+", sources)) | {f"utter_{name}" for name in project.intents}
    by_actions |= {f"utter_ticket_{status}" for status in ("open", "pending", "solved", "closed")}
    assert sorted(project.responses.keys() - said - asked - by_actions - BY_THE_ENGINE) == []


def test_every_answer_of_an_action_is_there(project: BotProject) -> None:
    sources = "\n".join(path.read_text("utf-8") for path in ACTIONS.glob("*.py"))
    names = set(re.findall(r"[\"'](utter_[a-z0-9_]*[a-z0-9])[\"']", sources))
    assert sorted(names - project.responses.keys()) == []


def test_every_answer_has_an_english_twin_whose_buttons_lead_to_the_same(project: BotProject) -> None:
    other_language = {"/idioma_en": "/idioma", "/idioma_es": "/idioma"}
    for name, variations in project.responses.items():
        if name in SPANISH_ALONE:
            continue
        spanish = [one for one in variations if not is_english(one)]
        english = [one for one in variations if is_english(one)]
        assert english, name
        leads = {tuple(other_language.get(t, t) for t in targets(one)) for one in spanish}
        assert {tuple(other_language.get(t, t) for t in targets(one)) for one in english} <= leads, name


def test_no_two_variations_of_different_languages_fit_at_once(project: BotProject) -> None:
    for name, variations in project.responses.items():
        if any(one.conditions.keys() - {"idioma"} for one in variations):
            named = [one.conditions for one in variations if one.conditions]
            assert all("idioma" in conditions and len(conditions) > 1 for conditions in named), name


def test_buttons_lead_to_intents_or_to_zajuna_or_answer_a_form(project: BotProject) -> None:
    words = {
        *("omitir", "correo", "telefono", "chat", "nombre", "documento", "mensaje", "preferencia"),
        *"12345",
    }
    for name, variations in project.responses.items():
        for target in (target for one in variations for target in targets(one)):
            known = target.removeprefix("/") in project.intents or target in words
            assert known or target.startswith("https://zajuna.sena.edu.co/"), (name, target)


def test_every_intent_has_a_dozen_sentences(project: BotProject) -> None:
    assert {name: len(one.examples) for name, one in project.intents.items() if len(one.examples) < 12} == {}

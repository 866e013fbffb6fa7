"""A small bot with forms, and what staff add to it."""

from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from apps.chat.engines.project import BotProject, Response, Rule, Step
from apps.intents.botproject import load_project
from apps.intents.knowledge import IntentData, knowledge_of

INTENTS = ("saludo", "horarios", "notas", "pedir", "si", "cancelar")

DOMAIN = f"""
    version: "3.1"
    intents: [{", ".join(INTENTS)}]
    slots:
      session_verified:
        type: bool
        initial_value: false
        mappings: [{{type: custom, action: action_verify_session}}]
      nombre:
        type: text
        influence_conversation: false
        mappings:
        - type: from_text
          not_intent: [saludo, horarios]
          conditions: [{{active_loop: cita, requested_slot: nombre}}]
      tema:
        type: categorical
        values: [uno, dos]
        influence_conversation: false
        mappings:
        - {{type: from_intent, intent: [saludo, horarios], value: uno}}
        - {{type: from_intent, intent: horarios, value: dos}}
        - {{type: from_intent, not_intent: [horarios, si], value: uno}}
    forms:
      cita: {{required_slots: [nombre], ignored_intents: [horarios]}}
      otra: {{required_slots: [nombre]}}
    actions: [action_verify_session, action_remember_wish, action_answer_inside, action_deactivate_loop]
    responses:
      utter_need_auth: [{{text: Entra.}}]
      utter_ask_nombre: [{{text: ¿Nombre?}}]
"""

RULES = """
    version: "3.1"
    rules:
    - rule: saludo
      steps: [{intent: saludo}, {action: utter_saludo}]
    - rule: horarios
      steps: [{intent: horarios}, {action: utter_horarios}]
    - rule: notas con sesión
      condition: [{slot_was_set: [{session_verified: true}]}]
      steps: [{intent: notas}, {action: utter_notas}]
    - rule: notas sin sesión
      condition: [{slot_was_set: [{session_verified: false}]}]
      steps: [{intent: notas}, {action: utter_need_auth}, {action: action_remember_wish}]
    - rule: empieza
      steps: [{intent: pedir}, {action: cita}, {active_loop: cita}]
    - rule: dentro
      condition: [{active_loop: cita}]
      steps:
      - or: [{intent: saludo}, {intent: horarios}, {intent: si}]
      - action: action_answer_inside
      - action: cita
      - active_loop: cita
    - rule: protegidas dentro
      condition: [{active_loop: cita}, {slot_was_set: [{session_verified: true}]}]
      steps: [{intent: notas}, {action: action_answer_inside}, {action: cita}, {active_loop: cita}]
    - rule: protegidas dentro sin sesión
      condition: [{active_loop: cita}, {slot_was_set: [{session_verified: false}]}]
      steps:
      - intent: notas
      - action: utter_need_auth
      - action: action_remember_wish
      - action: cita
      - active_loop: cita
    - rule: cancelar
      condition: [{active_loop: cita}]
      steps: [{intent: cancelar}, {action: action_deactivate_loop}, {active_loop: null}]
    - rule: si
      steps: [{intent: si}, {action: utter_saludo}]
    stories:
    - story: cuento
      steps:
      - or: [{intent: saludo}, {intent: horarios}]
      - action: utter_saludo
      - intent: pedir
      - action: utter_horarios
    - story: otro
      steps: [{intent: horarios}, {action: utter_horarios}, {intent: pedir}, {action: utter_saludo}]
"""

CONFIG = "recipe: default.v1\nlanguage: es\npipeline: []\npolicies: [{name: RulePolicy}]\n"


def sentences(name: str) -> tuple[str, ...]:
    return tuple(f"quiero {name} {word}" for word in range(10))


LIBRARY = IntentData("biblioteca", sentences("libros"), (Response(text="Bloque B."),))


GRANT = IntentData("beca", sentences("ayuda"), (Response(text="Te falta una firma."),), requires_auth=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    said = "".join(
        f"- intent: {name}\n"
        + ("  metadata: {requires_auth: true}\n" if name == "notas" else "")
        + "  examples: |\n"
        + "".join(f"    - {text}\n" for text in sentences(name))
        for name in INTENTS
    )
    answers = "".join(f"  utter_{name}: [{{text: Va {name}.}}]\n" for name in ("saludo", "horarios", "notas"))
    files = {
        "config.yml": CONFIG,
        "domain/base.yml": dedent(DOMAIN),
        "domain/answers.yml": f"responses:\n{answers}",
        "data/nlu.yml": f"nlu:\n{said}",
        "data/rules.yml": dedent(RULES),
    }
    for name, text in files.items():
        (tmp_path / "bot" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "bot" / name).write_text(text)
    return tmp_path / "bot"


@pytest.fixture
def files(folder: Path) -> BotProject:
    return load_project(folder)


@pytest.fixture
def known(files: BotProject) -> list[IntentData]:
    return knowledge_of(files)


def changed(known: list[IntentData], name: str, **values: Any) -> list[IntentData]:
    return [replace(one, **values) if one.name == name else one for one in known]


def acts(rule: Rule) -> tuple[Any, ...]:
    """Conditions, then what follows the intent."""
    return (
        tuple(step.name if step.kind == "loop" else step.value for step in rule.conditions),
        tuple(step.name for step in rule.steps[1:]),
    )


def acts_on(project: BotProject, intent: str) -> set[Any]:
    return {acts(rule) for rule in project.rules if rule.steps[0] == Step("intent", intent)}


def with_stories(files: BotProject, folder: Path) -> BotProject:
    config = folder / "config.yml"
    config.write_text(
        CONFIG.replace("[{name: RulePolicy}]", "[{name: RulePolicy}, {name: MemoizationPolicy}]")
    )
    return load_project(folder)

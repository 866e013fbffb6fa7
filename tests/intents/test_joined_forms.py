"""Staff's intents beside a project with forms: they may be said inside; what leaves takes its ways along."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from ruamel.yaml import YAML

from apps.chat.engines.project import BotProject, Response, Rule, Step
from apps.intents.botproject import Source, load_project, load_with_source
from apps.intents.exchange.rasa_project import RasaProject, project_folder
from apps.intents.exchange.rasa_zip import write_rasa
from apps.intents.knowledge import IntentData, is_plain_rule, join, knowledge_of, rules_naming

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


def test_the_files_joined_with_themselves_stay_as_they_are_written(
    files: BotProject, known: list[IntentData]
) -> None:
    assert files.errors == ()
    joined = join(files, known)
    assert joined.rules == files.rules
    assert (joined.slots, joined.forms, joined.stories) == (files.slots, files.forms, files.stories)


def test_an_intent_of_staff_may_be_said_inside_every_form(files: BotProject, known: list[IntentData]) -> None:
    joined = join(files, [*known, LIBRARY])
    assert acts_on(joined, "biblioteca") == {
        ((), ("utter_biblioteca",)),
        (("cita",), ("action_answer_inside", "cita", "cita")),
        (("otra",), ("action_answer_inside", "otra", "otra")),
    }
    assert joined.errors == ()


def test_where_the_project_has_no_such_actions_the_answer_itself_is_given(
    files: BotProject, known: list[IntentData]
) -> None:
    bare = replace(files, actions=("action_verify_session",))
    joined = join(bare, [*known, LIBRARY, GRANT])
    assert (("otra",), ("utter_biblioteca", "otra", "otra")) in acts_on(joined, "biblioteca")
    assert ((False,), ("utter_need_auth",)) in acts_on(joined, "beca")


def test_a_protected_intent_asks_for_the_login_and_remembers_the_wish(
    files: BotProject, known: list[IntentData]
) -> None:
    joined = join(files, [*known, replace(LIBRARY, requires_auth=True)])
    ask = ("utter_need_auth", "action_remember_wish")
    assert acts_on(joined, "biblioteca") == {
        ((True,), ("utter_biblioteca",)),
        ((False,), ask),
        *((((form, True)), ("action_answer_inside", form, form)) for form in ("cita", "otra")),
        *((((form, False)), (*ask, form, form)) for form in ("cita", "otra")),
    }


def test_protection_is_switched_inside_forms_too_and_only_where_the_files_answer(
    files: BotProject, known: list[IntentData]
) -> None:
    ask = ("utter_need_auth", "action_remember_wish")
    assert acts_on(join(files, changed(known, "horarios", requires_auth=True)), "horarios") == {
        ((True,), ("utter_horarios",)),
        ((False,), ask),
        (("cita", True), ("action_answer_inside", "cita", "cita")),
        (("cita", False), (*ask, "cita", "cita")),
    }
    assert acts_on(join(files, changed(known, "notas", requires_auth=False)), "notas") == {
        ((), ("utter_notas",)),
        (("cita",), ("action_answer_inside", "cita", "cita")),
    }


def test_rules_inside_forms_do_not_hold_an_intent_and_others_do(files: BotProject) -> None:
    assert rules_naming(files, "notas") == []
    assert rules_naming(files, "cancelar") == ["cancelar"]
    assert rules_naming(files, "si") == ["si"]
    inside = next(rule for rule in files.rules if rule.name == "protegidas dentro sin sesión")
    assert is_plain_rule(inside, "notas")
    assert not is_plain_rule(replace(inside, steps=inside.steps[:-1]), "notas")
    assert not is_plain_rule(
        replace(inside, conditions=(Step("loop", None), *inside.conditions[1:])), "notas"
    )


def with_stories(files: BotProject, folder: Path) -> BotProject:
    config = folder / "config.yml"
    config.write_text(
        CONFIG.replace("[{name: RulePolicy}]", "[{name: RulePolicy}, {name: MemoizationPolicy}]")
    )
    return load_project(folder)


def test_stories_that_are_followed_hold_their_intents_and_leave_with_them(
    files: BotProject, folder: Path
) -> None:
    project = with_stories(files, folder)
    assert rules_naming(project, "horarios") == ["cuento", "otro"]
    left = join(project, changed(knowledge_of(project), "horarios", is_active=False))
    assert [story.steps[0].name for story in left.stories] == ["saludo"]


def test_an_intent_that_leaves_is_named_by_no_mapping_and_no_form(
    files: BotProject, known: list[IntentData]
) -> None:
    left = join(files, changed(known, "horarios", is_active=False))
    assert left.slots["nombre"].mappings[0].not_intents == ("saludo",)
    assert left.forms["cita"].ignored_intents == ()
    assert [(one.intents, one.not_intents) for one in left.slots["tema"].mappings] == [
        (("saludo",), ()),
        ((), ("si",)),
    ]
    assert acts_on(left, "saludo") == acts_on(files, "saludo")


def test_an_intent_of_staff_is_no_answer_where_the_files_count_questions_out(
    files: BotProject, known: list[IntentData]
) -> None:
    joined = join(files, [*known, LIBRARY])
    assert joined.slots["nombre"].mappings[0].not_intents == ("saludo", "horarios", "biblioteca")
    assert joined.forms["cita"].ignored_intents == ("horarios", "biblioteca")
    assert joined.slots["tema"] == files.slots["tema"]


def exported(folder: Path, known: list[IntentData], target: Path) -> tuple[BotProject, dict[str, Any]]:
    """The joined project as it is read back, and the rules as they are written."""
    files, source = load_with_source(folder)
    assert isinstance(source, Source)
    for name, text in project_folder(RasaProject(join(files, known), files, source)).items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text)
    rules: dict[str, Any] = YAML(typ="safe", pure=True).load((target / "data/rules.yml").read_text())
    return load_project(target), rules


def bare(project: BotProject) -> BotProject:
    def key(rule: Rule) -> str:
        return repr(replace(rule, file=""))

    rules = tuple(sorted((replace(rule, file="") for rule in project.rules), key=key))
    stories = tuple(replace(story, file="") for story in project.stories)
    return replace(project, rules=rules, stories=stories, findings=())


@pytest.mark.parametrize(
    "change",
    [
        lambda known: known,
        lambda known: [*known, LIBRARY, GRANT],
        lambda known: changed(known, "horarios", is_active=False),
        lambda known: changed(known, "saludo", is_active=False),
        lambda known: changed(known, "saludo", requires_auth=True),
        lambda known: changed(changed(known, "saludo", is_active=False), "si", is_active=False),
        lambda known: changed(known, "notas", is_active=False),
    ],
)
@pytest.mark.parametrize("follows_stories", [True, False])
def test_what_is_exported_is_what_was_joined(
    files: BotProject, folder: Path, tmp_path: Path, change: Any, follows_stories: bool
) -> None:
    if follows_stories:
        files = with_stories(files, folder)
    known = change(knowledge_of(files))
    back, _ = exported(folder, known, tmp_path / "out")
    joined = join(files, known)
    assert back.errors == joined.errors == ()
    assert bare(back) == bare(joined)


def test_an_intent_without_an_answer_is_exported_without_rules_that_would_give_it(
    files: BotProject, folder: Path, known: list[IntentData], tmp_path: Path
) -> None:
    _, source = load_with_source(folder)
    content = write_rasa([*known, replace(LIBRARY, answers=())], files, source)
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path / "zip")
    back = load_project(tmp_path / "zip")
    assert "biblioteca" in back.intents
    assert acts_on(back, "biblioteca") == set()
    assert acts_on(back, "horarios") == acts_on(files, "horarios")


def test_an_or_keeps_its_words_and_loses_only_the_way_that_left(
    folder: Path, known: list[IntentData], tmp_path: Path
) -> None:
    def inside(known: list[IntentData]) -> list[Any]:
        _, rules = exported(folder, known, tmp_path / "out")
        return [item["steps"] for item in rules["rules"] if item["rule"] == "dentro"]

    back = [{"action": "action_answer_inside"}, {"action": "cita"}, {"active_loop": "cita"}]
    all_ways = [{"or": [{"intent": "saludo"}, {"intent": "horarios"}, {"intent": "si"}]}, *back]
    assert inside(known) == [all_ways]
    assert inside([*known, LIBRARY]) == [all_ways]
    without = changed(known, "horarios", is_active=False)
    assert inside(without) == [[{"or": [{"intent": "saludo"}, {"intent": "si"}]}, *back]]
    assert inside(changed(known, "horarios", requires_auth=True)) == inside(without)
    assert inside(changed(without, "saludo", is_active=False)) == [[{"intent": "si"}, *back]]
    none = changed(changed(without, "saludo", is_active=False), "si", is_active=False)
    assert inside(none) == []


def test_a_rule_that_can_be_kept_in_no_ones_words_is_written_out(
    folder: Path, known: list[IntentData], tmp_path: Path
) -> None:
    path = folder / "data/rules.yml"
    doubled = path.read_text() + (
        "- rule: dentro\n  condition: [{active_loop: otra}]\n  wait_for_user_input: false\n"
        "  steps: [{or: [{intent: saludo}, {intent: horarios}]}, {action: utter_saludo}]\n"
    )
    path.write_text(
        re.sub(r"stories:.*?(?=- rule: dentro\n  condition: \[\{active_loop: otra)", "", doubled, flags=re.S)
    )
    files = load_project(folder)
    left = changed(known, "horarios", is_active=False)
    back, rules = exported(folder, left, tmp_path / "out")
    assert len([item for item in rules["rules"] if item["rule"] == "dentro"]) == 3
    assert bare(back) == bare(join(files, left))

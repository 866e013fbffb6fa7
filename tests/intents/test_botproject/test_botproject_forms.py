"""Forms and the rules around them: what arrives, and what Rasa would refuse or never ask."""

import pytest

from apps.chat.engines.project import Form, Mapping, Step
from tests.intents.test_botproject.conftest import Loader, assert_says, examples

TEXT = "[{text: x}]"
FORM = {
    "domain/f.yml": """
        intents: [pedir, nunca]
        slots:
          nombre:
            type: text
            influence_conversation: false
            mappings:
            - type: from_text
              not_intent: [menu, saludo]
              conditions:
              - active_loop: cita
                requested_slot: nombre
          sede:
            type: categorical
            values: [norte, sur]
            influence_conversation: false
            mappings:
            - type: from_intent
              intent: nunca
              value: sur
              conditions: [{active_loop: cita}, {active_loop: null}]
            - {type: from_trigger_intent, intent: pedir, value: norte}
        forms:
          cita:
            required_slots: [nombre, sede]
            ignored_intents: menu
        responses:
          utter_ask_nombre: [{text: ¿Tu nombre?}]
          utter_ask_cita_sede: [{text: ¿Qué sede?}]
          utter_lista: [{text: Lista.}]
        """,
    "data/f.yml": f"nlu:\n- intent: pedir\n  examples: |\n{examples(filler='pedir cita')}\n"
    f"- intent: nunca\n  examples: |\n{examples(filler='en el sur')}\n"
    """
rules:
- rule: empieza
  steps:
  - intent: pedir
  - action: cita
  - active_loop: cita
- rule: termina
  condition:
  - active_loop: cita
  steps:
  - action: cita
  - active_loop: null
  - slot_was_set:
    - requested_slot: null
  - action: utter_lista
- rule: pregunta dentro
  condition:
  - active_loop: cita
  steps:
  - or:
    - intent: saludo
    - intent: menu
  - action: utter_menu
  - action: cita
  - active_loop: cita
""",
}


def changed(old: str, new: str) -> dict[str, str]:
    files = {name: text.replace(old, new) for name, text in FORM.items()}
    assert files != FORM
    return files


def test_a_project_with_a_form_arrives_whole(load: Loader) -> None:
    project = load(FORM)
    assert_says(project)
    assert project.forms == {"cita": Form("cita", ("nombre", "sede"), ("menu",))}
    in_form = {"active_loop": "cita", "requested_slot": "nombre"}
    assert project.slots["nombre"].mappings == (
        Mapping("from_text", not_intents=("menu", "saludo"), conditions=(in_form,)),
    )
    assert project.slots["sede"].mappings == (
        Mapping(
            *("from_intent", "", ("nunca",)),
            value="sur",
            conditions=({"active_loop": "cita"}, {"active_loop": None}),
        ),
        Mapping("from_trigger_intent", intents=("pedir",), value="norte"),
    )


def test_rules_around_a_form_arrive_with_their_loops(load: Loader) -> None:
    begins, ends, *inside = load(FORM).rules[:4]
    loop, action = Step("loop", "cita"), Step("action", "cita")
    assert begins.steps == (Step("intent", "pedir"), action, loop)
    assert (ends.conditions, ends.steps) == (
        (loop,),
        (action, Step("loop", None), Step("action", "utter_lista")),
    )
    assert [(one.name, one.conditions, one.steps) for one in inside] == [
        (
            "pregunta dentro",
            (loop,),
            (Step("intent", intent), Step("action", "utter_menu"), action, loop),
        )
        for intent in ("saludo", "menu")
    ]


@pytest.mark.parametrize(
    ("old", "new", "severity", "name", "words"),
    [
        ("[nombre, sede]", "[nombre, sede, edad]", "error", "cita", "«edad», que no está en el dominio"),
        ("ignored_intents: menu", "ignored_intents: nadie", "error", "cita", "«nadie», que no existe"),
        (
            "utter_ask_nombre: [{text: ¿Tu nombre?}]",
            "",
            "warning",
            "cita",
            "No hay con qué pedir el slot «nombre»",
        ),
        ("- type: from_text\n", "- type: custom\n", "", "", ""),
        (
            "[{active_loop: cita}, {active_loop: null}]",
            "[{active_loop: otra}]",
            "error",
            "sede",
            "«otra», que no",
        ),
        ("            required_slots: [nombre, sede]\n", "", "error", "cita", "Rasa exige «required_slots»"),
        ("[nombre, sede]", "{nombre: []}", "error", "cita", "debe ser una lista"),
        ("forms:", "actions: [cita]\n        forms:", "unsupported", "cita", "lo sustituye en Rasa"),
        ("- active_loop: null\n", "- active_loop: otra\n", "error", "termina", "formulario «otra»"),
    ],
)
def test_each_flaw_of_a_form_is_told(
    load: Loader, old: str, new: str, severity: str, name: str, words: str
) -> None:
    told = load(changed(old, new)).findings
    assert any((one.severity, one.name) == (severity, name) and words in one.message for one in told) or (
        not severity and told == ()
    ), told


def test_a_slot_that_nothing_fills_in_its_form_is_told_unless_an_action_validates(load: Loader) -> None:
    outside = changed("              - active_loop: cita\n", "              - active_loop: null\n")
    assert [one.name for one in load(outside).findings] == ["nombre", "cita"]
    assert "Nada llena el slot «nombre»" in load(outside).findings[1].message
    outside["domain/v.yml"] = "actions: [validate_cita]"
    assert [one.name for one in load(outside).findings] == ["nombre", "validate_cita"]


def test_a_form_that_nothing_begins_is_told(load: Loader) -> None:
    files = {"domain/f.yml": "forms: {sola: null}\n"}
    assert_says(load(files), ("warning", "sola", "Ninguna regla ni historia empieza"))


def test_a_validation_of_no_form_is_told(load: Loader) -> None:
    files = {"domain/f.yml": "actions: [validate_nadie]"}
    assert [one.name for one in load(files).findings] == ["validate_nadie"]


def test_a_rule_that_begins_a_form_and_does_not_say_so_is_an_error(load: Loader) -> None:
    begun = "  - action: cita\n  - active_loop: cita\n- rule: termina"
    files = changed(begun, "  - action: cita\n- rule: termina")
    assert_says(load(files), ("error", "empieza", "Tras «cita» falta «active_loop: cita o null»"))
    left_open = changed(begun, "  - action: cita\n  wait_for_user_input: false\n- rule: termina")
    assert_says(load(left_open))


def test_a_rule_that_forgets_a_slot_which_another_tells_is_an_error(load: Loader) -> None:
    domain = "slots:\n  listo: {type: bool, mappings: [{type: custom}]}\nactions: [action_verify_session]\n"
    rules = (
        "rules:\n- rule: una\n  condition: [slot_was_set: [listo: true]]\n  steps: [{intent: menu}, "
        "{action: action_verify_session}, {slot_was_set: [listo: null]}]\n"
        "- rule: otra\n  conversation_start: true\n"
        "  steps: [{intent: menu}, {action: action_verify_session}]\n"
    )
    assert_says(
        load({"domain/a.yml": domain, "data/a.yml": rules}),
        ("error", "otra", "Tras «action_verify_session» falta «slot_was_set: listo»"),
    )


def test_answers_that_only_the_projects_code_gives_are_not_called_unused(load: Loader) -> None:
    files = {
        "domain/a.yml": f"responses:\n  utter_a: {TEXT}\n  utter_b_1: {TEXT}\n  utter_c: {TEXT}\n",
        "actions/actions.py": 'say("utter_a")\nsay(f"utter_b_{number}")\n',
    }
    assert [one.name for one in load(files).findings] == ["utter_c"]


def test_code_that_answers_by_intent_gives_the_answers_of_intents(load: Loader) -> None:
    files = {
        "domain/a.yml": f"intents: [extra]\nresponses:\n  utter_extra: {TEXT}\n  utter_otra: {TEXT}\n",
        "actions.py": 'say(f"utter_{intent}")\n',
    }
    assert [(one.name, one.severity) for one in load(files).findings if "respuesta" in one.message] == [
        ("utter_otra", "warning")
    ]


def test_of_actions_whose_code_is_elsewhere_nobody_knows_what_they_say(load: Loader) -> None:
    files = {"domain/a.yml": "responses:\n  utter_a: [{text: x}]\nactions: [action_propia]\n"}
    assert [one.name for one in load(files).findings] == ["action_propia"]

"""Rules: what they may name, what the embedded engine cannot run, and slots as Rasa sees them."""

import pytest

from apps.chat.engines.embedded.dialogue import responses, utterance
from apps.chat.engines.embedded.dialogue.domain import DEFAULT_ACTIONS
from apps.chat.engines.embedded.dialogue.guard import NEED_AUTH
from apps.chat.engines.project import Step
from apps.intents.botproject.supported import (
    EMBEDDED_DEFAULT_ACTIONS,
    ENGINE_RESPONSES,
    PAYLOAD_INTENTS,
)
from tests.intents.test_botproject.conftest import GOOD, Loader, assert_says

DOMAIN = """
    slots:
      nombre: {type: text, mappings: []}
      temas: {type: list, mappings: []}
      listo: {type: bool, mappings: []}
      nivel: {type: categorical, values: [Alto, bajo], mappings: []}
      nota: {type: float, mappings: []}
      libre: {type: any, mappings: []}
    actions: [action_verify_session]
    """


def rule(steps: str, **parts: str) -> dict[str, str]:
    """Files with one more rule, "prueba", that leads to the menu in a situation of its own."""
    head = "".join(f"  {key}: {value}\n" for key, value in parts.items())
    indented = "".join(f"  {line}\n" for line in steps.splitlines())
    return {
        "domain/mas.yml": DOMAIN,
        "data/z.yml": f"rules:\n- rule: prueba\n{head}  steps:\n{indented}",
    }


MENU = "- intent: menu\n- action: utter_menu\n"


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (f"{MENU}- checkpoint: x", "checkpoint"),
        ("- or:\n  - user: hola\n  - intent: saludo\n- action: utter_menu", "«user:»"),
        ("- intent: menu\n  user: quiero el menú\n- action: utter_menu", "«user:»"),
        ("- user: quiero el menú\n- action: utter_menu", "«user:»"),
        ("- intent: menu\n- bot: Hola", "«bot:»"),
        ("- intent: menu\n- action: action_send_text", "«action_send_text» es de Rasa"),
        ("- intent: menu\n  entities:\n  - ciudad: Cali\n    role: a\n- action: utter_menu", "role o group"),
        ("- intent: faq/precio\n- action: utter_menu", "selector de respuestas"),
    ],
)
def test_a_rule_that_cannot_be_run_is_named_and_left_out(load: Loader, steps: str, words: str) -> None:
    project = load(rule(steps))
    assert_says(project, ("unsupported", "prueba", words))
    assert [one.name for one in project.rules] == ["saludo", "menu"]


CONDITION = "[slot_was_set: [listo: true]]"


def test_a_rule_with_a_custom_action_is_read_and_the_action_named(load: Loader) -> None:
    files = rule("- intent: menu\n- action: action_propia", condition=CONDITION) | {
        "domain/a.yml": "actions: [action_propia: {send_domain: true}]"
    }
    project = load(files)
    assert_says(project, ("warning", "action_propia", "ACTION_SERVER_URL"))
    assert [one.name for one in project.rules] == ["saludo", "menu", "prueba"]


def test_a_rule_on_a_response_selector_is_left_out(load: Loader) -> None:
    files = rule("- intent: faq\n- action: utter_faq") | {
        "domain/f.yml": "intents: [faq: {is_retrieval_intent: true}]"
    }
    assert_says(load(files), ("unsupported", "prueba", "«faq»"), ("unsupported", "prueba", "«utter_faq»"))


def test_stories_of_test_files_are_not_training_data(load: Loader) -> None:
    assert_says(load({"data/test_cuento.yml": "stories:\n- story: cuento\n  steps: []\n"}))


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ("- intent: nadie\n- action: utter_menu", "La intención «nadie» no existe"),
        ("- intent: menu\n- action: utter_nadie", "La respuesta «utter_nadie» no existe"),
        ("- intent: menu\n- action: action_nadie", "La acción «action_nadie» no está en el dominio"),
        ("- intent: menu\n  entities: [ciudad]\n- action: utter_menu", "La entidad «ciudad» no está"),
        ("- slot_was_set:\n  - nadie: 1\n- intent: menu\n- action: utter_menu", "El slot «nadie» no está"),
        ("- slot_was_set:\n  - nivel: medio\n- intent: menu\n- action: utter_menu", "no puede valer «medio»"),
        ("- slot_was_set:\n  - listo: 'sí'\n- intent: menu\n- action: utter_menu", "no puede valer «sí»"),
        ("- slot_was_set:\n  - listo\n- intent: menu\n- action: utter_menu", "no puede valer sin valor"),
        ("- slot_was_set:\n  - nota\n- intent: menu\n- action: utter_menu", "no puede valer sin valor"),
        ("- slot_was_set:\n  - 3\n- intent: menu\n- action: utter_menu", "«3» no es un slot"),
        ("- intent: menu", "no hace nada"),
        ("- intent: menu\n- acción: utter_menu", "no hace nada"),
        ("- intent: menu\n- action: utter_saludo", "Contradice a la regla «menu»"),
        ("- intent: menu\n- action: action_back", "«utter_menu» o «action_back»"),
        (f"{MENU}- action: utter_saludo", "«action_listen» o «utter_saludo»"),
        (f"{MENU}- intent: saludo\n- action: utter_saludo", "restrict_rules: false"),
        ("- or: []\n- action: utter_menu", "«or» sin opciones"),
        ("- or:\n  - action: utter_menu\n- action: utter_menu", "Un «or» solo admite"),
        ("- intent: ''\n- action: utter_menu", "«intent:» sin nombre"),
        (f"{MENU}- action: ''", "«action:» sin nombre"),
    ],
)
def test_what_is_wrong_in_a_rule_is_an_error(load: Loader, steps: str, words: str) -> None:
    heard = load(rule(steps)).errors
    assert {finding.name for finding in heard} == {"prueba"}
    assert any(words in finding.message for finding in heard), heard


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("[slot_was_set: [nadie: 1]]", "El slot «nadie» no está"),
        ("[active_loop: nadie]", "El formulario «nadie» no está"),
        ("[intent: menu]", "Paso sin «slot_was_set», «active_loop»"),
    ],
)
def test_what_is_wrong_in_a_condition_is_an_error(load: Loader, condition: str, words: str) -> None:
    heard = load(rule(MENU, condition=condition)).errors
    assert [finding.name for finding in heard] == ["prueba"]
    assert words in heard[0].message


def test_rules_without_a_name_and_unknown_keys_are_told(load: Loader) -> None:
    files = {"data/a.yml": "rules:\n- steps: []\n", "data/b.yml": "reglas: []\nrules:\n"}
    assert_says(
        load(files),
        ("unsupported", "data", "«reglas» no se usa aquí"),
        ("error", "rules", "regla sin nombre"),
    )


def test_an_intent_without_a_rule_is_a_warning(load: Loader) -> None:
    files = {
        "data/rules.yml": "rules:\n- rule: saludo\n  steps:\n  - intent: saludo\n  - action: utter_saludo\n"
    }
    assert_says(
        load(files),
        ("warning", "menu", "Ninguna regla ni historia"),
        ("warning", "utter_menu", "Ninguna regla, historia ni acción"),
    )


@pytest.mark.parametrize(
    ("written", "step"),
    [
        ("nombre", Step("slot", "nombre", any_value=True)),
        ("nombre: Ana", Step("slot", "nombre", any_value=True)),
        ("nombre: null", Step("slot", "nombre")),
        ("temas", Step("slot", "temas", any_value=True)),
        ("temas: [a]", Step("slot", "temas", any_value=True)),
        ("temas: []", Step("slot", "temas")),
        ("listo: false", Step("slot", "listo", False)),
        ("listo: null", Step("slot", "listo")),
        ("nivel: ALTO", Step("slot", "nivel", "ALTO")),
        ("nota: 0.5", Step("slot", "nota", 0.5)),
    ],
)
def test_slots_in_conditions_mean_what_they_mean_in_rasa(load: Loader, written: str, step: Step) -> None:
    files = rule(MENU, condition=f"\n  - slot_was_set:\n    - {written}")
    project = load(files)
    assert_says(project)
    assert next(one for one in project.rules if one.name == "prueba").conditions == (step,)


def test_slots_before_the_intent_are_conditions(load: Loader) -> None:
    project = load(rule(f"- slot_was_set:\n  - listo: true\n{MENU}", condition="[active_loop: null]"))
    assert_says(project)
    read = next(one for one in project.rules if one.name == "prueba")
    assert read.conditions == (Step("loop", None), Step("slot", "listo", True))
    assert [step.kind for step in read.steps] == ["intent", "action"]


def test_a_rule_may_follow_an_action_instead_of_an_intent(load: Loader) -> None:
    project = load(
        rule("- action: action_verify_session\n- slot_was_set: [listo: true]\n- action: utter_menu")
    )
    assert_says(project)
    assert [one.name for one in project.rules] == ["saludo", "menu", "prueba"]


def test_a_rule_of_the_conversation_start_needs_an_intent(load: Loader) -> None:
    files = rule("- action: action_verify_session\n- action: utter_menu", conversation_start="true")
    assert_says(load(files), ("unsupported", "prueba", "necesita primero un paso «intent:»"))


def test_the_embedded_engine_has_the_actions_and_answers_that_are_taken_for_known() -> None:
    assert EMBEDDED_DEFAULT_ACTIONS <= DEFAULT_ACTIONS
    assert {NEED_AUTH, *responses.BUILT_IN} <= ENGINE_RESPONSES
    assert PAYLOAD_INTENTS <= utterance.DEFAULT_INTENTS


def test_rules_that_differ_in_their_conditions_do_not_contradict(load: Loader) -> None:
    steps = "- intent: menu\n- action: utter_saludo"
    assert_says(load(rule(steps, condition="[slot_was_set: [listo: true]]")))


def test_a_slot_that_does_not_influence_is_not_looked_at_and_told(load: Loader) -> None:
    project = load(rule(f"- slot_was_set:\n  - libre\n  - requested_slot: null\n{MENU}"))
    assert_says(project, ("warning", "prueba", "El slot «libre» no influye"))
    assert next(one for one in project.rules if one.name == "prueba").conditions == ()


def test_several_turns_in_a_rule_are_read_where_rasa_allows_them(load: Loader) -> None:
    config = GOOD["config.yml"].replace("RulePolicy\n", "RulePolicy\n          restrict_rules: false\n")
    project = load(
        rule(f"{MENU}- intent: saludo\n- action: utter_menu", condition=CONDITION) | {"config.yml": config}
    )
    assert_says(project)
    assert [step.kind for step in project.rules[2].steps] == ["intent", "action", "intent", "action"]


def test_what_a_rule_begins_with_is_no_decision_of_its_own(load: Loader) -> None:
    first = rule("- action: utter_saludo\n- action: utter_menu", wait_for_user_input="false")
    second = "rules:\n- rule: otra\n  steps: [{action: utter_menu}, {action: utter_saludo}]\n"
    assert_says(load(first | {"data/y.yml": second}))


def test_dots_before_and_after_a_rule_say_what_rasa_takes_for_granted(load: Loader) -> None:
    dots = "- action: ...\n"
    plain = load(rule(MENU, condition=CONDITION, wait_for_user_input="false")).rules[2]
    assert load(rule(f"{dots}{MENU}{dots}", condition=CONDITION)).rules[2] == plain
    assert load(rule(f"- ...\n{MENU}", condition=CONDITION, wait_for_user_input="false")).rules[2] == plain


def test_every_way_through_an_or_is_a_rule_of_the_same_name(load: Loader) -> None:
    ways = "- or:\n  - intent: menu\n  - intent: saludo\n- or:\n  - slot_was_set:\n    - listo: true\n"
    written = f"{ways}    - nivel: bajo\n- action: utter_menu"
    read = [one for one in load(rule(written, wait_for_user_input="false")).rules if one.name == "prueba"]
    assert [[(step.name, step.value) for step in one.steps] for one in read] == [
        [(intent, None), slot, ("utter_menu", None)]
        for intent in ("menu", "saludo")
        for slot in (("listo", True), ("nivel", "bajo"))
    ]


def test_an_or_of_too_many_ways_is_named_and_left_out(load: Loader) -> None:
    eight = "- or:\n" + "  - intent: menu\n" * 8
    project = load(
        rule(f"{eight}- action: utter_menu\n{eight}- action: utter_menu\n{eight}- action: utter_menu")
    )
    assert_says(project, ("unsupported", "prueba", "dan 512 combinaciones"))


def test_the_two_stage_fallback_is_active_as_a_form_is(load: Loader) -> None:
    fallback = "action_two_stage_fallback"
    files = rule(f"- intent: nlu_fallback\n- action: {fallback}\n- active_loop: {fallback}")
    project = load(files | {"domain/r.yml": "responses:\n  utter_ask_rephrase:\n  - text: Dilo así.\n"})
    assert_says(project)
    assert project.rules[2].steps[2] == Step("loop", fallback)


def test_a_slash_before_an_intent_is_taken_off(load: Loader) -> None:
    assert_says(load(rule("- intent: /menu\n- action: utter_menu\n- metadata: {x: 1}")))

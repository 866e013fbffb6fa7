"""Slots, answers, entities and the configuration: what is wrong and what cannot be run."""

from pathlib import Path

import pytest

from apps.chat.engines.project import Policies
from tests.intents.test_botproject.conftest import GOOD, Loader, assert_says

SLOT = "slots:\n  edad:\n    type: text\n    mappings:\n    - "
ANSWER = "responses:\n  utter_default:\n  - "


@pytest.mark.parametrize(
    ("domain", "severity", "name", "words"),
    [
        ("slots:\n  s: {type: categorical, mappings: []}", "error", "s", "no tiene valores"),
        ("slots:\n  s: {type: text}", "error", "s", "le falta «mappings»"),
        ("slots:\n  s: {type: texto, mappings: []}", "error", "s", "«texto» desconocido"),
        ("slots:\n  s: {type: mis.slots.Propio, mappings: []}", "unsupported", "s", "«mis.slots.Propio»"),
        ("slots:\n  s: {type: text, max_value: 3, mappings: []}", "unsupported", "s", "«max_value»"),
        ("slots:\n  s: {type: float, max_value: x, mappings: []}", "error", "s", "debe ser un número"),
        ("slots:\n  s: {type: float, min_value: 1, mappings: []}", "error", "s", "menor que «max_value»"),
        ("slots:\n  s: {type: text, mappings: [], influence_conversation: x}", "error", "s", "true o false"),
        (f"{SLOT}type: from_trigger_intent", "error", "edad", "le falta «value»"),
        (f"{SLOT}type: from_otra", "unsupported", "edad", "«from_otra»"),
        (
            f"{SLOT}type: from_text\n      conditions:\n      - active_loop: f",
            *("error", "edad", "formulario «f», que no existe"),
        ),
        (
            f"{SLOT}type: from_text\n      conditions:\n      - requested_slot: edad",
            *("warning", "edad", "fuera de formularios"),
        ),
        (
            f"{SLOT}type: from_entity\n      entity: e\n      role: a\nentities: [e]",
            "unsupported",
            "edad",
            "role o group",
        ),
        (f"{SLOT}type: custom\n      action: action_x", "error", "edad", "«action_x», que no está en el"),
        (f"{SLOT}type: from_entity", "error", "edad", "le falta «entity»"),
        (f"{SLOT}type: from_intent\n      intent: menu", "error", "edad", "le falta «value»"),
        (f"{SLOT}type: from_entity\n      entity: nadie", "error", "edad", "«nadie» no está en el dominio"),
        (f"{SLOT}type: from_text\n      not_intent: nadie", "error", "edad", "«nadie», que no existe"),
        (
            "slots:\n  s:\n    type: categorical\n    values: [Sí, no]\n    mappings:\n"
            "    - {type: from_intent, intent: menu, value: sí}\n    - {type: from_intent, value: quizás}",
            *("error", "s", "«quizás», que no está en «values»"),
        ),
        ("slots: [s]", "error", "slots", "clave: valor"),
        ("responses:\n  utter_default: []", "error", "utter_default", "no tiene variaciones"),
        ("responses:\n  utter_default:", "error", "utter_default", "no tiene variaciones"),
        ("responses:\n  utter_default: Hola", "error", "utter_default", "debe ser una lista"),
        ("responses:\n  utter_saludo:\n  - text: otra vez", "error", "utter_saludo", "definida dos veces"),
        (
            "responses:\n  utter_default:\n  - text: x\n    elements: y",
            "unsupported",
            "utter_default",
            "«elements»",
        ),
        (f"{ANSWER}channel: web", "error", "utter_default", "sin contenido"),
        (f"{ANSWER}text: 3", "error", "utter_default", "entre comillas"),
        (
            f"{ANSWER}text: x\n    buttons:\n    - payload: /menu",
            "error",
            "utter_default",
            "botón sin «title»",
        ),
        (
            f"{ANSWER}text: x\n    buttons:\n    - title: y",
            "error",
            "utter_default",
            "sin «payload» ni «url»",
        ),
        (
            f"{ANSWER}text: x\n    buttons:\n    - {{title: y, payload: /nadie}}",
            "error",
            "utter_default",
            "«nadie»",
        ),
        (
            f"{ANSWER}text: x\n    buttons:\n    - {{title: y, payload: '/menu{{\"a\": }}'}}",
            *("error", "utter_default", "JSON mal escrito"),
        ),
        (
            f"{ANSWER}text: x\n    buttons:\n    - {{title: y, payload: '/menu sí'}}",
            "error",
            "utter_default",
            "«/menu sí»",
        ),
        (
            f"{ANSWER}text: x\n  - text: y\n    condition:\n    - {{type: slot, name: nadie, value: 1}}",
            *("error", "utter_default", "«nadie», que no está en el dominio"),
        ),
        (
            f"{ANSWER}text: x\n  - text: y\n    condition:\n    - {{type: hora, name: a, value: 1}}",
            *("unsupported", "utter_default", "Condición de tipo «hora»"),
        ),
        (
            "responses:\n  utter_nadie:\n  - text: x",
            "warning",
            "utter_nadie",
            "Ninguna regla, historia ni acción da",
        ),
        ("responses:\n  utter_faq/precio:\n  - text: x", "unsupported", "utter_faq/precio", "selector"),
        ("actions: [action_x]", "warning", "action_x", "pon ACTION_SERVER_URL"),
        ("actions: [action_session_start]", "warning", "action_session_start", "pon ACTION_SERVER_URL"),
        ("entities:\n- ciudad:\n    roles: [a, b]", "unsupported", "ciudad", "«roles»"),
        ("entities:\n- ciudad:\n    groups: [a]", "unsupported", "ciudad", "«groups»"),
        ("entities: [3]", "error", "entities", "«3» no es un nombre"),
        ("intents:\n- menu:\n    triggers: utter_menu", "unsupported", "menu", "«triggers»"),
        ("session_config: {session_expiration_time: -1}", "error", "session_config", "número de minutos"),
        ("e2e_actions: [Hola]", "unsupported", "domain", "«e2e_actions»"),
        ('version: "2.0"', "unsupported", "domain/mas.yml", "El formato 2.0"),
    ],
)
def test_each_flaw_of_a_domain_is_the_only_thing_said(
    load: Loader, domain: str, severity: str, name: str, words: str
) -> None:
    assert_says(load({"domain/mas.yml": domain}), (severity, name, words))


def test_answers_with_conditions_only_are_a_warning(load: Loader) -> None:
    slots = "slots:\n  s: {type: bool, mappings: []}\n"
    answers = (
        "responses:\n  utter_default:\n  - text: x\n    condition:\n    - {type: slot, name: s, value: true}"
    )
    project = load({"domain/mas.yml": slots + answers})
    assert_says(project, ("warning", "utter_default", "añade una sin ella"))


def test_a_variation_whose_condition_cannot_be_checked_is_never_given(load: Loader) -> None:
    answers = "responses:\n  utter_default:\n  - text: x\n    condition: [{type: hora}]\n  - text: y"
    assert [one.text for one in load({"domain/mas.yml": answers}).responses["utter_default"]] == ["y"]


def test_mappings_that_cannot_be_done_are_left_out(load: Loader) -> None:
    project = load({"domain/mas.yml": f"{SLOT}type: from_otra\n      value: 1\n    - type: from_text"})
    assert [mapping.type for mapping in project.slots["edad"].mappings] == ["from_text"]


def test_a_slot_defined_twice_is_an_error(load: Loader) -> None:
    slots = "slots:\n  s: {type: bool, mappings: []}\n"
    assert_says(load({"domain/a.yml": slots, "domain/b.yml": slots}), ("error", "s", "definido dos veces"))


@pytest.mark.parametrize(
    "payload",
    ["/menu", '/menu{"a": "b"}', '/menu{"a": {nombre}}', "/restart", "hola", "sí / no"],
)
def test_good_payloads_are_taken(load: Loader, payload: str) -> None:
    assert_says(
        load({"domain/mas.yml": f"{ANSWER}text: x\n    buttons:\n    - title: y\n      payload: '{payload}'"})
    )


def test_both_a_domain_file_and_a_folder_are_an_error(load: Loader) -> None:
    assert_says(
        load({"domain.yml": GOOD["domain/base.yml"]}), ("error", "domain", "Rasa solo lee domain.yml")
    )


def config(**changes: str) -> dict[str, str]:
    """The good configuration with a line replaced: config(RulePolicy="TEDPolicy")."""
    text = GOOD["config.yml"]
    for old, new in changes.items():
        assert f"name: {old}\n" in text
        text = text.replace(f"name: {old}\n", f"name: {new}\n")
    return {"config.yml": text}


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("TEDPolicy", "aprende de las historias"),
        ("UnexpecTEDIntentPolicy", "aprende de las historias"),
        ("mis.politicas.P", "deja RulePolicy"),
    ],
)
def test_policies_that_are_not_run_are_unsupported_by_name(load: Loader, policy: str, words: str) -> None:
    both = config(RulePolicy=f"RulePolicy\n        - name: {policy}")
    assert_says(load(both), ("unsupported", policy, words))
    assert load(both).policies == Policies()


def test_without_the_policy_of_rules_rasa_follows_none(load: Loader) -> None:
    project = load(config(RulePolicy="MemoizationPolicy\n          max_history: 3"))
    assert_says(project, ("warning", "config", "Añade RulePolicy"))
    assert project.policies == Policies(has_core_fallback=False, memoization=True, max_history=3)


def test_what_the_policies_say_of_acting_arrives(load: Loader) -> None:
    rules = "RulePolicy\n          core_fallback_action_name: utter_menu\n        "
    written = f"{rules}- name: rasa.core.policies.memoization.AugmentedMemoizationPolicy"
    assert load(config(RulePolicy=written)).policies == Policies(
        core_fallback_action="utter_menu", memoization=True, is_augmented=True
    )
    off = "RulePolicy\n          enable_fallback_prediction: false"
    assert load(config(RulePolicy=off)).policies == Policies(has_core_fallback=False)


@pytest.mark.parametrize(
    ("policies", "name", "words"),
    [
        ("RulePolicy\n          core_fallback_action_name: action_nadie", "RulePolicy", "no existe"),
        ("RulePolicy\n          enable_fallback_prediction: 3", "RulePolicy", "true o false"),
        (
            "RulePolicy\n        - name: MemoizationPolicy\n          max_history: 0",
            "config",
            "número de turnos",
        ),
    ],
)
def test_policies_that_rasa_would_refuse_are_errors(
    load: Loader, policies: str, name: str, words: str
) -> None:
    assert_says(load(config(RulePolicy=policies)), ("error", name, words))


@pytest.mark.parametrize(
    "component", ["ResponseSelector", "KeywordIntentClassifier", "DucklingEntityExtractor", "mi.Cosa"]
)
def test_components_that_change_the_meaning_are_unsupported_by_name(load: Loader, component: str) -> None:
    assert_says(load(config(DIETClassifier=component)), ("unsupported", component, "quítalo del pipeline"))


def test_components_named_by_their_path_in_rasa_are_known(load: Loader) -> None:
    path = "rasa.nlu.classifiers.diet_classifier.DIETClassifier"
    assert_says(load(config(DIETClassifier=path)))


@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("WhitespaceTokenizer", "intent_tokenization_flag: true"),
        ("RegexEntityExtractor", "case_sensitive: true"),
    ],
)
def test_options_that_cannot_be_followed_are_unsupported(load: Loader, name: str, option: str) -> None:
    changed = config(**{name: f"{name}\n          {option}"})
    assert_says(load(changed), ("unsupported", name, "Solo se admite"))


def test_patterns_and_synonyms_that_rasa_would_not_apply_are_warnings(load: Loader, folder: Path) -> None:
    nlu = "nlu:\n- regex: e\n  examples: |\n    - x\n- synonym: s\n  examples: |\n    - t\n"
    sentence = "- intent: menu\n  examples: |\n    - menú [x](e)\n"
    files = config(RegexEntityExtractor="SpacyNLP", EntitySynonymMapper="SpacyTokenizer")
    assert_says(
        load(files | {"domain/e.yml": "entities: [e]", "data/e.yml": nlu + sentence}),
        ("warning", "config", "Añade RegexEntityExtractor"),
        ("warning", "config", "Añade EntitySynonymMapper"),
    )


def test_rules_for_what_is_not_understood_want_their_component(load: Loader) -> None:
    rule = "rules:\n- rule: nada\n  steps: [{intent: nlu_fallback}, {action: utter_menu}]\n"
    assert_says(load({"data/z.yml": rule}))
    without = config(FallbackClassifier="CRFEntityExtractor") | {"data/z.yml": rule}
    assert_says(load(without), ("warning", "nada", "Añade FallbackClassifier"))

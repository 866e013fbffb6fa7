"""Slots, answers, entities and the configuration: what is wrong and what cannot be run."""

from pathlib import Path

import pytest

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
        ("slots:\n  s: {type: float, max_value: 3, mappings: []}", "unsupported", "s", "«max_value»"),
        ("slots:\n  s: {type: text, mappings: [], influence_conversation: x}", "error", "s", "true o false"),
        (f"{SLOT}type: from_trigger_intent\n      value: 1", "unsupported", "edad", "«from_trigger_intent»"),
        (
            f"{SLOT}type: from_text\n      conditions:\n      - active_loop: f",
            "unsupported",
            "edad",
            "formulario",
        ),
        (
            f"{SLOT}type: from_entity\n      entity: e\n      role: a\nentities: [e]",
            "unsupported",
            "edad",
            "role o group",
        ),
        (f"{SLOT}type: custom\n      action: action_x", "unsupported", "edad", "«action_x»"),
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
            "Ninguna regla da esta respuesta",
        ),
        ("responses:\n  utter_faq/precio:\n  - text: x", "unsupported", "utter_faq/precio", "selector"),
        ("actions: [action_x]", "unsupported", "action_x", "no tiene esta acción propia"),
        ("forms:\n  soporte:\n    required_slots: [edad]", "unsupported", "soporte", "formularios"),
        ("entities:\n- ciudad:\n    roles: [a, b]", "unsupported", "ciudad", "«roles»"),
        ("entities:\n- ciudad:\n    groups: [a]", "unsupported", "ciudad", "«groups»"),
        ("entities: [3]", "error", "entities", "«3» no es un nombre"),
        ("intents:\n- menu:\n    use_entities: []", "unsupported", "menu", "use_entities"),
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
    project = load(
        {"domain/mas.yml": f"{SLOT}type: from_trigger_intent\n      value: 1\n    - type: from_text"}
    )
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
    "policy", ["TEDPolicy", "UnexpecTEDIntentPolicy", "MemoizationPolicy", "mis.politicas.P"]
)
def test_policies_other_than_rules_are_unsupported_by_name(load: Loader, policy: str) -> None:
    assert_says(load(config(RulePolicy=policy)), ("unsupported", policy, "deja solo RulePolicy"))


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
        ("RulePolicy", "core_fallback_action_name: action_propia"),
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

"""A good project arrives whole; a broken one is told, never thrown."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.chat.engines.project import (
    Example,
    Finding,
    Form,
    Intent,
    Mapping,
    Policies,
    Response,
    Rule,
    Slot,
    Span,
    Step,
    Story,
)
from apps.intents.botproject import ProjectError, load_project
from tests.intents.test_botproject.conftest import GOOD, Loader, examples, write

ROOT = Path(__file__).resolve().parents[3]

CERTIFICATES = {
    "domain/certificados.yml": """
        intents:
        - ver_certificados
        - nlu_fallback
        entities:
        - tipo_certificado
        slots:
          session_verified:
            type: bool
            initial_value: false
            mappings:
            - type: custom
              action: action_verify_session
          tipo:
            type: categorical
            values: [notas, estudio, 3, true]
            mappings:
            - type: from_entity
              entity: tipo_certificado
              not_intent: menu
            - type: from_intent
              intent: [saludo, menu]
              value: notas
          frase:
            type: text
            influence_conversation: false
            mappings:
            - type: from_text
        responses:
          utter_certificados:
          - condition:
            - type: slot
              name: tipo
              value: notas
            text: Tus notas.
            channel: web
          - text: Tus certificados.
            image: https://example.org/c.png
            buttons: &botones
            - title: Menú
              payload: '/menu{"a": "b"}'
            - title: Zajuna
              url: https://example.org
          - custom:
              type: auth_needed
              message: Entra
            attachment: {type: file}
            buttons: *botones
        actions:
        - action_verify_session
        session_config:
          session_expiration_time: 30
          carry_over_slots_to_new_session: false
        """,
    "data/deep/er/certificados.yaml": """
        nlu:
        - intent: ver_certificados
          metadata:
            title: Mis certificados
            requires_auth: true
          examples:
          - text: |
              quiero el [certificado de notas](tipo_certificado)
          - text: 'muéstrame mi [constancia]{"entity": "tipo_certificado", "value": "estudio"}'
        - intent: ver_certificados
          examples: |
        REST
        - synonym: notas
          examples: |
            - certificado de notas
        - regex: tipo_certificado
          examples: |
            - acta \\d+
        - lookup: tipo_certificado
          examples: |
            - diploma
            - constancia
        rules:
        - rule: certificados con sesión
          condition:
          - slot_was_set:
            - session_verified: true
            - tipo: notas
          - active_loop: null
          conversation_start: true
          wait_for_user_input: false
          steps:
          - intent: ver_certificados
            entities:
            - tipo_certificado: diploma
          - action: action_verify_session
          - slot_was_set:
            - tipo: null
          - action: utter_certificados
        - rule: no entiendo
          steps:
          - intent: nlu_fallback
          - action: utter_menu
        """.replace("        REST", examples(filler="certificado número").replace("    -", "            -")),
}


def test_a_good_project_has_nothing_to_say(load: Loader) -> None:
    assert load().findings == ()
    assert load(CERTIFICATES).findings == ()


def test_intents_arrive_with_examples_spans_and_metadata(load: Loader) -> None:
    intent = load(CERTIFICATES).intents["ver_certificados"]
    assert (intent.title, intent.requires_auth, len(intent.examples)) == ("Mis certificados", True, 12)
    assert intent.examples[:2] == (
        Example(
            "quiero el certificado de notas", (Span("tipo_certificado", "certificado de notas", 10, 30),)
        ),
        Example("muéstrame mi constancia", (Span("tipo_certificado", "estudio", 13, 23),)),
    )


def test_patterns_lists_and_synonyms_arrive(load: Loader) -> None:
    project = load(CERTIFICATES)
    assert project.regexes == {"tipo_certificado": (r"acta \d+",)}
    assert project.lookups == {"tipo_certificado": ("diploma", "constancia")}
    assert project.synonyms == {"certificado de notas": "notas", "constancia": "estudio"}


def test_slots_arrive_with_their_mappings(load: Loader) -> None:
    project = load(CERTIFICATES)
    custom = Mapping("custom", action="action_verify_session")
    assert project.slots == {
        "session_verified": Slot("session_verified", "bool", False, mappings=(custom,)),
        "tipo": Slot(
            "tipo",
            "categorical",
            values=("notas", "estudio", "3", "true"),
            mappings=(
                Mapping("from_entity", entity="tipo_certificado", not_intents=("menu",)),
                Mapping("from_intent", intents=("saludo", "menu"), value="notas"),
            ),
        ),
        "frase": Slot("frase", "text", influences=False, mappings=(Mapping("from_text"),)),
    }


def test_answers_arrive_with_all_their_parts(load: Loader) -> None:
    buttons = (
        {"title": "Menú", "payload": '/menu{"a": "b"}'},
        {"title": "Zajuna", "url": "https://example.org"},
    )
    assert load(CERTIFICATES).responses["utter_certificados"] == (
        Response(text="Tus notas.", channel="web", conditions={"tipo": "notas"}),
        Response(text="Tus certificados.", image="https://example.org/c.png", buttons=buttons),
        Response(
            custom={"type": "auth_needed", "message": "Entra"}, attachment={"type": "file"}, buttons=buttons
        ),
    )


def test_rules_arrive_with_conditions_and_flags(load: Loader) -> None:
    rule = next(rule for rule in load(CERTIFICATES).rules if rule.name == "certificados con sesión")
    assert rule == Rule(
        name="certificados con sesión",
        conditions=(
            Step("slot", "session_verified", True),
            Step("slot", "tipo", "notas"),
            Step("loop", None),
        ),
        steps=(
            Step("intent", "ver_certificados", entities=("tipo_certificado",)),
            Step("action", "action_verify_session"),
            Step("slot", "tipo", None),
            Step("action", "utter_certificados"),
        ),
        conversation_start=True,
        wait_for_user_input=False,
        file="data/deep/er/certificados.yaml",
    )


def test_names_language_and_session_arrive(load: Loader) -> None:
    project = load(CERTIFICATES)
    assert list(project.intents) == ["saludo", "menu", "ver_certificados", "nlu_fallback"]
    assert project.intents["nlu_fallback"] == Intent("nlu_fallback")
    assert (project.language, project.entities) == ("es", ("tipo_certificado",))
    assert project.actions == ("action_verify_session",)
    assert (project.session_expiration_minutes, project.carry_over_slots) == (30, False)


def test_a_single_domain_file_is_read_like_a_folder(load: Loader, folder: Path) -> None:
    in_folder = load()
    (folder / "domain" / "base.yml").rename(folder / "domain.yml")
    (folder / "domain").rmdir()
    assert load_project(folder) == in_folder


def test_answers_may_stand_in_data_files_and_hidden_files_are_not_read(load: Loader) -> None:
    project = load(
        {
            "data/textos.yml": "responses:\n  utter_restart:\n  - text: De nuevo.\n",
            "data/.borrador.yml": "esto: [no es YAML",
            "data/.git/x.yml": "ni: [esto",
            "data/notas.txt": "ni: [esto",
        }
    )
    assert project.findings == ()
    assert project.responses["utter_restart"] == (Response("De nuevo."),)


def test_the_same_folder_gives_the_same_hash_whatever_its_findings(load: Loader) -> None:
    project = load(CERTIFICATES)
    assert load(CERTIFICATES).data_hash() == project.data_hash()
    noted = replace(project, findings=(Finding("warning", "x", "y", "z", 3),))
    assert noted.data_hash() == project.data_hash()
    menu = project.intents["menu"]
    for changed in (
        replace(project, language="en"),
        replace(project, forms={"cita": Form("cita")}),
        replace(project, stories=(Story("cuento", ()),)),
        replace(project, policies=Policies(memoization=True)),
        replace(project, intents={**project.intents, "menu": replace(menu, ignored_entities=("ciudad",))}),
        replace(project, slots={"nota": Slot("nota", "float", max_value=5.0)}),
    ):
        assert changed.data_hash() != project.data_hash()


def test_the_bot_of_this_repository_loads_without_errors_and_runs_whole() -> None:
    project = load_project(ROOT / "rasa")
    assert [finding for finding in project.findings if finding.severity != "warning"] == []
    assert len(project.intents) >= 20
    assert len(project.rules) >= 20


NAMES = st.sampled_from(
    ["saludo", "menu", "utter_saludo", "x", "text", "faq/x", "", "/saludo{", "[a](b)", "..."]
)
VALUES = st.none() | st.booleans() | st.integers(-2, 2) | st.floats() | NAMES | st.text(max_size=4)
_KEY_WORDS = """
    intent examples metadata title requires_auth text synonym regex lookup rule story steps condition action
    required_slots ignored_intents requested_slot or use_entities ignore_entities max_value policies
    slot_was_set active_loop entities type name value mappings entity not_intent conditions values payload
    buttons custom image channel initial_value role conversation_start session_expiration_time pipeline
"""
KEYS = NAMES | st.sampled_from(_KEY_WORDS.split())
TREES = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)
SECTIONS = [
    "version",
    "nlu",
    "rules",
    "stories",
    "responses",
    "intents",
    "entities",
    "slots",
    "actions",
    "forms",
]
DOCUMENTS = st.dictionaries(
    st.sampled_from([*SECTIONS, "session_config", "pipeline", "policies"]), TREES, max_size=4
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(domain=DOCUMENTS, data=DOCUMENTS, config=DOCUMENTS)
def test_whatever_shape_the_files_have_the_project_loads_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, domain: object, data: object, config: object
) -> None:
    folder = write(tmp_path_factory.getbasetemp() / "forma", GOOD)
    for name, document in [("domain/x.yml", domain), ("data/x.yml", data), ("config.yml", config)]:
        (folder / name).write_text(json.dumps(document))
    try:
        told = load_project(folder).data_hash()
    except ProjectError as error:
        told = str(error)
    assert "línea" in told or len(told) == 64

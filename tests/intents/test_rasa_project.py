"""The whole bot as Rasa's YAML: staff's words where they have some, the developers' own for all else."""

import io
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from ruamel.yaml import YAML

from apps.chat.engines.project import BotProject, Response
from apps.intents.botproject import load_project, load_with_source
from apps.intents.exchange import export_file, read_file
from apps.intents.exchange.rasa_project import RasaProject, whole_yaml
from apps.intents.knowledge import IntentData, join, knowledge_of
from apps.intents.selectors import known_intents
from apps.intents.services import import_intents, sync_from_files
from apps.intents.services.project import project_files

FILES = {
    "config.yml": """
recipe: default.v1
language: es
assistant_id: escuela
pipeline:
- name: WhitespaceTokenizer
- name: DucklingEntityExtractor
  url: ${DUCKLING_URL}
- name: DIETClassifier
  epochs: 7
policies:
- name: TEDPolicy
  epochs: 3
""",
    "domain/a.yml": """
version: "3.1"
intents:
- hola
- adios
- pedir: {use_entities: []}
- faq: {is_retrieval_intent: true}
entities:
- ciudad: {roles: [origen, destino]}
slots:
  ciudad: {type: text, mappings: [{type: from_entity, entity: ciudad, conditions: [{active_loop: f}]}]}
forms:
  f: {required_slots: [ciudad], ignored_intents: [adios]}
actions: [action_x, validate_f]
session_config: {session_expiration_time: 30, carry_over_slots_to_new_session: false}
""",
    "domain/b.yml": """
responses:
  utter_hola: [{text: "Hola", id: "h1", metadata: {voz: no}}]
  utter_adios: [{text: Adiós}]
  utter_ask_ciudad: [{text: "¿Qué ciudad?"}]
  utter_faq/precio: [{text: Gratis}]
""",
    "data/nlu.yml": """
version: "3.1"
nlu:
- intent: hola
  metadata: {title: Saludo, voz: alta}
  examples: |
    - hola
    - buenas
- intent: adios
  examples: |
    - adiós
- intent: pedir
  examples:
  - text: 'quiero ir de [Cali]{"entity": "ciudad", "role": "origen"}'
    metadata: {fuente: dev}
- intent: faq/precio
  examples: |
    - cuánto cuesta
- synonym: Cali
  examples: |
    - la sultana
- regex: codigo
  examples: |
    - \\d{4}
- lookup: ciudad
  examples: |
    - Cali
""",
    "data/rules.yml": """
version: "3.1"
rules:
- rule: hola
  steps: [{intent: hola}, {action: utter_hola}]
- rule: adios
  steps: [{intent: adios}, {action: utter_adios}]
- rule: pedir
  wait_for_user_input: false
  steps: [{intent: pedir}, {action: f}, {active_loop: f}]
stories:
- story: largo
  steps: [{intent: hola}, {action: utter_hola}, {intent: adios}, {action: action_x}]
- story: corto
  steps: [{intent: pedir}, {action: action_x}]
""",
    "data/test_stories.yml": """
stories:
- story: prueba
  steps: [{user: hola, intent: hola}, {action: utter_hola}]
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def written(folder: Path, known: Iterable[IntentData] = ()) -> dict[str, Any]:
    """As Rasa would read it."""
    files, source = load_with_source(folder)
    project = join(files, list(known)) if known else files
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(whole_yaml(RasaProject(project, files, source)))
    return loaded


def named(items: list[dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    return {item[kind]: item for item in items if kind in item}


def test_nothing_that_developers_wrote_is_lost(folder: Path) -> None:
    whole = written(folder)
    parts: dict[str, Any] = {}
    for name, text in FILES.items():
        if "test_" not in name:
            for key, value in YAML(typ="safe", pure=True).load(text).items():
                there = parts.get(key)
                parts[key] = there + value if isinstance(there, list) else value
    for key, value in parts.items():
        if isinstance(value, list):
            assert all(item in whole[key] for item in value), key
            assert len(whole[key]) == len(value), key
        else:
            assert whole[key] == value, key
    assert set(whole) == set(parts)


def test_a_variable_of_rasas_machine_stays_one_and_staff_cannot_name_any(folder: Path) -> None:
    known = [*knowledge_of(load_project(folder)), IntentData("nueva", ("a",), (Response(text="${HOME}"),))]
    files, source = load_with_source(folder)
    text = whole_yaml(RasaProject(join(files, known), files, source))
    assert "url: ${DUCKLING_URL}\n" in text
    assert 'text: "${HOME}"\n' in text


def test_what_staff_changed_is_written_and_the_rest_of_it_kept(folder: Path) -> None:
    hola, adios, pedir = knowledge_of(load_project(folder))
    changed = replace(hola, examples=(*hola.examples, "qué más"), answers=(Response(text="¡Hola!"),))
    whole = written(folder, [changed, adios, pedir, IntentData("beca", ("beca",), (Response(text="Sí."),))])
    intents = named(whole["nlu"], "intent")
    assert intents["hola"] == {
        "intent": "hola",
        "metadata": {"voz": "alta", "title": "Saludo"},
        "examples": "- hola\n- buenas\n- qué más\n",
    }
    assert intents["beca"]["examples"] == "- beca\n"
    assert whole["intents"] == [
        "hola",
        "adios",
        {"pedir": {"use_entities": []}},
        "beca",
        *whole["intents"][4:],
    ]
    assert whole["responses"]["utter_hola"] == [{"text": "¡Hola!"}]
    assert whole["responses"]["utter_beca"] == [{"text": "Sí."}]
    assert named(whole["rules"], "rule")["beca"]["steps"] == [{"intent": "beca"}, {"action": "utter_beca"}]


def test_examples_keep_the_roles_that_their_marks_name(folder: Path) -> None:
    files, source = load_with_source(folder)
    marked = 'voy de [Cali]{"entity": "ciudad", "role": "origen"}'
    known = [*knowledge_of(files)[:2], IntentData("pedir", (marked,))]
    project = RasaProject(join(files, known), files, source, {one.name: one.examples for one in known})
    assert named(project.nlu(), "intent")["pedir"]["examples"] == f"- {marked}\n"


def test_an_intent_that_is_switched_off_takes_its_rules_and_stories_along(folder: Path) -> None:
    hola, adios, pedir = knowledge_of(load_project(folder))
    whole = written(folder, [hola, replace(adios, is_active=False), pedir])
    assert "adios" not in whole["intents"]
    assert "adios" not in named(whole["nlu"], "intent")
    assert set(named(whole["rules"], "rule")) == {"hola", "pedir"}
    assert set(named(whole["stories"], "story")) == {"corto"}


def test_an_annotated_entity_is_declared(folder: Path) -> None:
    known = [*knowledge_of(load_project(folder)), IntentData("nueva", ("ver [arte](tema)",))]
    assert written(folder, known)["entities"] == [{"ciudad": {"roles": ["origen", "destino"]}}, "tema"]


def test_a_protected_intent_brings_the_slot_that_its_rules_look_at(folder: Path) -> None:
    known = [
        *knowledge_of(load_project(folder)),
        IntentData("notas", ("notas",), (Response(text="5"),), requires_auth=True),
    ]
    whole = written(folder, known)
    assert whole["slots"]["session_verified"]["type"] == "bool"
    assert whole["actions"] == ["action_x", "validate_f", "action_verify_session"]
    assert "utter_need_auth" in whole["responses"]


def unpacked(content: bytes, folder: Path) -> BotProject:
    zipfile.ZipFile(io.BytesIO(content)).extractall(folder)
    return load_project(folder)


def bare(project: BotProject) -> BotProject:
    """Without where things stand, and in no order."""
    rules = tuple(sorted((replace(rule, file="") for rule in project.rules), key=lambda rule: rule.name))
    return replace(project, rules=rules, findings=())


@pytest.mark.slow
@pytest.mark.django_db
def test_an_export_is_what_the_bot_is_trained_on(tmp_path: Path) -> None:
    files = project_files()
    exported = unpacked(export_file(format="rasa", intents=[]), tmp_path / "files")
    assert bare(exported) == bare(files)
    sync_from_files()
    known = known_intents()
    exported = unpacked(export_file(format="rasa", intents=known), tmp_path / "known")
    assert bare(exported) == bare(join(files, known))
    assert (exported.synonyms, exported.lookups, exported.regexes) == (
        files.synonyms,
        files.lookups,
        files.regexes,
    )


@pytest.mark.django_db
def test_an_export_imported_again_changes_nothing_and_leaves_nothing_out() -> None:
    sync_from_files()
    before = known_intents()
    rows = read_file(name="x.zip", content=export_file(format="rasa", intents=before))
    report = import_intents(rows=rows, mode="replace")
    assert (report.created, report.updated, report.errors, report.notes) == (0, 0, [], ())
    assert known_intents() == before


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(name, text)
    return out.getvalue()


@pytest.mark.django_db
def test_what_a_foreign_project_has_beside_intents_is_told(staff: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("bot.zip", zipped())
    body = staff.post("/api/admin/intents/upload", {"file": file}, format="multipart").json()
    assert (body["created"], body["errors"]) == (3, [])
    told = " ".join(body["notes"])
    for part in ("sinónimos (1)", "listas de valores (lookup) (1)", "expresiones (regex) (1)", "slots (1)"):
        assert f"No se importa: {part}. Va en los archivos de rasa/." in told


@pytest.mark.django_db
def test_the_command_tells_it_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_intents", str(folder), "--dry-run")
    assert "No se importa: slots (1)" in capsys.readouterr().out

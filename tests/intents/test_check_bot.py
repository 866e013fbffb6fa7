"""What `check_bot` says of a project, and the exit code by which a script knows it."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.intents.test_botproject.conftest import GOOD, examples, write

MORE = {
    "domain/mas.yml": """
        intents:
        - pedir
        - faq: {is_retrieval_intent: true}
        entities: [ciudad, placa]
        slots:
          sede: {type: text, mappings: [{type: from_entity, entity: ciudad, role: destino}]}
          nombre: {type: text, influence_conversation: false, mappings: [{type: from_text}]}
        forms:
          cita: {required_slots: [nombre]}
        responses:
          utter_ask_nombre: [{text: ¿Tu nombre?}]
          utter_faq/precio: [{text: Gratis.}]
        actions: [action_verify_session, action_propia]
        """,
    "data/mas.yml": f"nlu:\n- intent: pedir\n  examples: |\n{examples('a [Cali](ciudad)', filler='cita')}\n"
    "- intent: faq/precio\n  examples: |\n    - cuánto cuesta\n    - qué vale\n"
    "- regex: ciudad\n  examples: |\n    - Cali\n"
    """
rules:
- rule: pedir
  steps:
  - intent: pedir
  - action: action_propia
  - action: cita
  - active_loop: cita
- rule: dicho
  steps:
  - user: hola
  - action: utter_menu
- rule: cualquiera
  condition: [active_loop: cita]
  steps:
  - or: [{intent: saludo}, {intent: menu}]
  - action: utter_menu
stories:
- story: largo
  steps: [{intent: menu}, {action: utter_menu}]
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "bot", GOOD)


@pytest.fixture
def partly(folder: Path) -> Path:
    return write(folder, MORE)


def check(path: Path, **options: Any) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("check_bot", str(path), stdout=out, **options)
    except CommandError as error:
        return out.getvalue() + str(error), error.returncode
    return out.getvalue(), 0


def told(path: Path) -> tuple[dict[str, Any], int]:
    out = io.StringIO()
    try:
        call_command("check_bot", str(path), "--json", stdout=out)
    except CommandError as error:
        return json.loads(out.getvalue()), error.returncode
    return json.loads(out.getvalue()), 0


def zipped(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.rglob("*.yml")):
            archive.write(path, f"otro/{path.relative_to(folder)}")
    return target


def test_a_project_that_runs_whole_ends_with_zero(folder: Path) -> None:
    said, code = check(folder)
    assert code == 0
    assert "Se ejecuta entero." in said
    assert [line.split() for line in said.splitlines() if line.startswith(("intenciones", "reglas"))] == [
        ["intenciones", "2", "2"],
        ["reglas", "2", "2"],
    ]


def test_each_part_that_does_not_run_is_named_with_its_place_and_reason(partly: Path) -> None:
    said, code = check(partly)
    assert code == 1
    rows = {line.split()[0]: line.split()[1:] for line in said.splitlines() if len(line.split()) == 3}
    assert rows == {
        "intenciones": ["4", "3"],
        "ejemplos": ["32", "30"],
        "entidades": ["2", "2"],
        "slots": ["2", "1"],
        "formularios": ["1", "1"],
        "respuestas": ["4", "3"],
        "reglas": ["5", "4"],
        "historias": ["1", "0"],
    }
    for words in (
        "domain/mas.yml, 7: sede: El mapping distingue role o group",
        ", 31: dicho: Un paso «user:»",
        "largo: La historia no se sigue sin MemoizationPolicy",
        "Acciones propias en este proceso (1): action_verify_session",
        "Acciones propias sin dónde correr (falta ACTION_SERVER_URL) (1): action_propia",
        "No se ejecuta entero.",
    ):
        assert words in said


def test_with_an_action_server_foreign_actions_have_a_place(folder: Path, env: Any) -> None:
    write(folder, {"domain/mas.yml": "actions: [action_propia]\n"})
    assert told(folder)[1] == 1
    env(ACTION_SERVER_URL="http://127.0.0.1:5055/webhook")
    body, code = told(folder)
    assert (code, body["actions"], body["runs_whole"]) == (0, {"action_propia": "server"}, True)
    assert [one["name"] for one in body["warnings"]] == ["action_propia"]


def test_errors_say_that_it_does_not_train(folder: Path) -> None:
    write(folder, {"data/z.yml": "rules:\n- rule: x\n  steps: [{intent: nadie}, {action: utter_menu}]\n"})
    body, code = told(folder)
    assert (code, body["trains"], body["left_out"]) == (1, False, [])
    assert [(one["name"], one["file"], one["line"]) for one in body["errors"]] == [("x", "data/z.yml", 2)]
    assert "con ellos no se entrena (1)" in check(folder)[0]


def test_warnings_are_counted_and_shown_on_demand(folder: Path) -> None:
    write(folder, {"domain/mas.yml": "responses:\n  utter_nadie: [{text: x}]\n"})
    assert "Avisos: 1 (se ven con -v 2)." in check(folder)[0]
    assert "utter_nadie: Ninguna regla" in check(folder, verbosity=2)[0]


def test_a_zip_is_judged_as_its_folder(partly: Path, tmp_path: Path) -> None:
    of_folder, of_zip = told(partly), told(zipped(partly, tmp_path / "bot.zip"))
    assert of_zip == of_folder


@pytest.mark.parametrize("content", [b"no es un zip", b""])
def test_a_file_that_is_no_project_ends_with_two(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    said, code = check(tmp_path / "x.zip")
    assert (code, "no es una carpeta ni un zip" in said) == (2, True)


def test_what_is_no_project_ends_with_two(tmp_path: Path) -> None:
    assert check(tmp_path / "nada")[1] == 2
    assert check(tmp_path)[1] == 2
    with zipfile.ZipFile(tmp_path / "lejos.zip", "w") as archive:
        archive.writestr("../domain.yml", "intents: [a]")
    assert check(tmp_path / "lejos.zip")[1] == 2
    with zipfile.ZipFile(tmp_path / "otro.zip", "w") as archive:
        archive.writestr("compose.yml", "services: {}")
    assert check(tmp_path / "otro.zip")[1] == 2

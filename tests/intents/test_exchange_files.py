"""Files as people send them, good and bad."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from apps.chat.engines.project import Response
from apps.core.errors import AppError, Invalid
from apps.intents.exchange import ImportRow, export_file, read_file, read_rasa_folder
from apps.intents.knowledge import IntentData


def rows(content: str | bytes, name: str = "x.csv") -> list[ImportRow]:
    return read_file(name=name, content=content if isinstance(content, bytes) else content.encode())


def zipped(files: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def sheet(*table: list[Any]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in table:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        "intent,examples,responses\nayuda,dame ayuda|¿qué haces?,Escribe «menú».\n",
        "\ufeffIntención;Ejemplos;Respuestas\r\nayuda;dame ayuda\\n¿qué haces?;Escribe «menú».\r\n",
        'name\texample\tresponse\nayuda\t"dame ayuda\n¿qué haces?"\tEscribe «menú».\n',
        "intent;examples;responses\nayuda;dame ayuda|¿qué haces?;Escribe «menú».\n".encode("cp1252"),
    ],
)
def test_separators_encodings_and_column_names_are_taken_as_they_come(content: str | bytes) -> None:
    (row,) = rows(content)
    assert row.data == IntentData("ayuda", ("dame ayuda", "¿qué haces?"), (Response(text="Escribe «menú»."),))
    assert (row.line, row.given, row.error) == (2, frozenset({"examples", "answers"}), "")


def test_flags_are_read_in_words_and_a_blank_says_nothing() -> None:
    one, two = rows("intent,examples,responses,protegida,activa\nuno,a,b,Sí,no\ndos,a,b,,\n")
    assert (one.data.requires_auth, one.data.is_active) == (True, False)
    assert two.given == {"examples", "answers"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("intent,examples\nuno,a\n", "Faltan columnas: responses"),
        ("nada\n1\n", "Faltan columnas: intent, examples, responses"),
        ("intent,examples,ejemplos,responses\n", "«examples» está dos veces"),
        ('"intent,examples\n', "primera línea"),
    ],
)
def test_a_header_that_cannot_be_used_is_refused(content: str, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        rows(content)


def test_unbalanced_quotes_are_told_with_their_line_and_stop_no_other_row() -> None:
    found = rows('intent,examples,responses\nuno,a,b\ndos,"a"x,b\n\ntres,a,b\ncuatro,"a,b\ncinco,a,b\n')
    assert [(row.line, row.data.name) for row in found if not row.error] == [(2, "uno"), (5, "tres")]
    assert [row.line for row in found if "comillas" in row.error] == [3, 6]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("uno,a,b,c", "Sobran columnas"),
        (",a,b", "Falta el nombre"),
        ('uno,a,"{""text"": }"', "JSON mal escrita"),
        ('uno,a,"{""text"": 3}"', "text"),
        ('uno,a,"{""buttons"": [{""payload"": 1}]}"', "botón"),
    ],
)
def test_a_bad_row_says_what_to_do(row: str, message: str) -> None:
    (found,) = rows(f"intent,examples,responses\n{row}\n")
    assert (found.line, message in found.error) == (2, True), found.error


@pytest.mark.parametrize(
    "value",
    [
        {"intent": "uno", "examples": ["a", "b"], "responses": ["c"]},
        [{"tag": "uno", "patterns": ["a", "b"], "responses": ["c"]}],
        {"intents": [{"name": "uno", "examples": "a|b", "response": "c"}]},
    ],
)
def test_json_has_several_shapes(value: Any) -> None:
    (row,) = rows(json.dumps(value), "x.json")
    assert row.data == IntentData("uno", ("a", "b"), (Response(text="c"),))


@pytest.mark.parametrize("content", ["{", "[" * 100_000, '[{"a": NaN}]', "3", '{"intents": 3}'])
def test_bad_json_is_refused(content: str) -> None:
    with pytest.raises(Invalid):
        rows(content, "x.json")


def test_a_bad_json_intent_is_told_with_its_place() -> None:
    values = [3, {"examples": []}, {"intent": "uno", "examples": [3]}, {"intent": "dos", "responses": [[]]}]
    found = rows(json.dumps(values), "x.json")
    assert [(row.line, bool(row.error)) for row in found] == [(1, True), (2, True), (3, True), (4, True)]


def test_a_sheet_is_read_with_numbers_and_truth_values() -> None:
    (row,) = rows(
        sheet(["intent", "examples", "responses", "title", "activa"], ["uno", 12, "b", 3.0, False]), "x.XLSX"
    )
    assert (row.data.examples, row.data.title, row.data.is_active) == (("12",), "3", False)


@pytest.mark.parametrize(
    "content",
    [b"PK nothing", zipped({"a.txt": "x"}), zipped({"xl/a.xml": b"0" * (41 * 2**20)}), b"intent,examples"],
)
def test_a_damaged_or_swollen_sheet_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match="hoja de cálculo"):
        rows(content, "x.xlsx")


def test_five_megabytes_and_one_byte_are_too_large() -> None:
    with pytest.raises(AppError) as caught:
        rows(b"x" * (5 * 2**20 + 1))
    assert caught.value.status == 413


@pytest.mark.parametrize(("name", "content"), [("x.exe", b"x"), ("noname", b"x"), ("x.csv", b"  ")])
def test_other_files_and_empty_ones_are_refused(name: str, content: bytes) -> None:
    with pytest.raises(Invalid):
        rows(content, name)


def test_twenty_thousand_rows_are_the_most() -> None:
    with pytest.raises(Invalid, match="20000 filas"):
        rows("intent,examples,responses\n" + "uno,a,b\n" * 20_001)


NLU = 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hola [ana](nombre)\n'
DOMAIN = 'version: "3.1"\nintents: [greet]\nresponses:\n  utter_hello:\n  - text: Hola\n'
RULES = 'version: "3.1"\nrules:\n- rule: r\n  steps: [{intent: greet}, {action: utter_hello}]\n'


@pytest.mark.parametrize(
    "names",
    [
        ("data/nlu.yml", "domain.yml", "data/rules.yml"),
        ("bot/data/nlu/a.yml", "bot/domain/a.yml", "bot/data/rules.yml"),
        ("nlu.yml", "domain.yml", "rules.yml"),
    ],
)
def test_foreign_rasa_projects_are_read_wherever_their_files_stand(
    names: tuple[str, ...], tmp_path: Path
) -> None:
    files = dict(zip(names, (NLU, DOMAIN, RULES), strict=True))
    (row,) = rows(zipped(files), "x.zip")
    assert row.data == IntentData("greet", ("hola [ana](nombre)",), (Response(text="Hola"),))
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert read_rasa_folder(tmp_path) == [row]


@pytest.mark.parametrize(
    "name", ["../evil.yml", "/etc/evil.yml", "a/../../evil.yml", "a\\evil.yml", "c:evil.yml"]
)
def test_a_path_that_leads_outside_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match="ruta que no se admite"):
        rows(zipped({"nlu.yml": NLU, name: NLU}), "x.zip")


def test_links_passwords_and_bombs_in_a_zip_are_refused() -> None:
    link = zipfile.ZipInfo("data/nlu.yml")
    link.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    locked = bytearray(zipped({"nlu.yml": NLU}))
    for start in (6, locked.index(b"PK\x01\x02") + 8):
        locked[start] |= 1
    bomb = zipped({"data/nlu.yml": b"#" * (21 * 2**20)})
    many = zipped({f"data/{n}.yml": "" for n in range(501)})
    for content in (out.getvalue(), bytes(locked), bomb, many, b"PK", b"\x00"):
        with pytest.raises(Invalid):
            rows(content, "x.zip")


@pytest.mark.parametrize(
    "text",
    [
        "nlu: !!python/object/apply:os.system [id]\n",
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        "[" * 5000,
        "\x00",
    ],
)
def test_yaml_tags_and_bombs_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        rows(zipped({"data/nlu.yml": text, "domain.yml": DOMAIN}), "x.zip")


def test_a_project_without_intents_is_refused() -> None:
    with pytest.raises(Invalid, match="No hay intenciones"):
        rows(zipped({"readme.txt": "x"}), "x.zip")


def test_a_rasa_export_is_a_project_without_faults(tmp_path: Path) -> None:
    from apps.intents.botproject import load_project

    known = [
        IntentData(
            "uno", tuple(f"frase {n}" for n in "abcdefghij"), (Response(text="A"),), requires_auth=True
        ),
        IntentData("dos", tuple(f"otra {n}" for n in "abcdefghij"), (Response(text="B"),)),
    ]
    zipfile.ZipFile(io.BytesIO(export_file(format="rasa", intents=known))).extractall(tmp_path)
    project = load_project(tmp_path)
    assert project.findings == ()
    assert [rule.name for rule in project.rules] == [
        "uno with a verified session",
        "uno without login",
        "dos",
    ]

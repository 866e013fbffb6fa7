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
from apps.intents.exchange import ImportRow, ImportRows, read_file, read_rasa_folder
from apps.intents.exchange.rasa_zip import write_rasa
from apps.intents.knowledge import IntentData


def rows(content: str | bytes, name: str = "x.csv") -> list[ImportRow]:
    return list(file(content, name))


def file(content: str | bytes, name: str) -> ImportRows:
    return read_file(name=name, content=content if isinstance(content, bytes) else content.encode())


def zipped(files: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def harmed(name: str, method: int) -> bytes:
    """A zip whose one entry is damaged where its compressed bytes stand."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(name, NLU * 50)
    raw = bytearray(out.getvalue())
    start = 30 + len(name) + (9 if method == zipfile.ZIP_LZMA else 0)
    raw[start : start + 40] = b"\xff" * 40
    return bytes(raw)


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


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_entry_damaged_in_any_compression_is_refused(method: int) -> None:
    with pytest.raises(Invalid, match="No se puede leer el zip"):
        rows(harmed("data/nlu.yml", method), "x.zip")
    with pytest.raises(Invalid, match="No se puede leer la hoja"):
        rows(harmed("xl/workbook.xml", method), "x.xlsx")


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
    assert list(read_rasa_folder(tmp_path)) == [row]


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


LONG = "- frase\n" * 400


@pytest.mark.parametrize(
    "text",
    [
        "a: &a |\n" + LONG.replace("- ", "  - ") + "nlu:\n" + "- {intent: x, examples: *a}\n" * 500,
        "a: &a [" + "x," * 5000 + "x]\nb: [*a, *a, *a]\n",
        "nlu:\n" + "- [" + "x," * 100_000 + "x]\n",
    ],
)
def test_yaml_that_repeats_a_long_block_or_holds_too_many_values_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="demasiados valores"):
        rows(zipped({"data/nlu.yml": text, "domain.yml": DOMAIN}), "x.zip")


def test_short_aliases_are_taken() -> None:
    text = "nlu:\n- {intent: greet, examples: &e '- hola'}\n- {intent: other, examples: *e}\n"
    assert {row.data.examples for row in rows(zipped({"data/nlu.yml": text}), "x.zip")} == {("hola",)}


@pytest.mark.parametrize("text", [NLU + DOMAIN.partition("\n")[2] + RULES.partition("\n")[2], NLU])
@pytest.mark.parametrize("name", ["todo.yml", "TODO.YAML"])
def test_one_yaml_file_may_hold_domain_and_data(text: str, name: str) -> None:
    found = file(text, name)
    [row] = found
    answers = (Response(text="Hola"),) if "utter_hello" in text else ()
    assert row.data == IntentData("greet", ("hola [ana](nombre)",), answers)
    assert found.notes == ()


def test_what_no_table_takes_of_a_rasa_project_is_named_with_its_number() -> None:
    nlu = "- {synonym: cc, examples: '- cédula'}\n- {lookup: ciudad, examples: '- Cali'}\n"
    nlu += "- {regex: doc, examples: '- x'}"
    domain = "slots: {edad: {type: float}}\nforms: {f: {required_slots: [edad]}}\nactions: [action_x]\n"
    rules = "rules:\n- {rule: r, steps: [{intent: greet}, {action: utter_hello}, {action: utter_bye}]}\n"
    files = {
        "data/nlu.yml": f"{NLU}{nlu}\n- {{intent: bad, examples: 'sin guion'}}\n",
        "data/rules.yml": f"{rules}stories:\n- {{story: s, steps: [{{intent: greet}}]}}\n",
        "domain.yml": f"{DOMAIN}  utter_bye:\n  - text: Adiós\n{domain}",
    }
    notes = file(zipped(files), "x.zip").notes
    counts = {note.partition(": ")[2].partition(".")[0] for note in notes if note.startswith("No se importa")}
    assert counts == {
        *("reglas (1)", "historias (1)", "formularios (1)", "slots (1)", "acciones (1)"),
        *("respuestas que no son de una intención (2)", "sinónimos (1)"),
        *("listas de valores (lookup) (1)", "expresiones (regex) (1)"),
    }
    assert [note for note in notes if "data/nlu.yml, 9: bad: La línea «sin guion»" in note]


def test_what_a_rasa_export_brings_back_leaves_nothing_out() -> None:
    known = [
        IntentData("uno", ("[a](b:c) d",), (Response(text="A"),), requires_auth=True),
        IntentData("dos", ("otra",), (Response(text="B", review_by="2026-05-31"),)),
    ]
    assert file(write_rasa(known), "x.zip").notes == ()


def test_a_date_in_the_metadata_of_a_response_that_is_none_is_told_at_its_intent() -> None:
    bad = DOMAIN.replace("utter_hello", "utter_greet") + "    metadata: {valid_until: ayer, nota: x}\n"
    [row] = rows(zipped({"data/nlu.yml": NLU, "domain.yml": bad}), "x.zip")
    assert "«ayer» no es una fecha" in row.error
    good = bad.replace("ayer", "2026-05-31")
    [row] = rows(zipped({"data/nlu.yml": NLU, "domain.yml": good}), "x.zip")
    assert row.data.answers == (Response(text="Hola", valid_until="2026-05-31"),)


def test_bytes_of_no_encoding_are_told_at_their_row_and_stop_no_other() -> None:
    found = rows(b"intent,examples,responses\nuno,a\xf1o,b\ndos,a\x81,b\ntres,c,d\n")
    assert [(row.line, row.data.examples) for row in found if not row.error] == [(2, ("año",)), (4, ("c",))]
    assert "no se leen" in found[1].error
    with pytest.raises(Invalid, match="no se leen"):
        rows(b'{"intent": "uno", "examples": ["\x81"]}', "x.json")
    [kept] = rows("intent,examples,responses\nuno,a\ufffd,b\n")  # written as such, in UTF-8
    assert kept.data.examples == ("a\ufffd",)


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
    zipfile.ZipFile(io.BytesIO(write_rasa(known))).extractall(tmp_path)
    project = load_project(tmp_path)
    assert project.findings == ()
    assert [rule.name for rule in project.rules] == [
        "uno with a verified session",
        "uno without login",
        "dos",
    ]

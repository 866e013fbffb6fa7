"""Files that must not be read, and the message that says why."""

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.intents.botproject import ProjectError, load_project
from apps.intents.botproject.yamlfiles import MAX_BYTES, Block, is_storable, read_mapping


def refusal(folder: Path, raw: bytes) -> str:
    (folder / "data" / "malo.yml").write_bytes(raw)
    with pytest.raises(ProjectError) as refused:
        load_project(folder)
    return str(refused.value)


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("nlu:\n- intent: !!python/object:os.system x\n", 2, "etiquetas"),
        ("nlu: !!str x\n", 1, "etiquetas"),
        ("nlu:\n- intent: a\n  intent: b\n", 3, "repetida"),
        (BOMB, 4, "demasiados valores"),
        ("a: &a [*a]\n", 1, "demasiados valores"),
        ("a: &a {b: 1}\nc:\n  <<: *a\n", 3, "<<"),
        ("nlu:\n  - a\n b: [\n", 3, "no es YAML válido"),
        ("nlu: *nada\n", 1, "no es YAML válido"),
        ("rules: []\n---\nrules: []\n", 2, "no es YAML válido"),
        ("%YAML 1.1\n---\nnlu: []\n", 1, "directivas"),
        ("nlu: [\x01]\n", 1, "no es YAML válido"),
        ('rules: []\nnlu: "a\\0b"\n', 2, "carácter"),
        ('nlu: "\\ud800"\n', 1, "no es YAML válido"),
        ("- intent: a\n", 1, "claves"),
        ("solo texto\n", 1, "claves"),
        ("? [a]\n: b\n", 1, "una clave debe ser un texto"),
        ("a: " + "[" * 500 + "]" * 500, 1, "demasiados niveles"),
    ],
)
def test_yaml_that_is_not_plain_is_refused_with_file_and_line(
    folder: Path, text: str, line: int, word: str
) -> None:
    message = refusal(folder, text.encode())
    assert message.startswith(f"data/malo.yml, línea {line}: ")
    assert word in message
    assert "Traceback" not in message
    assert "yaml." not in message


def test_invalid_utf8_is_refused_with_its_line(folder: Path) -> None:
    assert refusal(folder, b"nlu: []\n# se\xf1or\n").startswith("data/malo.yml, línea 2: no es UTF-8")


def test_a_file_that_is_too_big_is_refused(folder: Path) -> None:
    assert refusal(folder, b"#" * (MAX_BYTES + 1)).startswith("data/malo.yml: pasa de 5 MiB")


def test_a_missing_folder_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=f"No existe la carpeta «{tmp_path / 'nada'}»"):
        load_project(tmp_path / "nada")


def test_a_file_instead_of_a_folder_is_refused(folder: Path) -> None:
    with pytest.raises(ProjectError, match="No existe la carpeta"):
        load_project(folder / "config.yml")


@pytest.mark.parametrize(
    ("removed", "message"),
    [
        ("config.yml", "Falta config.yml"),
        ("domain/base.yml", "Falta la carpeta domain/"),
        ("data", "Falta la carpeta data/"),
    ],
)
def test_a_folder_without_its_parts_is_no_project(folder: Path, removed: str, message: str) -> None:
    (folder / removed).rename(folder / "fuera")
    if (folder / "domain").is_dir() and not any((folder / "domain").iterdir()):
        (folder / "domain").rmdir()
    with pytest.raises(ProjectError, match=message):
        load_project(folder)


def test_a_file_that_may_not_be_opened_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"data/x\.yml: no se puede leer"):
        read_mapping(tmp_path, "data/x.yml")


def test_an_empty_file_and_one_with_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    file = tmp_path / "x.yml"
    file.write_bytes(b"")
    assert read_mapping(file, "x.yml") == {}
    file.write_bytes(b"\xef\xbb\xbfnlu: []\n")
    assert read_mapping(file, "x.yml") == {"nlu": []}


def test_scalars_are_those_of_yaml_1_2_and_keys_are_text(tmp_path: Path) -> None:
    file = tmp_path / "x.yml"
    file.write_text("1: no\ntrue: 'true'\na: [3, -4.5, 1e3, .inf, true, Null, ~, 2024-01-31, 0o7, sí]\nb:\n")
    block = read_mapping(file, "x.yml")
    values = [3, -4.5, 1000.0, ".inf", True, None, None, "2024-01-31", "0o7", "sí"]
    assert block == {"1": "no", "true": "true", "a": values, "b": None}
    assert block.place.line == 1


def test_letters_that_ended_lines_in_yaml_1_1_are_letters(tmp_path: Path) -> None:
    file = tmp_path / "x.yml"
    file.write_text("a: uno\x85dos\u2028tres\u2029\ue000\nb: |\n  - sí\u2028no\n")
    read = {"a": "uno\x85dos\u2028tres\u2029\ue000", "b": "- sí\u2028no\n"}
    assert read_mapping(file, "x.yml") == read


def test_an_alias_is_a_value_of_its_own_and_never_a_key(tmp_path: Path) -> None:
    file = tmp_path / "x.yml"
    file.write_text("&k a: &l [1]\nb: *l\n")
    block = read_mapping(file, "x.yml")
    block["a"].append(2)
    assert block == {"a": [1, 2], "b": [1]}
    file.write_text("a: &l x\n*l : 1\n")
    with pytest.raises(ProjectError, match="línea 2: una clave debe ser un texto"):
        read_mapping(file, "x.yml")


def test_a_few_aliases_are_fine(tmp_path: Path) -> None:
    file = tmp_path / "x.yml"
    file.write_text("a: &salida\n- title: Salir\nb: *salida\n")
    assert read_mapping(file, "x.yml") == {"a": [{"title": "Salir"}], "b": [{"title": "Salir"}]}


def _is_plain(value: object) -> bool:
    if isinstance(value, Block):
        return all(is_storable(key) and _is_plain(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(_is_plain, value))
    if isinstance(value, str):
        return is_storable(value)
    return (
        value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value))
    )


YAML_PIECES = st.lists(
    st.sampled_from(
        ["a", ": ", "\n", "- ", "  ", "[", "]", "{", "}", '"', "'", "|", ">", "&x ", "*x", "!", "%", "#"]
    )
    | st.sampled_from(["? ", "---\n", "\\", "\\U00110000", "1", ".", "\t", "<<", "é", "\x85", "\u2028"])
    | st.text(max_size=3),
    max_size=25,
).map("".join)


@settings(deadline=None)
@given(YAML_PIECES)
def test_any_text_is_read_as_plain_values_or_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "cualquiera.yml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        value, refusal = read_mapping(file, "cualquiera.yml"), ""
    except ProjectError as error:
        value, refusal = Block(), str(error)
    assert _is_plain(value)
    assert not refusal or refusal.startswith("cualquiera.yml, línea ")

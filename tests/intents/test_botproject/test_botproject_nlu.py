"""Training sentences: entity marks, their offsets, and what is wrong with them."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.chat.engines.project import Span
from apps.intents.botproject.annotations import parse_example
from apps.intents.botproject.sentences import bare
from tests.intents.test_botproject.conftest import Loader, assert_says, examples


@dataclass(frozen=True)
class Piece:
    text: str
    mark: str
    entity: str = ""
    value: str = ""


LETTERS = st.text(
    st.characters(exclude_characters="[](){}\n\r", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8
)
WORDS = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
PIECES = st.one_of(
    st.builds(lambda text: Piece(text, text), LETTERS),
    st.builds(lambda text, name: Piece(text, f"[{text}]({name})", name, text), LETTERS, WORDS),
    st.builds(
        lambda text, name, value: Piece(text, f"[{text}]({name}:{value})", name, value), LETTERS, WORDS, WORDS
    ),
    st.builds(
        lambda text, name, value: Piece(
            text, f'[{text}]{{"entity": "{name}", "value": "{value}"}}', name, value
        ),
        *(LETTERS, WORDS, WORDS),
    ),
)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=6))
def test_the_sentence_without_marks_and_its_spans_agree(pieces: list[Piece]) -> None:
    annotated = parse_example("".join(piece.mark for piece in pieces))
    example = annotated.example
    assert not annotated.is_broken
    assert example.text == "".join(piece.text for piece in pieces)
    marked = [piece for piece in pieces if piece.entity]
    assert [(span.entity, span.value) for span in example.entities] == [(p.entity, p.value) for p in marked]
    assert [example.text[span.start : span.end] for span in example.entities] == [p.text for p in marked]
    assert all(one.end <= two.start for one, two in zip(example.entities, example.entities[1:], strict=False))


def test_one_text_may_carry_several_entities() -> None:
    example = parse_example('el [SENA][{"entity": "a"}, {"entity": "b", "value": "v"}] sí').example
    assert example.text == "el SENA sí"
    assert example.entities == (Span("a", "SENA", 3, 7), Span("b", "v", 3, 7))


@pytest.mark.parametrize(
    "marked",
    [
        "[x]{entity: y}",
        '[x]{"value": "y"}',
        '[x]{"entity": 3}',
        '[x]{"entity": "\\ud800"}',
        "[x](y",
        "[x][y](z)",
        '[x][{"a"}]',
    ],
)
def test_a_broken_mark_is_noticed(marked: str) -> None:
    assert parse_example(f"hola {marked}").is_broken


@pytest.mark.parametrize("plain", ["hola", "nota [opcional]", "lista [1] (dos)", "f(x) {y}", "[]", ""])
def test_brackets_that_are_no_mark_stay(plain: str) -> None:
    annotated = parse_example(plain)
    assert (annotated.example.text, annotated.example.entities, annotated.is_broken) == (plain, (), False)


@pytest.mark.parametrize(
    ("one", "other"),
    [("¿Cuándo?", "cuando"), ("  VER   el Menú!", "ver el menu"), ("año", "ANO"), ("🙂", " 🙂 ")],
)
def test_case_accents_and_punctuation_do_not_tell_sentences_apart(one: str, other: str) -> None:
    assert bare(one) == bare(other)


def test_different_signs_alone_are_different_sentences() -> None:
    assert bare("🙂") != bare("🙁")


MENU = f"- intent: menu\n  examples: |\n{examples(filler='ver el menú')}\n"


def nlu(*saludo: str, more: str = "", count: int = 10) -> dict[str, str]:
    """The good project's data with these sentences of the greeting."""
    block = f"- intent: saludo\n  examples: |\n{examples(*saludo, filler='buenas', count=count)}\n"
    return {"data/nlu.yml": f"nlu:\n{block}{MENU}{more}"}


def test_the_same_sentence_in_two_intents_is_an_error(load: Loader) -> None:
    assert_says(
        load(nlu("¡Ver el MENU: dos!")), ("error", "saludo", "«¡Ver el MENU: dos!» está también en menu")
    )


def test_a_sentence_twice_in_one_intent_is_a_warning(load: Loader) -> None:
    assert_says(load(nlu("buenas, UNO")), ("warning", "saludo", "«buenas uno» repite «buenas, UNO»"))


def test_fewer_than_ten_examples_are_a_warning(load: Loader) -> None:
    assert_says(load(nlu(count=9)), ("warning", "saludo", "Tiene 9 ejemplos; escribe al menos 10"))


def test_an_intent_of_a_rule_without_examples_is_an_error(load: Loader) -> None:
    files = {"data/nlu.yml": f"nlu:\n{MENU}- intent: saludo\n"}
    assert_says(load(files), ("error", "saludo", "no tiene ejemplos"))


def test_findings_name_file_and_line(load: Loader) -> None:
    finding = load(nlu(count=9)).findings[0]
    assert (finding.file, finding.line) == ("data/nlu.yml", 2)


def test_an_intent_that_the_domain_does_not_name_and_no_rule_answers_is_a_warning(load: Loader) -> None:
    files = nlu(more=f"- intent: ping\n  examples: |\n{examples(filler='ping')}\n")
    assert_says(
        load(files),
        ("warning", "ping", "no está en el dominio"),
        ("warning", "ping", "Ninguna regla"),
    )


def test_an_entity_that_only_annotated_examples_could_find_is_unsupported(load: Loader) -> None:
    files = nlu("hola a [Ana](nombre)") | {"domain/e.yml": "entities: [nombre]"}
    assert_says(load(files), ("unsupported", "nombre", "añade un «regex» o un «lookup»"))


@pytest.mark.parametrize("pattern", ["regex", "lookup"])
def test_an_entity_with_a_pattern_or_a_list_is_fine(load: Loader, pattern: str) -> None:
    files = nlu("hola a [Ana](nombre)", more=f"- {pattern}: nombre\n  examples: |\n    - Ana\n")
    assert_says(load(files | {"domain/e.yml": "entities: [nombre]"}))


def test_a_pattern_without_annotated_examples_is_a_warning_because_rasa_skips_it(load: Loader) -> None:
    files = nlu(more="- regex: nombre\n  examples: |\n    - Ana\n") | {"domain/e.yml": "entities: [nombre]"}
    assert_says(load(files), ("warning", "nombre", "Rasa solo busca la entidad si algún ejemplo la anota"))


def test_an_annotated_entity_missing_in_the_domain_is_a_warning(load: Loader) -> None:
    files = nlu("hola a [Ana](nombre)", more="- regex: nombre\n  examples: |\n    - Ana\n")
    assert_says(load(files), ("warning", "nombre", "no está en el dominio"))


@pytest.mark.parametrize("key", ["role", "group"])
def test_entity_roles_and_groups_are_unsupported(load: Loader, key: str) -> None:
    files = nlu(
        f'hola a [Ana]{{"entity": "nombre", "{key}": "a"}}',
        more="- regex: nombre\n  examples: |\n    - Ana\n",
    )
    files["domain/e.yml"] = "entities: [nombre]"
    assert_says(load(files), ("unsupported", "saludo", "lleva role o group"))


def test_retrieval_intents_are_unsupported_by_name(load: Loader) -> None:
    price = "- intent: faq/precio\n  examples: |\n    - cuánto\n"
    place = "- intent: faq/lugar\n  examples: |\n    - dónde\n"
    project = load(nlu(more=price + place))
    assert_says(project, ("unsupported", "faq", "2 intenciones (faq/precio…)"))
    assert list(project.intents) == ["saludo", "menu"]


@pytest.mark.parametrize(
    ("item", "name", "severity", "words"),
    [
        ("- regex: r\n  examples: |\n    - '('", "r", "error", "no es válida"),
        (
            "- lookup: l\n  examples: |\n    - uno\n      - dos\n    tres",
            "l",
            "error",
            "«tres» debe empezar por",
        ),
        ("- lookup: l\n  examples: [uno]", "l", "error", "«examples» debe ser un texto"),
        ("- lookup: l\n  examples: |\n    - uno\n    -", "l", "warning", "ejemplo vacío"),
        (
            "- synonym: s\n  examples: |\n    - uno\n- synonym: t\n  examples: |\n    - uno",
            "uno",
            "error",
            "de «s» y de «t»",
        ),
        ("- nombre: x", "nlu", "error", "sin «intent»"),
        ("- intent:\n  examples: |\n    - a", "intent", "error", "le falta el nombre"),
        ("- intent: 3\n  examples: |\n    - a", "intent", "error", "ponlo entre comillas"),
        ("- suelto", "nlu", "error", "sobra «suelto»"),
        ("- intent: saludo\n  ejemplos: x", "saludo", "unsupported", "La clave «ejemplos» no se usa"),
        ("- intent: saludo\n  metadata: {require_auth: true}", "saludo", "warning", "¿querías"),
        ("- intent: saludo\n  metadata: {requires_auth: sí}", "saludo", "error", "debe ser true o false"),
        ("- intent: saludo\n  metadata: x", "saludo", "error", "«metadata» debe llevar"),
        ("- intent: saludo\n  examples:\n  - text: ''", "saludo", "error", "un ejemplo sin «text»"),
        ("- intent: saludo\n  examples:\n  - hola", "saludo", "error", "sobra «hola»"),
        (
            "- intent: saludo\n  examples: |\n    - hola a [Ana](nombre",
            "saludo",
            "error",
            "marca de entidad mal escrita",
        ),
    ],
)
def test_what_is_badly_written_is_told_and_the_rest_is_read(
    load: Loader, item: str, name: str, severity: str, words: str
) -> None:
    project = load(nlu(more=f"{item}\n"))
    expected = [(severity, name, words)]
    if "      - dos" in item:
        expected.insert(0, ("error", "l", "«- dos» debe empezar por"))
    assert_says(project, *expected)
    assert len(project.intents["menu"].examples) == 10


def test_an_nlu_section_that_is_no_list_is_an_error_and_no_intents_are_one_too(load: Loader) -> None:
    files = {"data/nlu.yml": "nlu: {intent: saludo}", "data/rules.yml": "", "domain/base.yml": ""}
    assert_says(
        load(files),
        ("error", "nlu", "«nlu» debe ser una lista"),
        ("error", "intents", "El proyecto no tiene intenciones"),
    )

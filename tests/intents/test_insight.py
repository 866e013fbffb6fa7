"""What staff are told of an intent while they write it."""

from typing import Any

import pytest

from apps.chat.engines.project import Response
from apps.intents import insight
from apps.intents.knowledge import IntentData
from apps.intents.models import Intent, IntentQuerySet
from apps.intents.services.intents import create_intent
from tests.intents.admin_pages import many

pytestmark = pytest.mark.django_db
HELLO = tuple(f"frase de prueba número {word}" for word in ("uno", "dos", "tres"))


def make(name: str, examples: tuple[str, ...] = HELLO, **more: Any) -> Intent:
    answers = (Response(text=f"Respuesta de {name}"),)
    return create_intent(data=IntentData(name, examples, more.pop("answers", answers), **more))


def notes(*lines: str, pk: Any = None, answers: int = 1, name: str = "nueva") -> set[tuple[str, int]]:
    found = insight.notes_on(pk=pk, name=name, lines=lines, answers=answers)
    return {(note.code, note.line) for note in found if note.code != "few_examples"}


def test_an_intent_with_ten_sentences_of_its_own_and_an_answer_is_not_warned_of() -> None:
    make("otra")
    lines = [f"{word} quiero saber algo distinto {word}" for word in "abcdefghij"]
    assert insight.notes_on(pk=None, name="nueva", lines=lines, answers=1) == []


def test_the_same_sentence_in_another_intent_is_named_whatever_its_accents_and_marks() -> None:
    make("notas", ("¿Cuáles son mis notas?", "ver el [técnico](programa) ya"))
    assert notes("", "cuales son MIS notas", "ver el tecnico ya") == {
        ("same_elsewhere", 2),
        ("same_elsewhere", 3),
    }
    [first, *_rest] = insight.elsewhere(None, ["cuales son mis notas"])
    assert "«notas»" in first.text


def test_a_near_same_sentence_is_shown_with_its_intent() -> None:
    make("certificados", ("quiero ver mis certificados",))
    [note] = insight.elsewhere(None, ["quiero ver mi certificado"])
    assert (note.code, note.line) == ("near_elsewhere", 1)
    assert "«quiero ver mis certificados», de «certificados»" in note.text
    assert notes("algo muy distinto de todo lo demás") == set()


def test_an_intents_own_sentences_and_inactive_intents_are_no_rivals() -> None:
    row = make("propia")
    make("apagada", ("frase apagada",), is_active=False)
    assert notes(*HELLO, "frase apagada", pk=row.pk) == set()


def test_few_examples_no_answer_broken_marks_and_repeated_lines_are_told() -> None:
    lines = ["hola", "Hola.", "ver [técnico](programa", ""]
    found = {(n.code, n.line) for n in insight.notes_on(pk=None, name="nueva", lines=lines, answers=0)}
    assert found == {("few_examples", 0), ("no_answer", 0), ("repeated", 2), ("broken_mark", 3)}


@pytest.mark.parametrize("name", ["saludo", "afirmar"])
def test_an_answer_from_the_files_is_an_answer(name: str) -> None:
    assert insight.no_answer(name, 0, insight.files_now()) == []


@pytest.mark.parametrize(
    ("count", "others", "code"),
    [
        (101, [20, 20, 20], "too_large"),
        (100, [20, 20, 20], None),
        (11, [60, 60], "too_small"),
        (9, [60, 60], None),
        (60, [2, 2], "too_large"),
        (12, [], None),
    ],
)
def test_sizes_out_of_balance_are_told(count: int, others: list[int], code: str | None) -> None:
    assert [note.code for note in insight.unbalanced(count, others)] == ([code] if code else [])


def test_tags_are_split_and_each_kept_once() -> None:
    assert insight.tags_of(" notas, académico,,notas ") == ("notas", "académico")


@pytest.mark.engines
def test_a_list_counts_warnings_by_keys_alone(django_assert_num_queries: Any) -> None:
    ten = tuple(f"frase {word}" for word in "abcdefghij")
    make("bien", ten)
    make("comparte", (*(f"{text} más" for text in ten), "FRASE A"))
    make("vacia", (), answers=())
    rows = list(IntentQuerySet(Intent).with_counts())
    known = insight.sizes()
    with django_assert_num_queries(2):
        counts = insight.warning_counts(rows, known)
    assert {row.name: counts[row.pk] for row in rows} == {"bien": 1, "comparte": 1, "vacia": 2}


def test_of_many_near_sentences_the_first_are_told() -> None:
    many(40, 3)
    lines = [f"pregunta i{n:03} sobre 2 cosa distinta" for n in range(40)]
    assert len(insight.elsewhere(None, lines)) == insight.MAX_NEAR

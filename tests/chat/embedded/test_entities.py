"""Entities by pattern, by list and by synonym."""

import re

import pytest

from apps.chat.engines.embedded.nlu.entities import MAX_ENTITIES, EntityFinder
from apps.chat.engines.project import BotProject, Example, Intent, Span

PROJECT = BotProject(
    entities=("email", "telefono", "documento", "tipo", "tema", "lenguaje"),
    regexes={
        "email": (r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}",),
        "telefono": (r"\b3\d{9}\b",),
        "documento": (r"\b\d{6,10}\b",),
        "solo_rasgo": (r"\w+",),
        "tipo": (r"acción rápida",),
    },
    lookups={
        "tipo": ("constancia de matrícula", "constancia", "acta", "competencias"),
        "lenguaje": ("C++", "C#", "Python"),
    },
    synonyms={"certificado de notas": "notas", "Competencias": "competencias laborales"},
    intents={
        "aprender": Intent("aprender", (Example("quiero álgebra", (Span("tema", "matematica", 7, 14),)),)),
    },
)
FINDER = EntityFinder(PROJECT)


def found(text: str) -> list[tuple[str, str]]:
    return [(entity.entity, entity.value) for entity in FINDER.find(text)]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("escribe a Ana.Rojas@Correo.EDU.co hoy", [("email", "Ana.Rojas@Correo.EDU.co")]),
        ("CONSTANCIA DE MATRICULA", [("tipo", "constancia de matrícula")]),
        ("una constancia de matrícula, por favor", [("tipo", "constancia de matrícula")]),
        ("una constansia de matricula", [("tipo", "constancia de matrícula")]),
        ("una constancia", [("tipo", "constancia")]),
        ("el axta", []),
        ("constancias", [("tipo", "constancia")]),
        ("inconstancia total", []),
        ("Acción Rápida y accion rapida", [("tipo", "Acción Rápida"), ("tipo", "accion rapida")]),
        ("mis COMPETENCIAS", [("tipo", "competencias laborales")]),
        ("sé C++ y C# pero no C", [("lenguaje", "C++"), ("lenguaje", "C#")]),
        ("clases de ALGEBRA", [("tema", "matematica")]),
        ("cédula 10234567", [("documento", "10234567")]),
        ("3001234567", [("telefono", "3001234567"), ("documento", "3001234567")]),
        ("123456789@x.co", [("email", "123456789@x.co")]),
        ("", []),
    ],
)
def test_entities_are_found(text: str, entities: list[tuple[str, str]]) -> None:
    assert found(text) == entities


@pytest.mark.parametrize(
    "text",
    ["¿Tu cédula? 10234567 ya", "ﬁn: 10234567", "o\u0301 10234567", "😀10234567", "É" * 30 + " 10234567"],
)
def test_offsets_are_into_the_text_as_it_was_written(text: str) -> None:
    (entity,) = FINDER.find(text)
    assert text[entity.start : entity.end] == entity.value == "10234567"


def test_a_pattern_for_what_is_no_entity_of_the_project_is_only_a_feature() -> None:
    assert "solo_rasgo" not in {entity for entity, _ in found("cualquier cosa")}


def test_no_message_has_more_entities_than_the_limit() -> None:
    assert len(FINDER.find("a@b.co " * 500)) == MAX_ENTITIES


def test_escapes_of_a_pattern_keep_their_case() -> None:
    finder = EntityFinder(BotProject(entities=("x",), regexes={"x": (r"ñ\S\W…",)}))
    assert [entity.value for entity in finder.find("Ñu!… n !…")] == ["Ñu!…"]


def test_a_pattern_that_does_not_compile_is_an_error() -> None:
    with pytest.raises(re.error):
        EntityFinder(BotProject(entities=("x",), regexes={"x": ("(",)}))

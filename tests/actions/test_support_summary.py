"""The summary of the support form: confirmed, corrected, or asked again."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.actions.fakes import GOOD, FakeBackend, Talk

ROOT = Path(__file__).parents[2] / "rasa"
FORM = "soporte_form"


def test_the_summary_shows_everything_and_long_reports_in_short() -> None:
    talk = Talk(FakeBackend(), **{**GOOD, "soporte_mensaje": "a" * 3000})
    (summary,) = talk.result("action_ask_soporte_confirmar").messages
    assert summary.response == "utter_soporte_resumen"
    assert summary.fields == {
        "nombre": "Ana Pérez",
        "email": "ana@ejemplo.edu.co",
        "documento": "—",
        "mensaje": "a" * 400 + "…",
        "preferencia": "correo",
        "telefono": "—",
    }


@pytest.mark.parametrize(
    ("text", "intent", "emptied"),
    [
        ("correo", "nlu_fallback", {"soporte_email"}),
        ("cambiar el mensaje", "no_resuelto", {"soporte_mensaje"}),
        ("documento", "nlu_fallback", {"soporte_documento"}),
        ("preferencia", "nlu_fallback", {"soporte_preferencia", "soporte_telefono"}),
        ("teléfono", "nlu_fallback", {"soporte_telefono"}),
    ],
)
def test_one_field_of_the_summary_can_be_changed(text: str, intent: str, emptied: set[str]) -> None:
    talk = Talk(FakeBackend(), **GOOD)
    assert talk.answers(FORM, "soporte_confirmar", text, intent) == []
    assert {slot for slot in GOOD if talk[slot] is None} == emptied
    assert talk["soporte_confirmar"] is None


def test_no_to_the_summary_asks_which_field() -> None:
    talk = Talk(FakeBackend(), **GOOD)
    assert talk.answers(FORM, "soporte_confirmar", "/negar", "negar") == []
    assert talk.does("action_ask_soporte_confirmar") == ["utter_que_cambiar"]
    talk.answers(FORM, "soporte_confirmar", "nombre")
    assert talk.does("action_ask_soporte_confirmar") == ["utter_soporte_resumen"]


def test_another_address_at_the_summary_is_taken() -> None:
    talk = Talk(FakeBackend(), **GOOD)
    talk.answers(FORM, "soporte_confirmar", "no, mi correo es luis@ejemplo.edu.co", "negar")
    assert (talk["soporte_email"], talk["soporte_confirmar"]) == ("luis@ejemplo.edu.co", None)


def said_as(intent: str) -> list[str]:
    """The sentences that the bot knows for it."""
    known = YAML(typ="safe", pure=True).load((ROOT / "data/nlu/conversacion.yml").read_text("utf-8"))["nlu"]
    return [line[2:] for one in known if one.get("intent") == intent for line in one["examples"].splitlines()]


YES = (
    "/afirmar",
    "s",
    "si",
    "Envíalo",
    "claro que sí",
    "De una",
    "ok",
    "todo está bien",
    "yes",
    "send it please",
)


@pytest.mark.parametrize("text", [*YES, *said_as("afirmar")])
@pytest.mark.parametrize("intent", ["afirmar", "", "despedida", "continuar"])
def test_yes_confirms_by_its_words(text: str, intent: str) -> None:
    intent = "afirmar" if text.startswith("/") else intent
    talk = Talk(FakeBackend(), **GOOD)
    assert talk.answers(FORM, "soporte_confirmar", text, intent) == []
    assert talk["soporte_confirmar"] == "si"


@pytest.mark.parametrize("text", ["/negar", "está mal", "change it", *said_as("negar")])
@pytest.mark.parametrize("intent", ["negar", "afirmar", ""])
def test_no_is_no_whatever_it_was_understood_as(text: str, intent: str) -> None:
    talk = Talk(FakeBackend(), **GOOD)
    assert talk.answers(FORM, "soporte_confirmar", text, intent) == []
    assert (talk["soporte_confirmar"], talk["soporte_editar"]) == (None, True)


@pytest.mark.parametrize("intent", ["afirmar", "negar"])
@pytest.mark.parametrize(
    "text", ["jkl", "wqkx", "¿sí?", "sí, pero espera", "listo, cancela", "avísame si llega", "/menu", "y"]
)
def test_what_is_neither_yes_nor_no_is_asked_again(text: str, intent: str) -> None:
    talk = Talk(FakeBackend(), **GOOD)
    assert talk.answers(FORM, "soporte_confirmar", text, intent) == ["utter_confirmar_invalido"]
    assert (talk["soporte_confirmar"], talk["soporte_editar"]) == (None, None)

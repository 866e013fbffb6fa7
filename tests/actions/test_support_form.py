"""The support form: what is taken for an answer, what is asked again, what is another wish."""

from dataclasses import replace

import pytest

from rasa.actions.types import Declined
from tests.actions.fakes import FakeBackend, Talk

FORM = "soporte_form"


@pytest.mark.parametrize(
    ("slot", "text", "kept"),
    [
        ("soporte_nombre", "  Ana   María  Pérez ", "Ana María Pérez"),
        ("soporte_nombre", "me llamo José O'Neill-Gómez", "José O'Neill-Gómez"),
        ("soporte_nombre", "Hola, soy Ana", "Ana"),
        ("soporte_nombre", "Jose\u0301", "José"),
        ("soporte_nombre", "Ñu", "Ñu"),
        ("soporte_email", "  Ana.P+x@Ejemplo.EDU.co ", "ana.p+x@ejemplo.edu.co"),
        ("soporte_email", "mi correo es ana@ejemplo.edu.co.", "ana@ejemplo.edu.co"),
        ("soporte_documento", "CC 1.023.456.789", "1023456789"),
        ("soporte_documento", "mi cédula es 79 456 123", "79456123"),
        ("soporte_documento", "Omitir", "omitir"),
        ("soporte_documento", "no gracias", "omitir"),
        ("soporte_mensaje", "no puedo entrar", "no puedo entrar"),
        ("soporte_mensaje", "ñ" * 5000, "ñ" * 5000),
        ("soporte_preferencia", "por correo, por favor", "correo"),
        ("soporte_preferencia", "WhatsApp", "telefono"),
        ("soporte_preferencia", "aquí mismo", "chat"),
        ("soporte_preferencia", "llámenme al 300 123 4567", "telefono"),
        ("soporte_telefono", "+57 300 123 4567", "+573001234567"),
        ("soporte_telefono", "(601) 234-5678", "6012345678"),
    ],
)
def test_what_a_student_means_is_understood(slot: str, text: str, kept: str) -> None:
    talk = Talk(FakeBackend())
    assert talk.answers(FORM, slot, text) == []
    assert talk[slot] == kept


@pytest.mark.parametrize(
    ("slot", "text", "told"),
    [
        ("soporte_nombre", "A", "utter_nombre_invalido"),
        ("soporte_nombre", "a" * 121, "utter_nombre_invalido"),
        ("soporte_nombre", "Ana 123", "utter_nombre_invalido"),
        ("soporte_nombre", "ana@ejemplo.edu.co", "utter_nombre_invalido"),
        ("soporte_nombre", "<b>Ana</b>", "utter_nombre_invalido"),
        ("soporte_nombre", "", "utter_nombre_invalido"),
        ("soporte_email", "ana perez@ejemplo.edu.co", "utter_email_invalido"),
        ("soporte_email", "ana @ejemplo.edu.co", "utter_email_invalido"),
        ("soporte_email", "aná@ejemplo.edu.co", "utter_email_invalido"),
        ("soporte_email", "ana@ejemplo", "utter_email_invalido"),
        ("soporte_email", "ana@@ejemplo.co", "utter_email_invalido"),
        ("soporte_email", "ana..p@ejemplo.co", "utter_email_invalido"),
        ("soporte_email", "a@x.co b@x.co", "utter_email_invalido"),
        ("soporte_email", "a" * 4990 + "@ejemplo.co", "utter_email_invalido"),
        ("soporte_email", "ana@ejemplo.co\r\nBcc: b@x.co", "utter_email_invalido"),
        ("soporte_documento", "12", "utter_documento_invalido"),
        ("soporte_documento", "mil veintitrés", "utter_documento_invalido"),
        ("soporte_documento", "1" * 16, "utter_documento_invalido"),
        ("soporte_mensaje", "ayuda", "utter_mensaje_corto"),
        ("soporte_mensaje", "          \n ", "utter_mensaje_corto"),
        ("soporte_mensaje", "a" * 5001, "utter_mensaje_largo"),
        ("soporte_preferencia", "me da igual", "utter_preferencia_invalida"),
        ("soporte_preferencia", "correo o teléfono", "utter_preferencia_invalida"),
        ("soporte_telefono", "123", "utter_telefono_invalido"),
        ("soporte_telefono", "no sé", "utter_telefono_invalido"),
        ("soporte_confirmar", "mmm", "utter_confirmar_invalido"),
    ],
)
def test_bad_answers_are_told_and_asked_again(slot: str, text: str, told: str) -> None:
    talk = Talk(FakeBackend())
    assert talk.answers(FORM, slot, text) == [told]
    assert talk[slot] is None
    assert talk["soporte_errores"] == 1


@pytest.mark.parametrize(
    ("slot", "text", "intent"),
    [
        ("soporte_nombre", "/ver_certificados", "ver_certificados"),
        ("soporte_mensaje", '/ver_certificados{"x": "y"}', "ver_certificados"),
        ("soporte_mensaje", "cancelar", "cancelar"),
        ("soporte_confirmar", "mejor cancela", "cancelar"),
        ("soporte_email", "¿dónde veo mis horarios?", "horarios"),
        ("soporte_nombre", "quiero ver cursos", "catalogo_cursos"),
        ("soporte_documento", "hola", "saludo"),
        ("soporte_mensaje", "/crisis", "crisis"),
    ],
)
def test_what_is_no_answer_is_left_to_the_rules(slot: str, text: str, intent: str) -> None:
    with pytest.raises(Declined):
        Talk(FakeBackend()).answers(FORM, slot, text, intent)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("¿por qué no puedo descargar mi certificado?", "descargar_certificado"),
        ("quiero cancelar la matrícula del curso de inglés", "cancelar"),
        ("hola, soy de la ficha 2758123 y no veo el curso", "saludo"),
    ],
)
def test_the_report_is_not_classified_away(text: str, intent: str) -> None:
    talk = Talk(FakeBackend())
    assert talk.answers(FORM, "soporte_mensaje", text, intent) == []
    assert talk["soporte_mensaje"] == text


def test_a_report_that_may_be_a_crisis_is_kept_and_help_is_shown() -> None:
    talk = Talk(FakeBackend())
    text = "ya no quiero vivir y no le importo a nadie"
    assert talk.answers(FORM, "soporte_mensaje", text, "crisis") == ["utter_crisis_en_formulario"]
    assert talk["soporte_mensaje"] == text
    said = talk.answers(FORM, "soporte_mensaje", "me mato", "crisis")
    assert said == ["utter_crisis_en_formulario", "utter_mensaje_corto"]


@pytest.mark.parametrize(
    ("slot", "text", "intent"),
    [
        ("soporte_preferencia", "chat", "terminar"),
        ("soporte_email", "ana@ejemplo.edu.co", "cancelar"),
        ("soporte_documento", "omitir", "menu"),
        ("soporte_documento", "79456123", "humano"),
    ],
)
def test_what_can_be_read_is_an_answer_whatever_it_was_understood_as(
    slot: str, text: str, intent: str
) -> None:
    talk = Talk(FakeBackend())
    assert talk.answers(FORM, slot, text, intent) == []
    assert talk[slot]


@pytest.mark.parametrize("slot", ["soporte_preferencia", "soporte_email", "soporte_documento"])
def test_a_payload_is_never_read(slot: str) -> None:
    with pytest.raises(Declined):
        Talk(FakeBackend()).answers(FORM, slot, '/x{"a": "chat 79456123 ana@x.co"}', "contactar_tutor")


@pytest.mark.parametrize("text", ["sí", "/afirmar", "claro", "ok", "Listo", "por supuesto"])
@pytest.mark.parametrize("intent", ["afirmar", "nlu_fallback"])
def test_yes_is_no_name(text: str, intent: str) -> None:
    intent = "afirmar" if text.startswith("/") else intent
    assert Talk(FakeBackend()).answers(FORM, "soporte_nombre", text, intent) == ["utter_nombre_invalido"]


@pytest.mark.parametrize("name", ["Valentina", "Clara Bueno", "Cárdenas", "Angela", "Luz Marina Restrepo"])
@pytest.mark.parametrize("intent", ["afirmar", "negar", "saludo", "cancelar", "soporte_interno", "emocion"])
def test_a_name_is_a_name_whatever_it_was_understood_as(name: str, intent: str) -> None:
    talk = Talk(FakeBackend())
    assert talk.answers(FORM, "soporte_nombre", name, intent) == []
    assert talk["soporte_nombre"] == name


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Cancela", "cancelar"),
        ("menú principal", "menu"),
        ("buenos días", "saludo"),
        ("hablar con un asesor", "humano"),
        ("cómo cancelo", "ayuda"),
        ("estoy muy triste", "emocion"),
        ("English please", "idioma_en"),
        ("ver mis certificados", "ver_certificados"),
        ("me quiero morir", "crisis"),
        ("me pega mi papá", "crisis"),
    ],
)
def test_words_that_steer_are_no_name(text: str, intent: str) -> None:
    with pytest.raises(Declined):
        Talk(FakeBackend()).answers(FORM, "soporte_nombre", text, intent)
    if intent != "crisis":
        assert Talk(FakeBackend()).answers(FORM, "soporte_nombre", text) == ["utter_nombre_invalido"]


def test_what_may_be_a_crisis_is_never_an_answer() -> None:
    with pytest.raises(Declined):
        Talk(FakeBackend()).answers(FORM, "soporte_preferencia", "me voy a matar, no me llamen", "crisis")


def test_the_third_bad_answer_offers_a_person() -> None:
    talk = Talk(FakeBackend())
    said = [talk.answers(FORM, "soporte_email", "no es un correo") for _ in range(3)]
    assert said == [["utter_email_invalido"]] * 2 + [["utter_email_invalido", "utter_form_offer_human"]]


def test_after_another_wish_the_question_is_still_open() -> None:
    talk = Talk(FakeBackend(), requested_slot="soporte_mensaje", soporte_mensaje="/horarios")
    assert talk.hears("/horarios", "horarios").does("validate_soporte_form") == []
    assert talk["soporte_mensaje"] is None


def test_what_is_filled_when_the_form_begins_is_checked_without_a_word() -> None:
    talk = Talk(FakeBackend()).hears("no", "negar")
    talk.tracker = replace(talk.tracker, proposed={"soporte_email": "mal", "soporte_documento": "79456123"})
    assert talk.does("validate_soporte_form") == []
    assert (talk["soporte_email"], talk["soporte_documento"]) == (None, "79456123")


@pytest.mark.parametrize(
    ("before", "text", "telephone", "preference"),
    [
        (None, "correo", "omitir", "correo"),
        (None, "teléfono", None, "telefono"),
        (None, "al 3001234567", "3001234567", "telefono"),
        ("3001234567", "teléfono", "3001234567", "telefono"),
        ("omitir", "teléfono", None, "telefono"),
    ],
)
def test_only_who_wants_to_be_called_is_asked_for_a_number(
    before: str | None, text: str, telephone: str | None, preference: str
) -> None:
    talk = Talk(FakeBackend(), soporte_telefono=before)
    talk.answers(FORM, "soporte_preferencia", text)
    assert (talk["soporte_telefono"], talk["soporte_preferencia"]) == (telephone, preference)


def test_who_gives_no_number_is_written_to() -> None:
    talk = Talk(FakeBackend(), soporte_preferencia="telefono")
    talk.answers(FORM, "soporte_telefono", "prefiero no")
    assert (talk["soporte_telefono"], talk["soporte_preferencia"]) == ("omitir", "correo")


@pytest.mark.parametrize("slot", ["soporte_documento", "soporte_preferencia", "soporte_telefono"])
def test_gibberish_does_not_skip_a_question(slot: str) -> None:
    talk = Talk(FakeBackend())
    assert talk.answers(FORM, slot, "jkl", "negar") != []
    assert talk.answers(FORM, slot, "/negar", "negar") == []

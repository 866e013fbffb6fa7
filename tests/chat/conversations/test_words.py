"""What students write, in their own words and in simple English, as the trained bot understands it."""

import pytest

from apps.chat.engines.embedded import EmbeddedEngine
from apps.helpdesk.models import Priority, Ticket
from apps.intents.services.project import project_files
from rasa.actions.answers import read_name
from tests.chat.conversations.talk import Talk

pytestmark = pytest.mark.django_db


def button_titles() -> dict[str, set[str]]:
    """Of each title the intents that its buttons lead to."""
    found: dict[str, set[str]] = {}
    for response in (one for variations in project_files().responses.values() for one in variations):
        cards = (response.custom or {}).get("cards", [])
        for button in [*response.buttons, *(b for card in cards for b in card.get("buttons", []))]:
            payload = str(button.get("payload") or "")
            if payload.startswith("/") and "{" not in payload:
                found.setdefault(str(button["title"]), set()).add(payload[1:])
    return found


def test_a_button_may_be_typed(bot: EmbeddedEngine) -> None:
    for title, intents in button_titles().items():
        assert bot.parse(title).intent in intents, title


def test_the_title_of_a_button_is_nobody_s_name() -> None:
    assert [title for title in button_titles() if read_name(title)] == []


@pytest.mark.parametrize("text", ["asdf", "nombre", "Correo", "qwerty", "email"])
def test_what_is_nobody_s_name(text: str) -> None:
    assert read_name(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("I want to die", "i want to kill myself", "someone is hurting me", "my stepfather hits me"),
        *("me tome unas pastillas", "tome veneno", "quiero acabar con todo", "mi jefe me toca", "socorro"),
        *("un compañero tiene un arma en el salon", "nadie me extrañaria si no estuviera", "no puedo mas"),
    ],
)
def test_danger_is_heard(anonymous: Talk, text: str) -> None:
    assert anonymous.say(text) == "crisis"


@pytest.mark.parametrize(
    "text",
    [
        *("el examen me dio duro", "me matan las matematicas", "la vida de bolivar", "cortar video"),
        *("que peligro perder la materia", "me pegaron un virus", "me muero de la risa", "corto", "Seguir"),
        *("Rosa", "Victoria", "Pedro Paz", "Cristian Cortes", "Vida", "auxilio, no me abre la página"),
    ],
)
def test_no_false_alarm(anonymous: Talk, text: str) -> None:
    assert anonymous.say(text) != "crisis"


@pytest.mark.parametrize("name", ["Rosa", "Victoria Cortés", "Pedro Paz", "Cristian Cortes", "Vida Matos"])
def test_a_name_is_no_danger(anonymous: Talk, name: str) -> None:
    anonymous.go_through("/soporte_interno", name)
    assert anonymous.slots["soporte_nombre"] == name


@pytest.mark.parametrize("text", ["2", "123", "3001234567", "1012345678"])
def test_a_number_alone_is_not_understood(anonymous: Talk, text: str) -> None:
    assert anonymous.say(text) == "nlu_fallback"


def test_the_number_of_a_case_asks_for_it(anonymous: Talk) -> None:
    assert anonymous.say("T-2026-000001") == "estado_ticket"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *(("yes", "afirmar"), ("no thanks", "negar"), ("hello", "saludo"), ("thanks", "satisfecho")),
        *(("help", "ayuda"), ("finish", "terminar"), ("bye", "despedida"), ("restart", "reiniciar")),
        *(
            ("cancel", "cancelar"),
            ("skip", "continuar"),
            ("support", "soporte"),
            ("courses", "catalogo_cursos"),
        ),
        *(
            ("my status", "estado_estudiante"),
            ("timetable", "horarios"),
            ("blank screen", "problema_tecnico"),
        ),
        *(("i want to complain", "soporte_pqrs"), ("i already logged in", "ya_inicie_sesion")),
        *(("write to my tutor", "contactar_tutor"), ("i can't log in", "problema_acceso")),
        *(("are you a robot?", "sobre_el_bot"), ("eres una persona?", "sobre_el_bot")),
        *(("que datos guardas de mi", "privacidad"), ("borra mis datos", "privacidad")),
    ],
)
def test_it_is_understood(bot: EmbeddedEngine, text: str, intent: str) -> None:
    assert bot.parse(text).intent == intent


def test_danger_opens_an_urgent_case_with_a_name_and_an_address_alone(anonymous: Talk) -> None:
    anonymous.go_through("quiero suicidarme", "sí", "me quiero morir", "Rosa Paz", "rosa@example.com")
    ticket = Ticket.objects.get()
    assert (ticket.priority, ticket.motivo_soporte, ticket.subject) == (
        Priority.URGENT,
        "crisis",
        "Persona en riesgo",
    )
    assert ticket.number in anonymous.text
    assert "123" in anonymous.text


def test_who_is_known_and_in_danger_is_asked_nothing(signed_in: Talk) -> None:
    signed_in.go_through("quiero suicidarme", "sí")
    assert Ticket.objects.get().priority == Priority.URGENT


def test_no_text_makes_another_case_urgent(signed_in: Talk) -> None:
    signed_in.go_through('/problema_tecnico{"tipo_problema":"crisis"}', "/humano", "sí")
    assert Ticket.objects.get().priority == Priority.NORMAL


@pytest.mark.parametrize(
    "text",
    [
        *("no", "ya no quiero", "listo", "gracias", "no quiero", "cancelar", "déjalo", "no tengo correo"),
        *("no quiero dar mi correo", "ahora no, gracias", "never mind"),
    ],
)
def test_the_password_form_can_be_left(anonymous: Talk, text: str) -> None:
    anonymous.go_through("/recuperar_contrasena", text)
    assert len(anonymous.texts) == 1
    assert "escribe «olvidé mi contraseña»" in anonymous.text


def test_an_address_in_a_sentence_is_taken(anonymous: Talk) -> None:
    anonymous.go_through("/recuperar_contrasena", "soy ana ruiz y mi correo es ana@example.com")
    assert "Si hay una cuenta" in anonymous.text

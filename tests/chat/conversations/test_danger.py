"""A complaint is no crisis, and a crisis is never passed over, wherever it is told."""

import pytest

from apps.chat.engines.embedded import EmbeddedEngine
from apps.helpdesk.models import Survey, Ticket
from tests.chat.conversations.conftest import SUPPORT_FORM
from tests.chat.conversations.talk import Talk

pytestmark = pytest.mark.django_db

COMPLAINTS = """
Tarde pero me ayudaron
Me atendieron tarde y sin ganas
No quiero seguir esperando más
Nadie me ayudó con mi problema
No me respondieron y perdí el curso
Ya no aguanto esta plataforma, se cae a cada rato
Me siento perdido en este curso
Me sacaron del curso sin avisar
El profesor me trató mal en clase
Estoy desesperado con la entrega de mañana
No puedo más con esta página que no carga
La plataforma me mata el tiempo
Me fue muy mal en el examen por culpa del sistema
Sin ganas de volver a usar esto
Estoy muerto del cansancio
""".strip().splitlines()

DANGER = """
quiero acabar con mi vida
ya no quiero vivir
no quiero seguir viviendo
he pensado en quitarme la vida
me corto los brazos cuando estoy solo
mi papá me golpea
el instructor me acosa
me están amenazando de muerte
abusaron de mí anoche
tengo miedo, corro peligro
pienso en matarme
nadie me extrañaría si me muero
ya no le veo sentido a la vida
""".strip().splitlines()


@pytest.mark.parametrize("text", COMPLAINTS)
def test_a_complaint_is_no_crisis(bot: EmbeddedEngine, text: str) -> None:
    parse = bot.parse(text)
    assert parse.intent != "crisis" or parse.confidence < bot.threshold()


@pytest.mark.parametrize("text", DANGER)
def test_danger_is_understood(bot: EmbeddedEngine, text: str) -> None:
    parse = bot.parse(text)
    assert parse.intent == "crisis"
    assert parse.confidence >= bot.threshold()


def test_a_report_of_danger_is_kept_and_gets_help(anonymous: Talk) -> None:
    anonymous.go_through(*SUPPORT_FORM[:4])
    assert anonymous.say("mi papá me golpea y tengo miedo") == "crisis"
    assert "123" in anonymous.texts[0]
    assert "/humano" in anonymous.payloads
    anonymous.go_through("correo", "sí")
    assert Ticket.objects.get().message == "mi papá me golpea y tengo miedo"


def test_a_comment_of_danger_is_kept_and_gets_help(anonymous: Talk) -> None:
    anonymous.go_through("/encuesta", "1", "me quiero matar")
    assert "123" in anonymous.texts[0]
    assert Survey.objects.get().comment == "me quiero matar"
    anonymous.go_through("/humano", "sí")
    assert anonymous.slots["soporte_tipo"] == "humano"

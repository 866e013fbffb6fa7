"""Conversations, tickets and surveys fit a desk and a phone, in light and dark."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.chat.engines.embedded.store import ConversationState
from apps.chat.models import Conversation
from apps.chat.services.summaries import sum_up
from apps.helpdesk.models import Source, Ticket
from apps.helpdesk.services.bot import save_survey
from apps.helpdesk.services.tickets import open_ticket
from apps.logs.models import ChatTurn, Feedback

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SENDER = "web-3f2c9a7e-5b1d-4c60-9e77-0d1f2a3b4c5d"
SAID = (
    ("hola", "saludo", 0.98, ["¡Hola! Soy tu tutor virtual.", "¿En qué te ayudo?"]),
    ("no puedo entrar a la plataforma desde ayer", "problema_acceso", 0.91, ["¿Qué mensaje te aparece?"]),
    (
        "https://zajuna.example/" + "curso" * 30,
        "nlu_fallback",
        0.31,
        ["No te entendí. ¿Puedes decirlo distinto?"],
    ),
    ("quiero hablar con alguien", "humano", 0.95, []),
)


@pytest.fixture
def talk(signed_in: Any) -> Conversation:
    person = User.objects.create_user("maria@ejemplo.edu.co", nombre="María Fernanda Rodríguez Castañeda")
    now = timezone.now()
    for n in range(60):
        text, intent, confidence, answers = SAID[n % len(SAID)]
        row = ChatTurn.objects.create(
            timestamp=now - timedelta(seconds=(60 - n) * 20),
            day=timezone.localdate(now),
            request_id=f"request-{n}",
            sender_id=SENDER,
            user=person,
            user_message=text,
            bot_response=answers,
            intent=intent,
            confidence=confidence,
            is_fallback=intent == "nlu_fallback",
            engine="embedded",
            model_version="20261127-130000-a1b2c3d4",
            latency_ms=7,
        )
        sum_up(row)
    Feedback.objects.create(turn=row, value="down", comment="Quería hablar con una persona")
    slots = {"idioma": "es", "soporte_nombre": person.nombre, "soporte_mensaje": "La página queda en blanco"}
    state = ConversationState(slots=slots, active_loop="soporte_form").to_json()
    Conversation.objects.update(state=state)
    open_ticket(
        data={
            "name": person.nombre,
            "email": person.email,
            "subject": "No puedo entrar a la plataforma desde ayer por la tarde",
            "message": "La página queda en blanco.\nYa probé con otro navegador.",
            "kind": "humano",
            "conversation_id": SENDER,
        },
        source=Source.BOT,
    )
    save_survey(key="k", level=2, comment="Tardó mucho en entenderme.", sender=SENDER)
    return Conversation.objects.get()


@pytest.mark.parametrize(("size", "scheme"), [((1280, 800), "light"), ((360, 740), "dark")])
def test_every_page_fits(signed_in: Any, talk: Conversation, size: tuple[int, int], scheme: str) -> None:
    page = signed_in
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    ticket = Ticket.objects.get()
    pages = {
        "conversations": reverse("admin:chat_conversation_changelist"),
        "conversation": reverse("admin:chat_conversation_change", args=[talk.pk]),
        "forget": reverse("admin:chat_conversation_forget", args=[talk.pk]),
        "tickets": reverse("admin:helpdesk_ticket_changelist"),
        "ticket": reverse("admin:helpdesk_ticket_change", args=[ticket.pk]),
        "surveys": reverse("admin:helpdesk_survey_changelist"),
    }
    for name, address in pages.items():
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder, f"{name}-{size[0]}-{scheme}.png"), full_page=True)

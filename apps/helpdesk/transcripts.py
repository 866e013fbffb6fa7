"""Conversations as they were said: page by page, and whole as JSON, CSV or text."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.chat.models import Conversation
from apps.core.csv_stream import csv_lines
from apps.logs.models import ChatTurn, Feedback

PAGE = 50
CHUNK = 500
HEADER = ("momento", "estudiante", "bot", "intencion", "confianza", "no_entendido")
HEADER_REST = ("motor", "modelo", "latencia_ms", "error", "valoracion", "comentario")


def turns_of(sender: str) -> QuerySet[ChatTurn]:
    """Oldest first, with what the student thought of each answer."""
    return ChatTurn.objects.filter(sender_id=sender).select_related("feedback").order_by("timestamp", "id")


def page_of(sender: str, number: str) -> Page[ChatTurn]:
    """That page, or the last one."""
    pages = Paginator(turns_of(sender), PAGE)
    return pages.get_page(number if number.isdecimal() else pages.num_pages)


def texts(turn: ChatTurn) -> list[str]:
    return [text for text in turn.bot_response if isinstance(text, str)]


def as_text(conversation: Conversation) -> Iterator[str]:
    """For people: who said what, and when."""
    student, bot = _("Estudiante"), _("Bot")
    yield f"{_('Conversación')} {conversation.sender_id}\n"
    for turn in turns_of(conversation.sender_id).iterator(CHUNK):
        yield f"\n[{timezone.localtime(turn.timestamp):%Y-%m-%d %H:%M:%S}]\n{student}: {turn.user_message}\n"
        yield "".join(f"{bot}: {text}\n" for text in texts(turn)) or f"{bot}: –\n"


def as_csv(conversation: Conversation) -> Iterator[str]:
    rows = turns_of(conversation.sender_id).iterator(CHUNK)
    return csv_lines((*HEADER, *HEADER_REST), (tuple(_row(turn).values()) for turn in rows))


def _row(turn: ChatTurn) -> dict[str, Any]:
    return {**_said(turn), "bot": "\n".join(texts(turn))}


def _said(turn: ChatTurn) -> dict[str, Any]:
    """One turn by the names of HEADER."""
    given: Feedback | None = getattr(turn, "feedback", None)
    return {
        "momento": timezone.localtime(turn.timestamp).isoformat(),
        "estudiante": turn.user_message,
        "bot": texts(turn),
        "intencion": turn.intent,
        "confianza": turn.confidence,
        "no_entendido": turn.is_fallback,
        "motor": turn.engine,
        "modelo": turn.model_version,
        "latencia_ms": turn.latency_ms,
        "error": turn.error,
        "valoracion": given.value if given else None,
        "comentario": given.comment if given else "",
    }


def as_json(conversation: Conversation, more: dict[str, Any]) -> Iterator[str]:
    """One object: `more`, and the turns, a line each."""
    head = json.dumps({"conversacion": conversation.sender_id, **more}, ensure_ascii=False, default=str)
    yield head[:-1] + ', "turnos": ['
    between = "\n"
    for turn in turns_of(conversation.sender_id).iterator(CHUNK):
        yield between + json.dumps(_said(turn), ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"

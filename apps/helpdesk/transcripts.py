"""Conversations as they were said by all sides, whole: as JSON, CSV or text."""

import json
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.chat.models import Conversation
from apps.core.csv_stream import csv_lines
from apps.helpdesk.said import Said, all_said, notice, texts
from apps.logs.models import ChatTurn, Feedback

HEADER = ("momento", "estudiante", "bot", "intencion", "confianza", "no_entendido")
HEADER_REST = (
    "motor",
    "modelo",
    "latencia_ms",
    "error",
    "valoracion",
    "comentario",
    "persona",
    "mensaje_persona",
)


def as_text(conversation: Conversation) -> Iterator[str]:
    """For people: who said what, and when."""
    student, bot = _("Estudiante"), _("Bot")
    yield f"{_('Conversación')} {conversation.sender_id}\n"
    for one in all_said(conversation.sender_id):
        yield f"\n[{timezone.localtime(one.at):%Y-%m-%d %H:%M:%S}]\n"
        if one.turn is None:
            who, said = _persons(one)
            yield f"{who}: {said}\n" if who else f"({said})\n"
            continue
        yield f"{student}: {one.turn.user_message}\n"
        yield "".join(f"{bot}: {text}\n" for text in texts(one.turn)) or f"{bot}: –\n"


def as_csv(conversation: Conversation) -> Iterator[str]:
    rows = all_said(conversation.sender_id)
    return csv_lines((*HEADER, *HEADER_REST), (_row(one) for one in rows))


def _row(one: Said) -> tuple[Any, ...]:
    said = _said(one)
    return tuple({**said, "bot": "\n".join(said["bot"] or ())}.values())


def _persons(one: Said) -> tuple[str, str]:
    """Who wrote a line, and what; nobody wrote a notice."""
    if one.line is None:
        return "", ""
    return (one.author, one.line.text) if one.is_persons else ("", notice(one.line))


def _said(one: Said) -> dict[str, Any]:
    """By the names of HEADER and HEADER_REST."""
    who, text = _persons(one)
    persons = {"persona": who or None, "mensaje_persona": text or None}
    if one.turn is None:
        empty = dict.fromkeys((*HEADER, *HEADER_REST))
        return {**empty, "momento": timezone.localtime(one.at).isoformat(), **persons}
    return {**_of_turn(one.turn), **persons}


def _of_turn(turn: ChatTurn) -> dict[str, Any]:
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
    """One object: `more`, and what was said, a line each."""
    head = json.dumps({"conversacion": conversation.sender_id, **more}, ensure_ascii=False, default=str)
    yield head[:-1] + ', "turnos": ['
    between = "\n"
    for one in all_said(conversation.sender_id):
        yield between + json.dumps(_said(one), ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"

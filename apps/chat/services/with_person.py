"""A turn that is a person's to answer: a few words stand in, so that no student meets silence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import DatabaseError
from django.db.models import F
from django.utils.translation import gettext as _

from apps.accounts.callers import Caller
from apps.chat.conversation_texts import (
    LEAVE,
    crisis_text,
    leave_button,
    line_text,
    menu_button,
    waiting_text,
)
from apps.chat.engine import get_engine
from apps.chat.engines.base import BotReply, EngineError, Message
from apps.chat.line_selectors import is_readable, readable_lines
from apps.chat.models import Conversation, ConversationLine, Owner
from apps.chat.senders import is_own_conversation
from apps.chat.services.handoff import hand_back
from apps.core.errors import AppError
from rasa.actions.phrases import cries, folded

log = structlog.get_logger("tutorbot.handoff")
CRISIS = "crisis"
"""The bot's intent for somebody in danger."""
LEAVING = frozenset({"volver al bot", "volver al asistente", "back to the bot", "back to the assistant"})
LEAVING_QUEUE = LEAVING | {
    "cancelar",
    "cancela",
    "cancel",
    "salir",
    "ya no",
    "no esperar mas",
    "salir de la fila",
}
"""Whole messages: beside a person "cancelar" may be about something else."""
CANCEL = "/cancelar"
MOST_PENDING = 20
SURE = 0.9
"""From here on its guess alone is enough; below, the words must speak of danger too."""
HANDOFF, LINE = "handoff", "handoff_line"
"""`custom.type` of answers: who answers now; one line of a person, by whose id clients know it again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a conversation stands before a turn, and what its student has not been given yet."""

    row: Conversation | None = None
    pending: Sequence[ConversationLine] = ()

    @property
    def is_bots(self) -> bool:
        return self.row is None or self.row.owner == Owner.BOT

    def missed(self, sender: str) -> list[Message]:
        return [_line_message(sender, line) for line in self.pending]

    def given(self) -> None:
        """Never raises: at worst something is said twice."""
        if self.row is None or not self.pending:
            return
        try:
            delivered_up_to(self.row, self.pending[-1].seq)
        except DatabaseError as error:
            log.warning("lines_not_marked", error=type(error).__name__)


def standing(sender: str, caller: Caller) -> Standing:
    """The bot's when the database does not say otherwise; that takes one small query."""
    if not is_own_conversation(sender):
        return Standing()
    try:
        rows = Conversation.objects.filter(sender_id=sender)
        is_bots = rows.filter(owner=Owner.BOT, delivered__gte=F("lines"))
        if is_bots.exists() or (row := rows.defer("state").first()) is None:
            return Standing()
        if row.delivered >= row.lines:
            return Standing(row)
        return Standing(row, readable_lines(row, caller, after=row.delivered)[:MOST_PENDING])
    except DatabaseError as error:
        log.warning("owner_unknown", error=type(error).__name__)
        return Standing()


def delivered_up_to(row: Conversation, seq: int) -> None:
    upto = min(seq, row.lines)
    if upto > row.delivered:
        Conversation.objects.filter(pk=row.pk, delivered__lt=upto).update(delivered=upto)


def concerns_person(now: Standing, text: str) -> bool:
    """Whether the engine is left out; the way back is answered even where nobody is waited for."""
    return not now.is_bots or text.strip() == LEAVE


def reply(now: Standing, sender: str, text: str, caller: Caller) -> BotReply:
    """What a student reads instead of the bot's answer. Raises nothing that an engine would."""
    row = now.row
    if row is None or row.owner == Owner.BOT:
        said = {"recipient_id": sender, "text": _("Hablas con el asistente."), "buttons": [menu_button()]}
        return BotReply([said])
    if _leaves(row, text) and is_readable(row, caller):
        return BotReply(_left(row, sender))
    is_danger = in_danger(text)
    messages: list[Message] = [{"recipient_id": sender, "text": crisis_text()}] if is_danger else []
    waiting: Message = {
        "recipient_id": sender,
        "text": waiting_text(row.owner, row.agent_name),
        "custom": {"type": HANDOFF, "owner": row.owner, "agent": row.agent_name},
    }
    if row.owner == Owner.QUEUE:
        waiting["buttons"] = [leave_button()]
    return BotReply([*messages, waiting], intent=CRISIS if is_danger else None)


def _leaves(row: Conversation, text: str) -> bool:
    said = text.strip()
    words = LEAVING_QUEUE if row.owner == Owner.QUEUE else LEAVING
    return said == LEAVE or (said == CANCEL and row.owner == Owner.QUEUE) or folded(said) in words


def _left(row: Conversation, sender: str) -> list[Message]:
    """The line itself is the answer: it counts as given."""
    try:
        after = hand_back(conversation=row, kind=ConversationLine.Kind.LEFT)
        delivered_up_to(after, after.lines)
    except (AppError, DatabaseError) as error:
        log.warning("not_left", error=type(error).__name__)
        return [{"recipient_id": sender, "text": waiting_text(row.owner, row.agent_name)}]
    return [
        {
            "recipient_id": sender,
            "text": _("Vuelves a hablar con el asistente. ¿En qué te ayudo?"),
            "buttons": [menu_button()],
            "custom": {"type": HANDOFF, "owner": Owner.BOT.value, "agent": ""},
        }
    ]


def in_danger(text: str) -> bool:
    """As the bot would understand it; by its words where no engine can say."""
    if text.startswith("/"):
        return False
    engine = get_engine()
    try:
        if not engine.status().ok:  # known already: nobody waits for its time-out
            return cries(text)
        parse = engine.parse(text)
    except Exception as error:  # whoever may be in danger is answered whatever an engine does
        if not isinstance(error, EngineError):
            log.error("danger_not_judged", exc_info=error)
        return cries(text)
    return parse.intent == CRISIS and (parse.confidence >= SURE or cries(text))


def line_custom(line: ConversationLine) -> dict[str, Any]:
    return {
        "type": LINE,
        "id": str(line.pk),
        "author": line.author_name or None,
        "kind": line.kind,
        "text": line_text(line),
        "timestamp": line.at.isoformat(),
    }


def _line_message(sender: str, line: ConversationLine) -> Message:
    """For clients that do not ask for a person's messages: they come with the next answer."""
    text = line_text(line)
    if line.kind == ConversationLine.Kind.SAID:
        text = f"{line.author_name}: {text}"
    return {"recipient_id": sender, "text": text, "custom": line_custom(line)}

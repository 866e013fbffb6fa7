"""A turn: a student says something, the engine answers unless a person is to, both are written down."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any
from uuid import uuid4

import structlog
from django.conf import settings

from apps.accounts.callers import Caller
from apps.accounts.grants import grant_for
from apps.chat.engine import get_engine
from apps.chat.engines.base import BotReply, EngineError, Message, UserMessage
from apps.chat.engines.rasa import RasaEngine
from apps.chat.errors import as_app_error
from apps.chat.models import DEFAULT_SENDER
from apps.chat.senders import sender_for
from apps.chat.services import with_person
from apps.chat.services.summaries import sum_up
from apps.logs.models import ChatTurn
from apps.logs.services import TurnRecord, complete_turn, record_turn

log = structlog.get_logger("tutorbot.turns")
EMPTY_ANSWER = "empty_answer"


@dataclass(frozen=True, slots=True)
class TurnContext:
    """Where a turn came from, for the log and for `metadata.url`."""

    request_id: str
    endpoint: str = ""
    ip: str = ""
    user_agent: str = ""
    referer: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the bot said, never an empty list, and its row in the log (None: it could not be written)."""

    messages: list[Message]
    message: UserMessage
    row: ChatTurn | None

    def complete(self) -> None:
        """Adds intent and confidence that Rasa tells only after its answer. For when the answer is out.

        Sums the turn up in its conversation too. Takes 500 ms at most and never raises.
        """
        if self.row is None:
            return
        engine = get_engine()
        is_engines = self.row.engine == engine.name
        if is_engines and self.row.intent is None and isinstance(engine, RasaEngine):
            self._understand(engine, self.row)
        sum_up(self.row)

    def _understand(self, engine: RasaEngine, row: ChatTurn) -> None:
        found = engine.understood(self.message)
        if found is None:
            return
        row.is_fallback = found.is_fallback or row.is_fallback
        row.is_form_answer = found.is_form_answer
        row.model_version = found.model_version or ""
        complete_turn(
            turn_id=row.pk,
            intent=found.intent,
            confidence=found.confidence,
            is_fallback=row.is_fallback,
            is_form_answer=row.is_form_answer,
            model_version=row.model_version,
            said_at=row.timestamp,
        )


def send_message(
    *, sender: str, text: str, metadata: Mapping[str, Any] | None, caller: Caller, context: TurnContext
) -> Turn:
    """Raises BotUnavailable or BotTimeout; writes the turn's row always."""
    own = sender_for(sender, caller)
    turn = _turn(own, text, metadata, caller, context)
    if own == sender:
        return turn
    return replace(turn, messages=[{**message, "recipient_id": sender} for message in turn.messages])


def _turn(
    sender: str, text: str, metadata: Mapping[str, Any] | None, caller: Caller, context: TurnContext
) -> Turn:
    now = with_person.standing(sender, caller)
    engine = get_engine()
    told = turn_metadata(metadata, caller, context)
    if with_person.concerns_person(now, text):
        return _beside_a_person(now, UserMessage(sender, text, told, context.request_id), caller, context)
    if caller.is_known and isinstance(engine, RasaEngine):  # its action server reads the student's records
        told["grant"] = grant_for(caller)
    message = UserMessage(sender, text, told, context.request_id, _conversation_of(sender))
    started = perf_counter()
    try:
        reply = engine.reply(message)
    except EngineError as error:
        latency_ms = round((perf_counter() - started) * 1000)
        failed = BotReply([], latency_ms=latency_ms)
        row = record_turn(_record(engine.name, message, failed, caller, context, error.word))
        if row is not None:
            sum_up(row)
        log.warning("turn_failed", error=error.word, engine=engine.name, latency_ms=latency_ms)
        raise as_app_error(error) from error
    word, messages = None, reply.messages
    if not any(says_something(m) for m in messages):
        word, messages = EMPTY_ANSWER, [{"recipient_id": sender, "text": settings.ENV.CHAT_FALLBACK_TEXT}]
    row = record_turn(_record(engine.name, message, reply, caller, context, word, messages))
    now.given()
    return Turn([*now.missed(sender), *messages], message, row)


def _beside_a_person(
    now: with_person.Standing, message: UserMessage, caller: Caller, context: TurnContext
) -> Turn:
    """No engine hears it: nothing of it is understood, missed, or learnt from."""
    missed = now.missed(message.sender)
    reply = with_person.reply(now, message.sender, message.text, caller)
    row = record_turn(_record(ChatTurn.PERSON, message, reply, caller, context, None, reply.messages))
    now.given()
    return Turn([*missed, *reply.messages], message, row)


def _conversation_of(sender: str) -> str:
    """Who gives no sender is somebody new each time: nothing of one may reach another."""
    return f"{DEFAULT_SENDER}-{uuid4().hex}" if sender == DEFAULT_SENDER else ""


def says_something(message: Message) -> bool:
    """Whether a student sees anything of it."""
    shown = (message.get(part) for part in ("buttons", "image", "custom", "attachment"))
    return bool(str(message.get("text") or "").strip()) or any(shown)


def turn_metadata(metadata: Mapping[str, Any] | None, caller: Caller, context: TurnContext) -> dict[str, Any]:
    """What the engine is told: the client's metadata with `auth` overwritten by what was verified here.

    A `grant` of the client's own never arrives.
    """
    given = {name: value for name, value in (metadata or {}).items() if name != "grant"}
    merged = {**given, "auth": caller.auth_metadata()}
    if context.referer:
        merged.setdefault("url", context.referer)
    return merged


def _record(
    engine: str,
    message: UserMessage,
    reply: BotReply,
    caller: Caller,
    context: TurnContext,
    error: str | None,
    messages: list[Message] | None = None,
) -> TurnRecord:
    return TurnRecord(
        request_id=context.request_id,
        sender_id=message.sender,
        user_message=message.text,
        engine=engine,
        user=caller.user,
        is_authenticated=caller.is_known,
        bot_messages=messages or [],
        intent=reply.intent,
        confidence=reply.confidence,
        is_fallback=reply.is_fallback or error == EMPTY_ANSWER,
        is_form_answer=reply.is_form_answer,
        model_version=reply.model_version or "",
        error=error,
        latency_ms=reply.latency_ms,
        endpoint=context.endpoint,
        ip=context.ip,
        user_agent=context.user_agent,
        metadata=message.metadata,
    )

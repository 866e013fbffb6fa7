"""A turn: a student says something, the engine answers, both are written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import structlog
from django.conf import settings

from apps.accounts.callers import Caller
from apps.chat.engine import get_engine
from apps.chat.engines.base import BotEngine, BotReply, EngineError, Message, UserMessage
from apps.chat.errors import as_app_error
from apps.chat.services.understanding import understand_later
from apps.logs.services import TurnRecord, record_turn

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


def send_message(
    *, sender: str, text: str, metadata: Mapping[str, Any] | None, caller: Caller, context: TurnContext
) -> list[Message]:
    """The bot's messages, never an empty list. Raises BotUnavailable or BotTimeout; logs the turn always."""
    engine = get_engine()
    message = UserMessage(sender, text, turn_metadata(metadata, caller, context), context.request_id)
    started = perf_counter()
    try:
        reply = engine.reply(message)
    except EngineError as error:
        latency_ms = round((perf_counter() - started) * 1000)
        record_turn(
            _record(engine, message, BotReply([], latency_ms=latency_ms), caller, context, error.word)
        )
        log.warning("turn_failed", error=error.word, engine=engine.name, latency_ms=latency_ms)
        raise as_app_error(error) from error
    word = None if reply.messages else EMPTY_ANSWER
    messages = reply.messages or [{"recipient_id": sender, "text": settings.ENV.CHAT_FALLBACK_TEXT}]
    turn = record_turn(_record(engine, message, reply, caller, context, word, messages))
    if turn is not None and reply.intent is None:
        understand_later(turn.pk, message, engine)
    return messages


def turn_metadata(metadata: Mapping[str, Any] | None, caller: Caller, context: TurnContext) -> dict[str, Any]:
    """What the engine is told: the client's metadata with `auth` overwritten by what was verified here."""
    merged = {**(metadata or {}), "auth": caller.auth_metadata()}
    if context.referer:
        merged.setdefault("url", context.referer)
    return merged


def _record(
    engine: BotEngine,
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
        engine=engine.name,
        user=caller.user,
        is_authenticated=caller.is_known,
        bot_messages=messages or [],
        intent=reply.intent,
        confidence=reply.confidence,
        is_fallback=reply.is_fallback or error == EMPTY_ANSWER,
        model_version=reply.model_version or "",
        error=error,
        latency_ms=reply.latency_ms,
        endpoint=context.endpoint,
        ip=context.ip,
        user_agent=context.user_agent,
        metadata=message.metadata,
    )

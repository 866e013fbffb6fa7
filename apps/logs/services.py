"""Writing what happened. Never breaks an answer: what cannot be stored is counted and said in the log."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.db import atomic
from apps.core.errors import NotFound
from apps.core.metrics import LOST_TURNS, count_turn
from apps.core.text import printable, storable, without_secrets
from apps.logs.changes import note_day, note_turn
from apps.logs.fields import status_of
from apps.logs.models import ChatTurn, Feedback

log = structlog.get_logger("tutorbot.turns")
LOGGED_CLAIMS = ("sub", "rol")


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """A turn as it is to be written down; `error` is an engine error's word."""

    request_id: str
    sender_id: str
    user_message: str
    engine: str
    user: User | None = None
    is_authenticated: bool = False
    bot_messages: Sequence[Mapping[str, Any]] = ()
    intent: str | None = None
    confidence: float | None = None
    is_fallback: bool = False
    is_form_answer: bool = False
    model_version: str = ""
    error: str | None = None
    latency_ms: int = 0
    endpoint: str = ""
    ip: str = ""
    user_agent: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)


class LostTurns:
    """How many turns of this process could not be written."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.count = 0

    def add(self) -> int:
        with self._lock:
            self.count += 1
            return self.count


lost_turns = LostTurns()


def record_turn(record: TurnRecord) -> ChatTurn | None:
    """Inserts the turn's row. None, a log line and a count when the database does not take it."""
    outcome = record.error or ("fallback" if record.is_fallback else "ok")
    count_turn(engine=record.engine, outcome=outcome, seconds=record.latency_ms / 1000)
    try:
        return _insert(record)
    except Exception as error:  # a student's answer never depends on its log
        is_expected = isinstance(error, DatabaseError)
        LOST_TURNS.inc()
        log.error(
            "turn_not_recorded",
            error=type(error).__name__,
            lost=lost_turns.add(),
            exc_info=None if is_expected else error,
        )
        return None


def _insert(record: TurnRecord) -> ChatTurn:
    now = timezone.now()
    turn = ChatTurn(
        timestamp=now,
        day=timezone.localdate(now),
        request_id=record.request_id,
        sender_id=storable(record.sender_id),
        user=record.user,
        user_message=storable(record.user_message),
        bot_response=[storable(m["text"]) for m in record.bot_messages if isinstance(m.get("text"), str)],
        intent=record.intent and storable(record.intent)[:128],
        confidence=record.confidence,
        is_fallback=record.is_fallback,
        is_form_answer=record.is_form_answer,
        engine=record.engine,
        model_version=record.model_version[:128],
        error=record.error,
        latency_ms=record.latency_ms,
        endpoint=record.endpoint[:128],
        ip=record.ip,
        user_agent=storable(record.user_agent)[:300],
        origen=ChatTurn.Origin.AUTHENTICATED if record.is_authenticated else ChatTurn.Origin.WIDGET,
        metadata=_logged_metadata(record.metadata),
    )
    turn.save(force_insert=True)
    note_turn(day=turn.day, timestamp=now)
    return turn


def _logged_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Without tokens and grants, and of the claims only who and in which role."""
    auth = metadata.get("auth") or {}
    claims = auth.get("claims") or {}
    kept = {name: claims[name] for name in LOGGED_CLAIMS if name in claims}
    rest = without_secrets({k: v for k, v in metadata.items() if k not in {"auth", "grant"}})
    return {**rest, "auth": {"hasToken": bool(auth.get("hasToken")), "claims": kept}}


def complete_turn(
    *,
    turn_id: Any,
    intent: str | None,
    confidence: float | None,
    is_fallback: bool,
    model_version: str,
    is_form_answer: bool = False,
    said_at: datetime | None = None,
) -> None:
    """Adds what an engine understood, when it says so only after its answer (Rasa's tracker)."""
    turn = ChatTurn.objects.filter(pk=turn_id)
    try:
        error = turn.values_list("error", flat=True).first()
        turn.update(
            intent=intent and storable(intent)[:128],
            confidence=confidence,
            is_fallback=is_fallback,
            is_form_answer=is_form_answer,
            model_version=model_version[:128],
            status=status_of(error=error, is_fallback=is_fallback),
        )
        if said_at is not None:
            note_turn(day=timezone.localdate(said_at), timestamp=said_at)
    except DatabaseError as problem:
        log.warning("turn_not_completed", error=type(problem).__name__)


def give_feedback(*, request_id: str, sender_id: str, value: str, comment: str | None = None) -> Feedback:
    """What a student thinks of an answer; the last word counts. Raises NotFound.

    A turn is named by its request and its sender together; which of them is wrong is not said. A request id
    that a client has used twice names the newest turn. Without a comment the one that was given with the
    same value stays.
    """
    turns = ChatTurn.objects.filter(request_id=request_id, sender_id=storable(sender_id))
    turn = turns.order_by("-timestamp").first()
    if turn is None:
        raise NotFound(_("No encontramos esa respuesta. Envía el request_id y el sender de tu mensaje."))
    changes: dict[str, Any] = {"value": value}
    if comment is not None:
        changes["comment"] = printable(comment).strip()
    elif not Feedback.objects.filter(turn=turn, value=value).exists():
        changes["comment"] = ""
    with atomic():
        given = Feedback.objects.update_or_create(turn=turn, defaults=changes)[0]
        note_day(turn.day)
    return given

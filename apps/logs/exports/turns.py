"""The rows of exported turns: read in pieces by position, so that neither memory nor a transaction grows."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.db import is_mongo
from apps.logs.exports.registry import Filters, Row, register
from apps.logs.fields import LAST, moment_of, position_at
from apps.logs.filters import TurnFilter

CHUNK = 2000
TURNS, FAILED = "conversaciones", "intentos-fallidos"
COLUMNS = {
    "timestamp": "timestamp",
    "sender_id": "sender_id",
    "email": "user__email",
    "rol": "user__rol",
    "user_message": "user_message",
    "bot_response": "bot_response",
    "intent": "intent",
    "confidence": "confidence",
    "status": "status",
    "error": "error",
    "latency_ms": "latency_ms",
    "origen": "origen",
    "engine": "engine",
    "model_version": "model_version",
    "request_id": "request_id",
    "ip": "ip",
    "user_agent": "user_agent",
}
FAILED_COLUMNS = {
    name: COLUMNS[name]
    for name in ("timestamp", "sender_id", "email", "user_message", "intent", "confidence")
}


def turn_rows(filters: Filters) -> Iterator[Row]:
    """Oldest first; those that arrive meanwhile are not in it. The position tells the time, unparsed."""
    return _rows(TurnFilter.of(filters), COLUMNS)


def failed_rows(filters: Filters) -> Iterator[Row]:
    return _rows(TurnFilter.of({**filters, "not_understood": True}), FAILED_COLUMNS)


def _rows(wanted: TurnFilter, columns: dict[str, str]) -> Iterator[Row]:
    place, end = -LAST, position_at(timezone.now())
    zone = timezone.get_current_timezone()
    answer = list(columns).index("bot_response") if "bot_response" in columns else 0
    read: list[Any] = ["position", *list(columns.values())[1:]]
    if answer and not is_mongo():
        read[answer] = Cast("bot_response", TextField())  # a converter makes every row of a query slow
    rows = wanted.turns().filter(position__lte=end).order_by("position")
    while True:
        chunk = list(rows.filter(position__gt=place).values_list(*read)[:CHUNK])
        for row in chunk:
            cells: list[Any] = list(row)
            cells[0] = moment_of(row[0]).astimezone(zone).isoformat()
            if answer:
                cells[answer] = _said_in(row[answer]) if isinstance(row[answer], str) else said(row[answer])
            yield cells
        if len(chunk) < CHUNK:
            return
        place = chunk[-1][0]


@lru_cache(maxsize=2048)
def _said_in(stored: str) -> str:
    """From the JSON: the same answers are given again and again."""
    return said(json.loads(stored))


def said(answers: list[Any]) -> str:
    """What the bot answered, as one text."""
    return "\n".join(text for text in answers if isinstance(text, str))


def register_kinds() -> None:
    register(TURNS, list(COLUMNS), turn_rows, _("Conversaciones"), count=_count)
    register(FAILED, list(FAILED_COLUMNS), failed_rows, _("Intentos fallidos"), count=_count_failed)


def _count(filters: Filters) -> int:
    return TurnFilter.of(filters).count()


def _count_failed(filters: Filters) -> int:
    return TurnFilter.of({**filters, "not_understood": True}).count()

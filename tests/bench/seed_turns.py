"""Fills a database with turns as students would have made them: a million in some minutes on SQLite.

    from tests.bench.seed_turns import seed_turns
    seed_turns(100_000, days=90)

Same count, same rows. Rows go in oldest first, spread over `days` with working hours busier than nights.
"""

import itertools
import json
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from apps.logs.fields import new_position, status_of
from apps.logs.models import ChatTurn
from apps.logs.search_index import ensure_index

BATCH = 5000
MESSAGES = 60_000
"""Different ones; a million turns repeat them."""
WORDS = """el la de que y en un mi para con no se por me es cómo dónde cuándo cuál puedo necesito quiero hola
gracias ayuda descargar entrar abrir cambiar ver subir enviar pagar estudiar terminar consultar formación sena
zajuna guía fase etapa lectiva productiva ficha programa técnico tecnólogo inglés virtual correo usuario
certificado matrícula contraseña plataforma curso instructor horario evidencia documento"""
HOURS = (1, 1, 1, 1, 1, 2, 5, 12, 22, 28, 30, 28, 20, 22, 28, 30, 28, 24, 20, 18, 14, 9, 5, 2)
"""How busy each local hour is."""
AGENT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
ANSWER = "Puedes descargarlo desde la plataforma, en «Certificados». Si no aparece, escribe a tu instructor."


def seed_turns(count: int, *, days: int = 90, until: datetime | None = None, seed: int = 7) -> None:
    """`count` turns of the last `days` days before `until` (now)."""
    rows = turns(count, days=days, until=until or timezone.now(), seed=seed)
    if connections["default"].vendor == "sqlite":
        _insert_into_sqlite(rows)
        return
    while batch := list(itertools.islice(rows, BATCH)):
        ChatTurn.objects.bulk_create([ChatTurn(**values) for values in batch], batch_size=BATCH)


def turns(count: int, *, days: int, until: datetime, seed: int = 7) -> Iterator[dict[str, Any]]:
    """The rows' values, oldest first."""
    dice = random.Random(seed)
    messages = _messages(min(MESSAGES, count), dice)
    intents = [f"intencion_{number:02}" for number in range(60)]
    popular = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(intents))))
    senders = max(1, count // 12)
    for moment in moments(count, days, until, dice):
        draw = dice.random()
        is_fallback, is_error = draw < 0.08, 0.08 <= draw < 0.09
        intent = "nlu_fallback" if is_fallback else dice.choices(intents, cum_weights=popular)[0]
        yield {
            "id": uuid.UUID(int=dice.getrandbits(128), version=4),
            "timestamp": moment,
            "day": timezone.localdate(moment),
            "request_id": f"{dice.getrandbits(64):016x}",
            "sender_id": f"web-{int(dice.random() * senders):08x}",
            "user_message": messages[int(dice.random() * len(messages))],
            "bot_response": [] if is_error else [ANSWER],
            "intent": None if is_error else intent,
            "confidence": None if is_error else round(dice.random() * 0.4 + (0 if is_fallback else 0.6), 3),
            "is_fallback": is_fallback,
            "error": "engine_timeout" if is_error else None,
            "engine": "embedded" if draw * 100 % 1 < 0.7 else "rasa",
            "model_version": "20260901-120000",
            "latency_ms": int(dice.lognormvariate(3, 0.6)),
            "endpoint": "/api/chat",
            "ip": f"10.0.{int(draw * 255)}.{int(draw * 65025) % 255}",
            "user_agent": AGENT,
            "origen": "autenticado" if draw * 1000 % 1 < 0.3 else "widget",
            "metadata": {"auth": {"hasToken": False, "claims": {}}},
        }


def _messages(count: int, dice: random.Random) -> list[str]:
    """A few words that are in half of them, and thousands that are in hardly any."""
    rare = [f"{''.join(dice.choices('bcdfglmnprst', k=3))}{'aeiou'[n % 5]}{n}" for n in range(20_000)]
    vocabulary = [*WORDS.split(), *rare]
    weights = list(itertools.accumulate(1 / (rank + 2) for rank in range(len(vocabulary))))
    return [
        " ".join(dice.choices(vocabulary, cum_weights=weights, k=dice.randint(2, 9))) for _ in range(count)
    ]


def moments(count: int, days: int, until: datetime, dice: random.Random) -> Iterator[datetime]:
    """Times in order: each hour its share, by how busy it is."""
    first = timezone.localtime(until - timedelta(days=days))
    start = first.replace(hour=0, minute=0, second=0, microsecond=0)
    every = (start + timedelta(hours=number) for number in range((days + 1) * 24))
    hours = [moment for moment in every if moment + timedelta(hours=1) <= until]
    weights = [HOURS[timezone.localtime(moment).hour] for moment in hours]
    total, given, seen = sum(weights), 0, 0
    for moment, weight in zip(hours, weights, strict=True):
        seen += weight
        here = count * seen // total - given
        given += here
        for offset in sorted(dice.random() * 3599 for _ in range(here)):
            yield moment + timedelta(seconds=offset)


def _insert_into_sqlite(rows: Iterator[dict[str, Any]]) -> None:
    """Past the ORM, and the indexes afterwards: ten times as fast."""
    fields = [field for field in ChatTurn._meta.concrete_fields if field.name != "words"]
    names = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join("?" * len(fields))
    insert = f"INSERT INTO logs_chatturn ({names}) VALUES ({marks})"
    with _without_indexes():
        while batch := list(itertools.islice(rows, BATCH)):
            cells = [_cells(values, fields) for values in batch]
            with transaction.atomic(), connections["default"].cursor() as cursor:
                cursor.cursor.executemany(insert, cells)


def _cells(values: dict[str, Any], fields: list[Any]) -> tuple[Any, ...]:
    """As Django would store them."""
    row = values | {
        "id": values["id"].hex,
        "timestamp": str(values["timestamp"].astimezone(UTC).replace(tzinfo=None)),
        "day": str(values["day"]),
        "bot_response": json.dumps(values["bot_response"]),
        "metadata": json.dumps(values["metadata"]),
        "status": status_of(error=values["error"], is_fallback=values["is_fallback"]).value,
        "is_form_answer": False,
    }
    row["position"] = new_position(values["timestamp"])
    return tuple(row.get(field.name) for field in fields)


@contextmanager
def _without_indexes() -> Iterator[None]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'logs_chatturn'"
            " AND sql IS NOT NULL AND type IN ('index', 'trigger')"
        )
        known = cursor.fetchall()
        for kind, name, _sql in known:
            cursor.execute(f'DROP {kind} "{name}"')
        yield
        for kind, _name, sql in known:
            if kind == "index":
                cursor.execute(sql)
        ensure_index()  # its triggers, and what they missed
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

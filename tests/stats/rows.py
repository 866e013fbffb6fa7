"""Turns, opinions and cases to be counted, and the same figures the slow and plain way."""

import math
import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.core.dates import start_of
from apps.helpdesk.models import Ticket
from apps.logs.models import ChatTurn, Feedback

INTENTS = ("horario", "notas", "certificado", "humano", "nlu_fallback", None)
YESTERDAY = 1


def day_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def said(days_ago: int = YESTERDAY, *, at: float = 12.0, **values: Any) -> ChatTurn:
    """A turn at that hour of a local day; of today: some minutes ago, whatever the hour."""
    day = day_ago(days_ago)
    moment = start_of(day) + timedelta(hours=at)
    if not days_ago:
        moment = min(timezone.now() - timedelta(minutes=20), moment)
    base = {"request_id": "r" * 8, "sender_id": "web-1", "user_message": "hola", "engine": "embedded"}
    return ChatTurn.objects.create(timestamp=moment, day=day, **{**base, **values})


def opened(days_ago: int = YESTERDAY, *, at: float = 13.0, **values: Any) -> Ticket:
    moment = min(start_of(day_ago(days_ago)) + timedelta(hours=at), timezone.now())
    base = {"name": "Eva", "email": "eva@ejemplo.edu.co", "subject": "Ayuda", "message": "No puedo."}
    number = f"T-{Ticket.objects.count():06d}"
    return Ticket.objects.create(number=number, created_at=moment, **{**base, **values})


def random_rows(rng: random.Random, users: Sequence[User], *, days: int, turns: int) -> None:
    """Anything that a turn may be, over the last days."""
    rows = []
    for _n in range(turns):
        days_ago, sender = rng.randrange(days), f"web-{rng.randrange(12)}"
        moment = start_of(day_ago(days_ago)) + timedelta(seconds=rng.randrange(86_400))
        is_fallback = rng.random() < 0.2
        rows.append(
            ChatTurn(
                timestamp=moment,
                day=day_ago(days_ago),
                request_id=f"peticion-{_n}",
                sender_id=rng.choice([sender, sender, "anonimo"]),
                user=rng.choice([None, None, *users]),
                user_message="hola",
                engine="embedded",
                intent=rng.choice(INTENTS),
                is_fallback=is_fallback,
                is_form_answer=rng.random() < 0.1,
                error=rng.choice([None] * 9 + ["engine_timeout"]),
                latency_ms=rng.choice([0, 1, 2, 17, rng.randrange(10_000)]),
            )
        )
    ChatTurn.objects.bulk_create(rows)
    for row in rng.sample(rows, turns // 10):
        Feedback.objects.create(turn=row, value=rng.choice(["up", "down"]))
    for _n in range(turns // 20):
        kind, sender = rng.choice(["humano", "soporte"]), f"web-{rng.randrange(14)}"
        opened(rng.randrange(days), at=rng.random() * 24, kind=kind, conversation_id=sender)


def plain_figures(first: date, last: date) -> dict[str, Any]:
    """The same from the rows themselves, one by one."""
    turns = [row for row in ChatTurn.objects.select_related("feedback") if first <= row.day <= last]
    good = [row for row in turns if row.error is None]
    missed = [row for row in good if row.is_fallback and not row.is_form_answer]
    latencies = sorted(row.latency_ms for row in good)
    talks = {(row.day, row.sender_id) for row in turns}
    helped = {(row.day, row.sender_id) for row in good if row not in missed}
    tickets = [
        (timezone.localdate(row.created_at), row) for row in Ticket.objects.exclude(conversation_id="")
    ]
    escalated = {(day, row.conversation_id) for day, row in tickets}
    thumbs = Counter(row.feedback.value for row in turns if hasattr(row, "feedback"))
    return {
        "turns": len(turns),
        "failed": len(turns) - len(good),
        "not_understood": len(missed),
        "latency_sum_ms": sum(latencies),
        "p50": _rank(latencies, 0.5),
        "p95": _rank(latencies, 0.95),
        "intents": Counter(row.intent for row in turns if row.intent and not row.is_form_answer),
        "hours": Counter(timezone.localtime(row.timestamp).hour for row in turns),
        "people": len({("u", row.user_id) if row.user_id else ("s", row.sender_id) for row in turns}),
        "conversations": len({row.sender_id for row in turns}),
        "conversation_days": len(talks),
        "resolved": len(helped - escalated),
        "asked_person": sum(row.kind == "humano" and first <= day <= last for day, row in tickets),
        "thumbs": (thumbs["up"], thumbs["down"]),
    }


def _rank(values: list[int], share: float) -> int:
    return values[max(1, math.ceil(share * len(values))) - 1] if values else 0

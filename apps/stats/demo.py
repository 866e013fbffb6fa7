"""Two months of invented talk with the bot, so that lists and figures have something to show."""

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services.demo import planned_students
from apps.accounts.services.demo_parts import DemoPart, add_missing, key, register, remove
from apps.chat.models import MAX_LAST_MESSAGE, Conversation
from apps.core.dates import start_of
from apps.helpdesk.models import Kind, Source, Status, Ticket
from apps.helpdesk.terms import add_business_minutes, set_due
from apps.intents.models import Example
from apps.logs.changes import mark
from apps.logs.models import ChatTurn, Feedback

SEED, DAYS, TALKS, RECENT_DAYS = 20260102, 60, 420, 9
HOURS = (1, 0, 0, 0, 0, 1, 2, 6, 12, 16, 18, 15, 9, 11, 15, 16, 14, 11, 9, 10, 12, 9, 5, 2)
UNKNOWN = ("asdf qwer", "y lo otro qué", "eso que dijo el profe", "xd no sé", "lo del link de ayer")
ANSWER = "Respuesta de demostración."
DEMO = {"demo": True}
"""In the metadata of every row: nobody said this."""


def planned_turns() -> list[ChatTurn]:
    """The same talks every time; their days are counted from today."""
    rng, sentences = random.Random(SEED), _sentences()
    users = [key("user", student.email) for student in planned_students()]
    known = set(User.objects.filter(pk__in=users).values_list("pk", flat=True))
    rows: list[ChatTurn] = []
    for number in range(TALKS):
        user = users[int(rng.random() ** 2 * len(users))] if rng.random() < 0.6 else None
        moment = _moment(rng)
        for said in range(rng.choice((1, 2, 2, 3, 3, 4, 6))):
            moment += timedelta(seconds=rng.randrange(8, 90))
            row = _turn(rng, number, said, moment, sentences)
            row.user_id = user if user in known else None
            rows.append(row)
    return [row for row in rows if row.timestamp <= timezone.now()]


def _moment(rng: random.Random) -> datetime:
    days_ago = DAYS - 1 - int(rng.random() ** 0.8 * DAYS)
    day = timezone.localdate() - timedelta(days=days_ago)
    if day.weekday() >= 5 and rng.random() < 0.7:
        day -= timedelta(days=2)
    hour = rng.choices(range(24), HOURS)[0]
    return start_of(day) + timedelta(hours=hour, minutes=rng.randrange(60))


def _sentences() -> list[tuple[str, str]]:
    rows = Example.objects.filter(intent__is_active=True).order_by("intent__name", "position")
    return list(rows.values_list("intent__name", "text")) or [("saludo", "hola")]


def _turn(
    rng: random.Random, number: int, said: int, moment: datetime, sentences: list[tuple[str, str]]
) -> ChatTurn:
    draw = rng.random()
    is_fallback, is_failed = draw < 0.09, draw > 0.99
    intent, text = sentences[int(rng.random() ** 2.5 * len(sentences))]
    return ChatTurn(
        pk=key("turn", number, said),
        timestamp=moment,
        day=timezone.localdate(moment),
        request_id=f"demo-{number}-{said}",
        sender_id=f"demo-{number % (TALKS // 2):04d}",
        user_message=rng.choice(UNKNOWN) if is_fallback else text,
        bot_response=[] if is_failed else [ANSWER],
        intent=None if is_failed else intent,
        confidence=None if is_failed else round(rng.uniform(0.2, 0.5) if is_fallback else draw, 2),
        is_fallback=is_fallback,
        engine="embedded",
        model_version="demo",
        error="engine_timeout" if is_failed else None,
        latency_ms=int(rng.lognormvariate(3.2, 0.7)),
        endpoint="/api/chat",
        metadata=DEMO,
    )


def make() -> int:
    turns = planned_turns()
    known = set(ChatTurn.objects.filter(sender_id__startswith="demo-").values_list("pk", flat=True))
    new = [row for row in turns if row.pk not in known]
    if not new:
        return 0
    ChatTurn.objects.bulk_create(new, batch_size=500)
    rng = random.Random(SEED)
    given = [
        Feedback(pk=key("opinion", t.pk), turn=t, value=rng.choice(("up", "up", "down"))) for t in new[::9]
    ]
    Feedback.objects.bulk_create(given)
    add_missing(_conversations(turns))
    Ticket.objects.bulk_create(_tickets(new[::25]))
    for day in {row.day for row in new}:
        mark(day)
    return len(new)


def _conversations(turns: list[ChatTurn]) -> list[Conversation]:
    counts, missed = Counter(t.sender_id for t in turns), Counter(t.sender_id for t in turns if t.is_fallback)
    latest = {turn.sender_id: turn for turn in sorted(turns, key=lambda turn: turn.timestamp)}
    return [
        Conversation(
            pk=key("conversation", sender),
            sender_id=sender,
            user_id=turn.user_id,
            last_message=turn.user_message[:MAX_LAST_MESSAGE],
            last_turn_at=turn.timestamp,
            turns=counts[sender],
            fallbacks=missed[sender],
            engine=turn.engine,
            model_version=turn.model_version,
        )
        for sender, turn in latest.items()
    ]


def _tickets(turns: list[ChatTurn]) -> list[Ticket]:
    """Old ones are done, and nearly all of the last days wait."""
    rng, kinds = random.Random(SEED), (Kind.HUMANO, Kind.HUMANO, Kind.SOPORTE, Kind.PQRS, Kind.INTERNO)
    common: dict[str, Any] = {"name": "Demostración", "email": "demo@ejemplo.edu.co", "source": Source.BOT}
    rows = []
    for turn in turns:
        row = Ticket(
            pk=key("ticket", turn.pk),
            number=f"DEMO-{turn.pk.hex[:6].upper()}",
            kind=rng.choice(kinds),
            subject="Caso de demostración",
            message="Nadie pidió esto: es para mostrar el sistema.",
            conversation_id=turn.sender_id,
            metadata=DEMO,
            created_at=turn.timestamp + timedelta(minutes=1),
            **common,
        )
        set_due(row)
        _work_on(row, rng)
        rows.append(row)
    return rows


def _work_on(row: Ticket, rng: random.Random) -> None:
    """Most were answered, and solved within some days, in opening hours."""
    is_recent = row.created_at > timezone.now() - timedelta(days=RECENT_DAYS)
    row.status = rng.choice(
        (Status.OPEN, Status.OPEN, Status.PENDING) if is_recent else (Status.SOLVED, Status.CLOSED)
    )
    minutes, later = rng.choice((4, 12, 25, 40, 190, 600)), rng.choice((30, 300, 900, 2400))
    if not is_recent or row.status == Status.PENDING:
        row.first_response_minutes = minutes
        row.first_response_at = add_business_minutes(row.created_at, minutes)
    if not is_recent:
        row.solution_minutes = minutes + later
        row.solved_at = add_business_minutes(row.created_at, minutes + later)


def clear() -> int:
    turns = list(ChatTurn.objects.filter(sender_id__startswith="demo-", model_version="demo"))
    if not turns:
        return 0
    remove([Ticket(pk=key("ticket", turn.pk)) for turn in turns])
    remove([Conversation(pk=key("conversation", sender)) for sender in {turn.sender_id for turn in turns}])
    count = remove(turns)
    for day in {turn.day for turn in turns}:
        mark(day)
    return count


register(DemoPart("mensaje", "mensajes", make, clear, option="chats"))

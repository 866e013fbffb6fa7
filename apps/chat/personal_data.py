"""A person's conversations: their rows, and what the bot engines remember of them."""

from collections.abc import Iterator
from typing import Any

import structlog
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.chat.engine import rasa_engine, uses_rasa
from apps.chat.engines.base import EngineError
from apps.chat.engines.rasa import RasaEngine
from apps.chat.models import DEFAULT_SENDER, Conversation, ConversationLine, Recording
from apps.chat.services.recordings import delete_recordings
from apps.chat.services.summaries import sum_up_anew
from apps.core.db import atomic
from apps.core.personal_data import Counts, Part, Person, exempt, gone, register
from apps.logs.models import ChatTurn

log = structlog.get_logger("tutorbot.privacy")


def _find(person: Person) -> Person:
    if not person.users:
        return person
    rows = Conversation.objects.filter(user__in=person.users).order_by()
    return person.also(senders=set(rows.values_list("sender_id", flat=True)) - {DEFAULT_SENDER})


def _rows(person: Person) -> QuerySet[Conversation]:
    return Conversation.objects.filter(sender_id__in=person.senders)


def _erase(person: Person) -> Iterator[Counts]:
    """Their turns are gone by now. A row stays for what another account said in it, or until Rasa answers."""
    for row in list(_rows(person)):
        told = _tell_rasa(row)
        with atomic():
            if "rasa_failed" in told or ChatTurn.objects.filter(sender_id=row.sender_id).exists():
                sum_up_anew(row)
            else:
                told["conversations"] = row.delete()[0]
        yield told


def _tell_rasa(row: Conversation) -> Counts:
    if row.engine != RasaEngine.name or not uses_rasa():
        return {}
    try:
        rasa_engine().restart(row.sender_id)
    except EngineError as error:
        log.warning("rasa_not_restarted", error=error.word)
        return {"rasa_failed": 1}
    return {"rasa_restarted": 1}


def _export(person: Person) -> list[dict[str, Any]]:
    columns = ("sender_id", "state", "created_at", "last_turn_at", "turns", "engine", "model_version")
    return list(_rows(person).order_by("created_at", "pk").values(*columns))


register(
    Part(
        "conversations",
        _("conversaciones, con lo que el bot recuerda"),
        ("chat.Conversation",),
        lambda person: _rows(person).count(),
        _erase,
        _export,
        _find,
        place=65,
    )
)


def _lines(person: Person) -> QuerySet[ConversationLine]:
    """What staff wrote to them; in a shared conversation not what was said to somebody else's account."""
    theirs = Q(sender_id__in=person.senders)
    if not person.is_asked_by_sender:
        theirs &= Q(user=None) | Q(user__in=person.users)
    return ConversationLine.objects.filter(theirs | Q(user__in=person.users))


def _recordings(person: Person) -> QuerySet[Recording]:
    theirs = Q(sender_id__in=person.senders)
    if not person.is_asked_by_sender:
        theirs &= Q(user=None) | Q(user__in=person.users)
    return Recording.objects.filter(theirs | Q(user__in=person.users))


def _erase_recordings(person: Person) -> Iterator[Counts]:
    if count := delete_recordings(_recordings(person)):
        yield {"recordings": count}


register(
    Part(
        "conversation_lines",
        _("mensajes que el equipo escribió en sus conversaciones"),
        ("chat.ConversationLine",),
        lambda person: _lines(person).count(),
        lambda person: gone("conversation_lines", _lines(person)),
        lambda person: list(_lines(person).values("sender_id", "at", "kind", "text", "author_name")),
        place=62,
    )
)
register(
    Part(
        "recordings",
        _("grabaciones de voz"),
        ("chat.Recording",),
        lambda person: _recordings(person).count(),
        _erase_recordings,
        lambda person: list(
            _recordings(person).values("sender_id", "created_at", "mime", "duration_ms", "transcript")
        ),
        place=61,
    )
)
exempt({"chat.ModelFilePart": "the bot's model files: what staff wrote, no student's words"})

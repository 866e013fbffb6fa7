"""A person's conversations: their rows, and what the bot engines remember of them."""

from collections.abc import Iterator
from typing import Any

import structlog
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.chat.engine import rasa_engine, uses_rasa
from apps.chat.engines.base import EngineError
from apps.chat.engines.rasa import RasaEngine
from apps.chat.models import DEFAULT_SENDER, Conversation
from apps.chat.services.summaries import sum_up_anew
from apps.core.db import atomic
from apps.core.personal_data import Counts, Part, Person, register
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

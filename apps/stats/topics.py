"""Topics as they are told: by title, and small ones without a number where it could name somebody."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.roles import role_allows
from apps.intents.botproject.supported import PAYLOAD_INTENTS
from apps.intents.models import Intent
from apps.stats.figures import Topic, Topics, ranked
from apps.stats.people_asked import NOT_UNDERSTOOD

SEE_EVERYBODY = "stats.view_small"
"""A permission that no role but admin has."""
STEPS = PAYLOAD_INTENTS | {
    *("saludo", "despedida", "afirmar", "negar", "cancelar", "continuar", "menu"),
    *("terminar", "reanudar", "reiniciar", "idioma_en", "idioma_es", "ping"),
}
"""Intents of the engines and of this repository's bot that move a conversation along, and so are no topic."""


@dataclass(frozen=True, slots=True)
class Told:
    """`count` is None where it is kept back."""

    intent: str
    title: str
    count: int | None


def may_see_small(user: User | None = None, *, role: str = "") -> bool:
    return role_allows(user.rol if user else role, SEE_EVERYBODY)


def told(topics: Topics, *, limit: int, sees_all: bool) -> list[Told]:
    """The most frequent ones. Those of few people stand last, by name, when not everything may be seen."""
    rows = ranked(topics) if not sees_all else ranked(topics, limit)
    if not sees_all:
        open_ones = [row for row in rows if not row[1].is_small]
        small = sorted((row for row in rows if row[1].is_small), key=lambda row: row[0])
        rows = [*open_ones, *small][:limit]
    titles = titles_of([name for name, _topic in rows])
    return [
        Told(
            name, titles.get(name) or readable(name), topic.count if sees_all or not topic.is_small else None
        )
        for name, topic in rows
    ]


def parted(topics: Topics) -> tuple[Topics, Topic]:
    """What was asked about, and the steps of conversations as one."""
    steps = Topic()
    for name in topics.keys() & STEPS:
        steps.add(topics[name].count, topics[name].mask)
    return {name: topic for name, topic in topics.items() if name not in STEPS}, steps


def readable(name: str) -> str:
    """Of an intent without a title: `fuera_de_tema` is «Fuera de tema», `emocion` «Emoción»."""
    words = re.sub(r"([cs])ion\b", r"\1ión", name.replace("_", " "))
    return words.strip().capitalize() or name


def titles_of(names: list[str]) -> dict[str, str]:
    rows = Intent.objects.filter(name__in=names).values_list("name", "title")
    return {NOT_UNDERSTOOD: _("No se entendió"), **dict(rows)}

"""What of the bot's knowledge comes from persons: the messages of the inbox, and examples made of them.

Both go with their turns (services/review/forgetting.py). Models that were trained with such an example are as
they were until the next training.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.personal_data import Counts, Part, Person, exempt, register
from apps.intents.models import Example, Origin, ReviewItem
from apps.intents.services.review.forgetting import forget_messages
from apps.logs.personal_turns import turns_of
from apps.logs.turn_deletion import with_turns

with_turns(forget_messages)


def _count(person: Person) -> int:
    turns = turns_of(person).values("pk")
    made = Example.objects.filter(source_turn__in=turns, origin=Origin.REVIEW)
    return made.count() + ReviewItem.objects.filter(turn__in=turns).count()


def _with_their_turns(person: Person) -> Iterator[Counts]:
    return iter(())


def _export(person: Person) -> list[dict[str, Any]]:
    items = ReviewItem.objects.filter(turn__in=turns_of(person).values("pk")).order_by("at", "pk")
    return [dict(row) for row in items.values("at", "text", "reason", "example__text")]


register(
    Part(
        "review",
        _("mensajes de la bandeja y ejemplos hechos con ellos"),
        ("intents.ReviewItem", "intents.ReviewGroup", "intents.Example"),
        _count,
        _with_their_turns,
        _export,
        place=59,
    )
)
exempt(
    {
        "intents.Intent": "written by staff",
        "intents.Answer": "written by staff",
        "intents.SavedConversation": "tests by staff; what looks personal is starred out when one is made",
        "intents.ModelVersion": "figures; examples that a report names as doubtful go with the next training",
        "intents.TrainingRun": "trainings by staff; their log files name intents",
        "intents.ReviewMark": "how far the log was read",
    }
)

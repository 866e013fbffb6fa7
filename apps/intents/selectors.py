"""Reading what the bot knows."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q, QuerySet

from apps.chat.engines.project import DATES, Response
from apps.core.pagination import Window
from apps.intents.botproject.sentences import bare
from apps.intents.knowledge import IntentData
from apps.intents.models import Answer, Example, Intent, Origin
from apps.intents.stale import stale_answers


def known_intents(names: Iterable[str] | None = None) -> list[IntentData]:
    """Intents with examples and answers, by name; three queries however many there are."""
    rows = Intent.objects.prefetch_related("examples", "answers").order_by("name")
    if names is not None:
        rows = rows.filter(name__in=list(names))
    return [data_of(row) for row in rows]


def data_of(row: Intent) -> IntentData:
    return IntentData(
        name=row.name,
        examples=tuple(example.text for example in row.examples.all()),
        answers=tuple(response_of(answer) for answer in row.answers.all()),
        title=row.title,
        description=row.description,
        requires_auth=row.requires_auth,
        is_active=row.is_active,
        tags=row.tags,
    )


def response_of(answer: Answer) -> Response:
    return Response(
        text=answer.text,
        buttons=tuple(answer.buttons or ()),
        image=answer.image,
        custom=answer.custom,
        attachment=answer.attachment,
        channel=answer.channel,
        conditions=dict(answer.conditions or {}),
        **{name: day.isoformat() if (day := getattr(answer, name)) else "" for name in DATES},
    )


def intents_matching(
    *,
    intent: str = "",
    example: str = "",
    response: str = "",
    q: str = "",
    stale: bool = False,
    among: QuerySet[Intent] | None = None,
) -> QuerySet[Intent]:
    """By part of the name, of an example, of an answer, or of what has a name or example (`q`).

    Text is text; in examples accents count for nothing. `stale`: with answers past their dates.
    """
    rows = Intent.objects.order_by("name") if among is None else among
    if intent:
        rows = rows.filter(name__icontains=intent)
    if example:
        rows = rows.filter(pk__in=_with_example(example))
    if response:
        answers = Answer.objects.filter(text__icontains=response).order_by()
        rows = rows.filter(pk__in=list(answers.values_list("intent_id", flat=True).distinct()))
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(title__icontains=q) | Q(pk__in=_with_example(q)))
    if stale:
        rows = rows.filter(pk__in=list(stale_answers().values_list("intent_id", flat=True).distinct()))
    return rows


def intents_page(*, window: Window, **filters: Any) -> tuple[list[Intent], Callable[[], int]]:
    """A part of the intents that match, with examples and answers; the total is counted when asked for."""
    rows = intents_matching(**filters)
    return list(rows.prefetch_related("examples", "answers")[window.slice]), rows.count


def examples_from_review(intent: Intent) -> list[Example]:
    """Those that were taken from what students wrote, with the message while it is kept."""
    rows = intent.examples.filter(origin=Origin.REVIEW).select_related("source_turn")
    return list(rows.order_by("position", "id"))


def example_texts(intents: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of intent and example, of these intents."""
    rows = Example.objects.filter(intent__name__in=list(intents)).order_by("intent__name", "position")
    return list(rows.values_list("intent__name", "text"))


def _with_example(text: str) -> list[Any]:
    """Keys are without case and accents, and so is what is looked for."""
    keys = Example.objects.filter(key__contains=bare(text)).order_by()
    return list(keys.values_list("intent_id", flat=True).distinct())

"""Bringing badly understood messages into the inbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.cache import cache
from django.db import DatabaseError
from django.utils import timezone

from apps.core.db import run_atomically
from apps.intents.models import ReviewGroup, ReviewItem, ReviewMark
from apps.intents.services.review.counting import GroupMoved, recount
from apps.intents.services.review.guesses import quick_guesses
from apps.intents.services.review.placing import Placement, Placer
from apps.intents.services.review.sources import Message, Position, Source, badly_rated, badly_understood

log = structlog.get_logger("tutorbot.review")
BATCH = 200
ATTEMPTS = 3
FIRST_LOOK = timedelta(days=90)
"""How far the first collection goes back."""
SETTLED = timedelta(seconds=10)
"""Rasa tells its intent after the answer: younger turns are left alone."""
OVERLAP = timedelta(minutes=1)
"""Rows are committed out of order: so far back each collection looks again."""
PAGE_LIMIT = BATCH
PAGE_SECONDS = 20
SOURCES: dict[str, Source] = {"turns": badly_understood, "ratings": badly_rated}


def collect_reviews(*, limit: int | None = None) -> int:
    """New messages into their groups; how many there were, of each source at most about `limit`.

    May be called at any time, by several at once: a turn is taken once, and of two collectors one gives up.
    """
    placer: list[Placer] = []
    added = sum(_collect(name, source, placer, limit) for name, source in SOURCES.items())
    if added:
        log.info("reviews_collected", messages=added)
    return added


def collect_for_page() -> int:
    """What has come since; a bounded part, and not with every click."""
    if not cache.add("review:collected", True, PAGE_SECONDS):
        return 0
    try:
        return collect_reviews(limit=PAGE_LIMIT)
    except (
        DatabaseError,
        GroupMoved,
    ) as error:  # the inbox is worth seeing all the same; the job tries again
        log.warning("reviews_not_collected", error=type(error).__name__)
        return 0


def _collect(name: str, source: Source, placer: list[Placer], limit: int | None) -> int:
    now = timezone.now()
    mark, _made = ReviewMark.objects.get_or_create(name=name, defaults={"at": now - FIRST_LOOK})
    until, position, added = now - SETTLED, Position(mark.at - OVERLAP), 0
    while limit is None or added < limit:
        page = source(position, until, BATCH)
        reached = page.last.at if page.is_full else until
        messages = _unknown(page.messages)
        if (messages or reached - mark.at > OVERLAP) and not _store(mark, reached, messages, placer):
            break
        added += len(messages)
        position = page.last
        if not page.is_full:
            break
    return added


def _unknown(messages: Sequence[Message]) -> list[Message]:
    """Without those whose turn is in the inbox; a rating that has come since is written to them."""
    if not messages:
        return []
    items = ReviewItem.objects.filter(turn__in=[message.turn for message in messages]).order_by()
    known = {
        turn: (group, reason) for turn, group, reason in items.values_list("turn_id", "group_id", "reason")
    }
    down = ReviewItem.Reason.THUMBS_DOWN
    rated = {m.turn for m in messages if m.reason == down and m.turn in known and known[m.turn][1] != down}
    if rated:
        ReviewItem.objects.filter(turn__in=rated).update(reason=down)
        recount({known[turn][0]: {} for turn in rated})
    return [message for message in messages if message.turn not in known]


def _store(mark: ReviewMark, reached: datetime, messages: Sequence[Message], placer: list[Placer]) -> bool:
    """Writes a batch and the mark together. False when another collector was quicker."""
    for _attempt in range(ATTEMPTS):
        if messages and not placer:
            placer.append(Placer())
        placed = placer[0].place(messages) if messages else Placement()
        guesses = {group: quick_guesses(_newest(rows).text) for group, rows in placed.messages.items()}
        try:
            return run_atomically(lambda: _write(mark, reached, placed, guesses))  # noqa: B023 - called here
        except GroupMoved:  # somebody decided on it meanwhile
            placer.clear()
    return False


def _write(mark: ReviewMark, reached: datetime, placed: Placement, guesses: dict[Any, Any]) -> bool:
    at, following = max(mark.at, reached), mark.round + 1
    if not ReviewMark.objects.filter(pk=mark.pk, round=mark.round).update(at=at, round=following):
        return False
    opened = [group for group in placed.messages if group not in placed.expected]
    ReviewGroup.objects.bulk_create(_new_group(pk, placed.messages[pk]) for pk in opened)
    ReviewItem.objects.bulk_create(
        ReviewItem(
            group_id=group,
            turn_id=message.turn,
            reason=message.reason,
            text=message.text,
            key=message.key,
            at=message.at,
        )
        for group, messages in placed.messages.items()
        for message in messages
    )
    newest = {group: (_newest(rows), guesses[group]) for group, rows in placed.messages.items()}
    recount(newest_changes(newest), placed.expected)
    mark.at, mark.round = at, following
    return True


def newest_changes(newest: dict[Any, tuple[Message, Any]]) -> dict[Any, dict[str, Any]]:
    return {
        group: {"last_at": message.at, "text": message.text, "guesses": guesses}
        for group, (message, guesses) in newest.items()
    }


def _new_group(pk: Any, messages: Sequence[Message]) -> ReviewGroup:
    first, newest = messages[0], _newest(messages)
    return ReviewGroup(pk=pk, key=first.key, text=newest.text, first_at=first.at, last_at=newest.at)


def _newest(messages: Sequence[Message]) -> Message:
    return max(messages, key=lambda message: message.at)

"""What was said in a conversation by all sides, in order: turns of the chat, and lines of people."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.chat.line_selectors import lines_of
from apps.chat.models import ConversationLine
from apps.logs.models import ChatTurn

PAGE = 50
CHUNK = 500
OVERLAP = timedelta(seconds=3)
"""A row may be seen later than its moment says: so far back who follows a conversation looks again."""
MOST = 100


@dataclass(frozen=True, slots=True)
class Said:
    """A turn or a line; the other one is None."""

    at: datetime
    turn: ChatTurn | None = None
    line: ConversationLine | None = None

    @property
    def id(self) -> str:
        return f"turn-{self.turn.pk}" if self.turn else f"line-{self.line.pk if self.line else ''}"

    @property
    def is_persons(self) -> bool:
        return self.line is not None and self.line.kind == ConversationLine.Kind.SAID

    @property
    def author(self) -> str:
        """Of a line, for staff: the account's name as it is now, else as the student read it."""
        if self.line is None:
            return ""
        return str(self.line.author) if self.line.author else self.line.author_name


def turns_of(sender: str) -> QuerySet[ChatTurn]:
    """Oldest first, with what the student thought of each answer."""
    return ChatTurn.objects.filter(sender_id=sender).select_related("feedback").order_by("timestamp", "id")


def page_of(sender: str, number: str) -> Page[ChatTurn]:
    """That page, or the last one."""
    pages = Paginator(turns_of(sender), PAGE)
    return pages.get_page(number if number.isdecimal() else pages.num_pages)


def texts(turn: ChatTurn) -> list[str]:
    return [text for text in turn.bot_response if isinstance(text, str)]


def all_said(sender: str) -> Iterator[Said]:
    """Oldest first, read as it is used."""
    turns = turns_of(sender).iterator(CHUNK)
    return _merged(turns, lines_of(sender).select_related("author").iterator(CHUNK))


def said_on(page: Page[ChatTurn], sender: str) -> list[Said]:
    """A page of turns with the lines from its first one on, up to the next page's."""
    turns, lines = list(page.object_list), lines_of(sender).select_related("author")
    if page.has_previous() and turns:
        lines = lines.filter(at__gte=turns[0].timestamp)
    if page.has_next():
        following = turns_of(sender)[page.end_index() : page.end_index() + 1]
        lines = lines.filter(at__lt=following[0].timestamp) if following else lines
    return list(_merged(turns, _newest(lines)))


def latest_said(sender: str, most: int = MOST) -> list[Said]:
    turns = turns_of(sender).order_by("-timestamp", "-id")[:most]
    lines = lines_of(sender).select_related("author")
    return list(_merged(reversed(turns), _newest(lines)))[-most:]


def said_since(sender: str, moment: datetime, most: int = MOST) -> list[Said]:
    """From a little before that moment on: who follows knows by their ids what is not new."""
    since = moment - OVERLAP
    turns = turns_of(sender).filter(timestamp__gte=since)[:most]
    lines = lines_of(sender).filter(at__gte=since).select_related("author")[:most]
    return list(_merged(turns, lines))[:most]


def _newest(lines: QuerySet[ConversationLine]) -> Iterable[ConversationLine]:
    return reversed(lines.order_by("-at", "-seq")[: 2 * MOST])


def _merged(turns: Iterable[ChatTurn], lines: Iterable[ConversationLine]) -> Iterator[Said]:
    ours = (Said(turn.timestamp, turn=turn) for turn in turns)
    theirs = (Said(line.at, line=line) for line in lines)
    return merge(ours, theirs, key=lambda one: one.at)


def as_messages(items: Iterable[Said]) -> Iterator[dict[str, Any]]:
    """One side's words each: `author` is student, bot, person or notice."""
    for one in items:
        if one.turn is not None:
            yield _message(one, "student", "", one.turn.user_message, ":0")
            for number, text in enumerate(texts(one.turn), 1):
                yield _message(one, "bot", "", text, f":{number}")
        elif one.line is not None:
            author = "person" if one.is_persons else "notice"
            yield _message(one, author, one.author, one.line.text if one.is_persons else notice(one.line))


def _message(one: Said, author: str, name: str, text: str, part: str = "") -> dict[str, Any]:
    return {
        "id": f"{one.id}{part}",
        "author": author,
        "name": name or None,
        "text": text,
        "timestamp": one.at,
    }


def notice(line: ConversationLine) -> str:
    """For staff: what happened and by whom; students read it in other words."""
    label = line.get_kind_display()
    who = str(line.author) if line.author else line.author_name
    return _("%(what)s: %(who)s") % {"what": label, "who": who} if who else label

"""A student's client asks for what a person wrote: at once, or as soon as there is something."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from apps.accounts.callers import Caller
from apps.chat.line_selectors import MOST_LINES, is_readable, readable_lines
from apps.chat.models import Conversation, ConversationLine, Owner
from apps.chat.senders import is_own_conversation, sender_for
from apps.chat.services.with_person import delivered_up_to
from apps.core.db import let_go_of_connection

LOOK_SECONDS = 0.7
SHARE_OF_THREADS = 4
"""One thread in so many may wait: the others answer."""


@dataclass(frozen=True, slots=True)
class News:
    """What is new, who answers now, and where to read on from."""

    lines: list[ConversationLine]
    owner: str = Owner.BOT
    agent: str = ""
    cursor: int = 0

    @property
    def is_worth_telling(self) -> bool:
        return bool(self.lines) or self.owner == Owner.BOT


class Places:
    """Who waits in this process: some at most, each sender once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[str] = set()
        self._end = threading.Event()

    @contextmanager
    def one(self, sender: str) -> Iterator[bool]:
        """Whether there was a place; the others are answered at once."""
        most = max(1, settings.ENV.WEB_THREADS // SHARE_OF_THREADS)
        with self._lock:
            is_in = len(self._waiting) < most and sender not in self._waiting
            if is_in:
                self._waiting.add(sender)
        try:
            yield is_in
        finally:
            if is_in:
                with self._lock:
                    self._waiting.discard(sender)

    def pause(self, seconds: float) -> bool:
        """Whether to look again afterwards."""
        return not self._end.wait(max(0.0, seconds))

    def empty(self) -> None:
        """Answers all who wait now."""
        self._end.set()
        while self._waiting:
            time.sleep(0.01)
        self._end.clear()


places = Places()


def news_for(
    *, sender: str, caller: Caller, after: int = 0, since: datetime | None = None, wait_seconds: float = 0
) -> News:
    """Nothing, and the bot's, for a conversation that is not there or not the caller's: the two look alike.

    Waits at most `wait_seconds`, without a database connection, and only while a person is to answer.
    """
    deadline = time.monotonic() + wait_seconds
    sender = sender_for(sender, caller)
    news = _look(sender, caller, after, since)
    if wait_seconds <= 0 or news.is_worth_telling:
        return news
    known = (news.owner, news.agent)
    with places.one(sender) as may_wait:
        while may_wait and not news.lines and known == (news.owner, news.agent):
            let_go_of_connection()
            left = deadline - time.monotonic()
            if left <= 0 or not places.pause(min(LOOK_SECONDS, left)):
                break
            news = _look(sender, caller, after, since)
    return news


def _look(sender: str, caller: Caller, after: int, since: datetime | None) -> News:
    row = None
    if is_own_conversation(sender):
        fields = ("sender_id", "owner", "agent_name", "lines", "delivered", "user")
        row = Conversation.objects.only(*fields).filter(sender_id=sender).first()
    if row is None or not is_readable(row, caller):
        return News([])
    delivered_up_to(row, after)
    lines = readable_lines(row, caller, after=after, since=since) if row.lines > after else []
    last = lines[-1].seq if lines else 0
    cursor = last if len(lines) == MOST_LINES else max(last, row.lines)
    return News(lines, row.owner, row.agent_name, cursor)

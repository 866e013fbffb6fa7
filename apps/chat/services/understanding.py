"""What an engine understood, asked for after the answer went out: Rasa's REST channel does not say it."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from typing import Any

import structlog
from django.db import close_old_connections

from apps.chat.engines.base import BotEngine, UserMessage
from apps.chat.engines.rasa import RasaEngine
from apps.logs.services import complete_turn

log = structlog.get_logger("tutorbot.turns")
MAX_WAITING = 500
"""Turns that may wait for their intent; beyond it an answer's speed is worth more than its log's detail."""


class Backlog:
    """One background thread per process with a bounded queue."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="understanding")
        self.slots = threading.BoundedSemaphore(MAX_WAITING)
        self.pending: set[Future[None]] = set()

    def add(self, turn_id: Any, message: UserMessage, engine: RasaEngine) -> None:
        if not self.slots.acquire(blocking=False):
            log.warning("understanding_skipped", reason="backlog full")
            return
        future = self.pool.submit(_understand, turn_id, message, engine)
        self.pending.add(future)
        future.add_done_callback(self._done)

    def _done(self, future: "Future[None]") -> None:
        self.pending.discard(future)
        self.slots.release()

    def drain(self, seconds: float = 5.0) -> None:
        """Waits until what is queued now is done (tests, shutdown)."""
        wait(set(self.pending), timeout=seconds)


@cache
def backlog() -> Backlog:
    """Made at the first use, so after gunicorn's fork."""
    return Backlog()


def understand_later(turn_id: Any, message: UserMessage, engine: BotEngine) -> None:
    """Completes the turn's row in the background, if the engine can be asked."""
    if isinstance(engine, RasaEngine):
        backlog().add(turn_id, message, engine)


def _understand(turn_id: Any, message: UserMessage, engine: RasaEngine) -> None:
    found = engine.understood(message)
    if found is None:
        return
    close_old_connections()
    complete_turn(
        turn_id=turn_id,
        intent=found.intent,
        confidence=found.confidence,
        is_fallback=found.is_fallback,
        model_version=found.model_version or "",
    )

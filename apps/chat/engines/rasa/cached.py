"""A value asked for at most every few seconds, by one thread, while the others go on with the last one."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Cached(Generic[T]):
    def __init__(self, initial: T, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._value = initial
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._fresh_until: float | None = None

    def get(self, ask: Callable[[], T], wait_seconds: float = -1) -> T:
        """Only before the first answer do other threads wait, `wait_seconds` at most (-1: without end)."""
        if self._is_fresh():
            return self._value
        is_first = self._fresh_until is None
        if self._lock.acquire(timeout=wait_seconds if is_first else 0):
            try:
                if not self._is_fresh():
                    self._value = ask()
                    self._fresh_until = self._clock() + self._seconds
            finally:
                self._lock.release()
        return self._value

    def _is_fresh(self) -> bool:
        return self._fresh_until is not None and self._clock() < self._fresh_until

"""A circuit breaker: a dead neighbour costs its callers milliseconds, not a thread each until a timeout.

Why our own: pybreaker's `CircuitBreaker.call` (1.4.1) runs the guarded function inside its lock, so that the
threads of a process would be served one after another. Here the lock is held for the bookkeeping only.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)


class CircuitOpenError(Exception):
    """Refused without trying: the neighbour failed often enough a moment ago."""


class CircuitBreaker:
    """Open after `threshold` failures in a row; then one call per `probe_every` seconds is let through.

    A failure is one of `failures`; any other ending, even by another exception, shows that it is alive.
    """

    def __init__(
        self,
        name: str,
        failures: tuple[type[Exception], ...],
        threshold: int = 5,
        probe_every: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._failures = failures
        self._threshold = threshold
        self._probe_every = probe_every
        self._clock = clock
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._next_probe: float | None = None
        self._is_probing = False

    @property
    def is_open(self) -> bool:
        return self._next_probe is not None

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Around one call. Raises CircuitOpenError instead of letting it begin."""
        is_probe = self._enter()
        try:
            yield
        except self._failures:
            self._failed(is_probe)
            raise
        except Exception:
            self._succeeded()
            raise
        except BaseException:  # the thread is being ended, which says nothing about the neighbour
            with self._lock:
                self._is_probing = self._is_probing and not is_probe
            raise
        self._succeeded()

    def _enter(self) -> bool:
        if self._next_probe is None:
            return False
        with self._lock:
            if self._next_probe is None:
                return False
            if self._is_probing or self._clock() < self._next_probe:
                raise CircuitOpenError(f"{self._name}: circuit open")
            self._is_probing = True
            return True

    def _failed(self, is_probe: bool) -> None:
        with self._lock:
            self._in_a_row += 1
            if is_probe:
                self._is_probing = False
            if self._next_probe is None and self._in_a_row >= self._threshold:
                logger.warning("%s: circuit opened after %d failures in a row", self._name, self._in_a_row)
                self._next_probe = self._clock() + self._probe_every
            elif self._next_probe is not None and is_probe:
                self._next_probe = self._clock() + self._probe_every

    def _succeeded(self) -> None:
        """Also a late answer to a call from before the circuit opened closes it: somebody answers there."""
        if not self._in_a_row:
            return
        with self._lock:
            if self._next_probe is not None:
                logger.warning("%s: circuit closed again", self._name)
            self._in_a_row, self._next_probe, self._is_probing = 0, None, False

"""Jobs: work that a request does not wait for, done by `manage.py worker` (docs/adr/0006-jobs.md)."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Generic, ParamSpec

import structlog
from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone
from huey import crontab
from huey.signals import SIGNAL_ERROR

from apps.core import acting
from apps.core.errors import AppError
from apps.core.job_queue import ASKED_AT, make_queue

log = structlog.get_logger("tutorbot.jobs")
logging.getLogger("huey").setLevel(logging.CRITICAL)  # what it says of a failed job stands in our own line
logging.getLogger("huey.consumer").setLevel(logging.WARNING)
P = ParamSpec("P")
queue = make_queue(**settings.HUEY)


class JobsUnavailable(AppError):
    """The queue cannot be written to."""

    status = 503


class Job(Generic[P]):
    """A function that the worker calls. Called by itself it runs here and now."""

    def __init__(self, function: Callable[P, object], make_task: Callable[..., Any]) -> None:
        self.function = function
        self.task = make_task(_framed(function))

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        self.function(*args, **kwargs)

    def later(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Puts it into the queue once the transaction is committed; what is passed must survive pickling.

        Raises JobsUnavailable, but not behind a transaction: what was asked for is done then, and the log
        has it.
        """
        using = transaction.get_connection()
        is_inside = using.in_atomic_block or getattr(using, "in_atomic_block_mongo", False)
        task = self.task.s(*args, **kwargs, **_who(), **{ASKED_AT: time.time()})

        def enqueue() -> None:
            _enqueue(task)

        transaction.on_commit(enqueue, robust=is_inside)


def job(*, retries: int = 0, delay: int = 0, backoff: int = 1) -> Callable[[Callable[P, object]], Job[P]]:
    """A job that is tried again `retries` times, after `delay` seconds, then `delay` × `backoff`…"""
    make_task = queue.task(retries=retries, retry_delay=delay, retry_backoff=backoff)
    return lambda function: Job(function, make_task)


def every(*, minutes: int) -> Callable[[Callable[[], object]], Job[[]]]:
    """A job of every so many minutes (a divisor of 60); of several workers on one Redis each does it.

    One may begin before the last has ended.
    """
    make_task = queue.periodic_task(crontab(minute=f"*/{minutes}"))
    return lambda function: Job(function, make_task)


def hourly(*, minute: int) -> Callable[[Callable[[], object]], Job[[]]]:
    """A job of every hour, at this minute; of several workers on one Redis each does it."""
    make_task = queue.periodic_task(crontab(minute=str(minute)))
    return lambda function: Job(function, make_task)


def daily(*, hour: int, minute: int = 0, weekdays: str = "*") -> Callable[[Callable[[], object]], Job[[]]]:
    """A job of every day, or of some (`weekdays` as in crontab: 0 is Sunday), at this local time.

    Of several workers on one Redis each does it.
    """
    is_time = crontab(minute=str(minute), hour=str(hour), day_of_week=weekdays)

    def is_due(moment: datetime) -> bool:
        """The queue asks every minute, in UTC without saying so."""
        local = timezone.localtime(moment.replace(tzinfo=UTC)).replace(tzinfo=None)
        return bool(is_time(local))

    make_task = queue.periodic_task(is_due)
    return lambda function: Job(function, make_task)


def _framed(function: Callable[..., object]) -> Callable[..., None]:
    @wraps(function)
    def run(*args: Any, _asked_by: Any = None, **kwargs: Any) -> None:
        kwargs.pop(ASKED_AT, None)
        now = acting.in_job(function.__name__, _asked_by)
        try:
            with structlog.contextvars.bound_contextvars(job=function.__name__), acting.in_work(now):
                function(*args, **kwargs)
        finally:
            if not queue.immediate:
                connections.close_all()

    return run


def _who() -> dict[str, Any]:
    """Whoever asks for the job, for the audit of what it changes."""
    asked_by = acting.handed_over()
    return {"_asked_by": asked_by} if asked_by else {}


def _enqueue(task: Any) -> None:
    try:
        queue.enqueue(task)
    except Exception as error:  # every storage's client raises its own
        log.error("job_not_enqueued", job=task.name, error=type(error).__name__)
        raise JobsUnavailable from error


@queue.signal(SIGNAL_ERROR)
def _tell_failure(signal: str, task: Any, error: Exception) -> None:
    if task.retries:
        log.warning("job_failed", job=task.name, id=task.id, retries=task.retries, error=type(error).__name__)
    else:
        log.error("job_failed", job=task.name, id=task.id, retries=0, exc_info=error)

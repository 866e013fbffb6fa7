"""Reading self-tests."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils import timezone

from apps.core.pagination import Window
from apps.ops.models import SelfTestRun
from apps.ops.services.steps import TITLES, WORDS

HEADER = ("prueba", "fecha", "parte", "resultado", "ms", "detalle")


def self_tests(window: Window) -> tuple[list[SelfTestRun], Callable[[], int]]:
    """That part of the list, newest first, and a way to count all."""
    rows = SelfTestRun.objects.select_related("asked_by")
    return list(rows[window.slice]), rows.count


def rows(filters: Any = None) -> Iterator[tuple[Any, ...]]:
    """The last self-test that ended, a row a part: what `/api/admin/exportaciones/tests` gives as CSV."""
    run = SelfTestRun.objects.filter(state=SelfTestRun.State.DONE).first()
    if run is None:
        return
    moment = timezone.localtime(run.ended_at).isoformat(timespec="seconds") if run.ended_at else ""
    for step in run.steps:
        word = str(WORDS.get(step["state"], step["state"]))
        yield run.pk.hex, moment, str(TITLES.get(step["name"], step["name"])), word, step["ms"], step["text"]

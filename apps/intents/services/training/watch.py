"""A run while it is worked on: signs of life, its log file, and whether somebody has cancelled it."""

import time
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

from django.conf import settings
from django.utils import timezone

from apps.chat.engines.base import Progress
from apps.intents.models import TrainingRun

SAVE_SECONDS = 1.0
MAX_STEP = 200


class Cancelled(Exception):
    """Somebody asked to stop, or took the run for dead and ended it."""


def log_folder() -> Path:
    folder: Path = settings.ENV.DATA_DIR / "logs"
    return folder


class Watch:
    """What a training reports to: saved at most once a second, and each new step in the log file."""

    def __init__(self, run: TrainingRun, tell: Progress | None = None) -> None:
        self.run = run
        self._tell = tell
        self._saved_at = float("-inf")
        self._file: TextIO | None = None
        self._step = ""

    def __enter__(self) -> "Watch":
        try:
            log_folder().mkdir(parents=True, exist_ok=True)
            self._file = (log_folder() / self.run.log_name).open("a", encoding="utf-8")
        except OSError:
            self._file = None  # a full disk is said where the model is saved
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def note(self, text: str) -> None:
        """A line of the log."""
        if not self._file:
            return
        moment = timezone.localtime().isoformat(timespec="seconds")
        try:
            self._file.write(f"{moment} {text}\n")
            self._file.flush()
        except OSError:
            self._file = None

    def progress(self, share: float, step: str) -> None:
        """Raises Cancelled. Never goes back."""
        self.run.progress = max(self.run.progress, min(1.0, share))
        if step != self._step:
            self._step = step
            self.note(f"{self.run.progress:4.0%} {step}")
        if self._tell:
            self._tell(self.run.progress, step)
        if time.monotonic() - self._saved_at >= SAVE_SECONDS:
            self._save(timezone.now())

    def check(self) -> None:
        """Raises Cancelled: asked before what cannot be taken back."""
        self._save(timezone.now())

    def _save(self, now: datetime) -> None:
        self._saved_at = time.monotonic()
        values = {"progress": self.run.progress, "step": self._step[:MAX_STEP], "heartbeat_at": now}
        mine = TrainingRun.objects.filter(
            pk=self.run.pk, state=TrainingRun.State.RUNNING, is_cancel_asked=False, attempts=self.run.attempts
        )
        if not mine.update(**values):
            raise Cancelled

    def within(self, first: float, last: float) -> Progress:
        """A part's own 0 to 1 as this span of the whole."""
        return lambda share, step: self.progress(first + (last - first) * share, step)

"""The process beside the web server: mails, cleaning up, and whatever else no request waits for."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import autodiscover_modules

from apps.core.job_queue import worker_name
from apps.core.jobs import queue
from tutorbot.management.commands.bootstrap import PRINTED, prints_mails

log = structlog.get_logger("tutorbot.jobs")
STOP_SECONDS = 20
WAIT_SECONDS = 30
BEAT_SECONDS = 15


@contextmanager
def beating() -> Iterator[None]:
    """Says every few seconds that this worker lives, however long its jobs take; goodbye at the end."""
    is_over = Event()

    def beat() -> None:
        while True:
            try:
                queue.beat()
            except Exception as error:  # every storage's client raises its own
                log.warning("worker_not_heard", error=type(error).__name__)
            if is_over.wait(BEAT_SECONDS):
                return

    thread = Thread(target=beat, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(BEAT_SECONDS)
        with suppress(Exception):
            queue.say_goodbye()


class Command(BaseCommand):
    help = "Hace los trabajos en cola: correos, limpieza. Uno por carpeta de datos; termina con SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--threads", type=int, default=2, help="trabajos a la vez")

    def handle(self, *args: Any, **options: Any) -> None:
        if queue.immediate:
            raise CommandError("Con APP_ENV=test los trabajos se hacen al momento: no hay cola.")
        autodiscover_modules("tasks")
        deadline = time.monotonic() + WAIT_SECONDS
        while True:  # the one of the start before may still be ending its last job
            try:
                with worker_name(settings.ENV.DATA_DIR) as name:
                    return self._work(name, options["threads"])
            except BlockingIOError:
                if time.monotonic() > deadline:
                    text = f"Ya hay un proceso de trabajos con DATA_DIR={settings.ENV.DATA_DIR}."
                    raise CommandError(text) from None
                time.sleep(0.5)

    def _work(self, name: str, threads: int) -> None:
        if prints_mails(settings.ENV):
            self.stdout.write(self.style.WARNING(PRINTED))
        queue.worker = name
        self._take_up()
        self.stdout.write(f"Trabajos: listos ({threads} a la vez).")
        self.stdout.flush()
        consumer = queue.create_consumer(
            workers=threads, max_delay=1.0, graceful_signal="TERM", shutdown_timeout=STOP_SECONDS
        )
        with beating():
            consumer.run()

    def _take_up(self) -> None:
        """Tries until the queue can be read; says once a minute that it cannot."""
        tell_at = time.monotonic()
        while True:
            try:
                queue.take_up()
                return
            except Exception as error:  # every storage's client raises its own
                if time.monotonic() >= tell_at:
                    log.warning("jobs_unavailable", error=type(error).__name__)
                    tell_at += 60
                time.sleep(2)

"""Where jobs wait: an SQLite file or Redis, by Huey; none is lost with the worker that was doing it."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any

import structlog
from django.conf import settings
from django.utils.functional import SimpleLazyObject
from huey import Huey
from huey.serializer import SignedSerializer
from huey.storage import RedisStorage, SqliteStorage

log = structlog.get_logger("tutorbot.jobs")
TAKEN, BEAT = "taken:", "beat:"
ASKED_AT = "_asked_at"
"""The argument that says when a job was asked for: the queue itself does not know."""
TAKEN_UP_AT_MOST = 3
"""How often a job is done again that was under way when its worker died: it may be what kills it."""


class Queue(Huey):
    """Huey, whose storage is opened at its first use, and which remembers the jobs that are under way.

    A job is taken out of the storage before it is done; a worker that dies would lose it. So it is kept
    under the worker's name until it ended, was put back for a retry, or is taken up at the next start.
    """

    worker = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.taken_up: set[str] = set()
        super().__init__(*args, **kwargs)

    def create_storage(self) -> Any:
        return SimpleLazyObject(super().create_storage)

    def execute(self, task: Any, timestamp: datetime | None = None) -> Any:
        if self.immediate:
            return super().execute(task, timestamp)
        key = f"{TAKEN}{self.worker}:{task.id}"
        self.storage.put_data(key, self.serialize_task(task))
        try:
            return super().execute(task, timestamp)
        finally:
            self.delete(key)
            if task.id in self.taken_up:
                self.taken_up.discard(task.id)
                self.storage.delete_counter(task.id)

    def beat(self) -> None:
        """Says that this worker lives."""
        self.storage.put_data(BEAT + self.worker, str(time.time()).encode())

    def say_goodbye(self) -> None:
        self.delete(BEAT + self.worker)

    def silent_seconds(self) -> float | None:
        """Since any worker last said that it lives; None: none did, or all said goodbye."""
        beats = [float(bytes(at)) for key, at in self.storage.result_items().items() if key.startswith(BEAT)]
        return max(0.0, time.time() - max(beats)) if beats else None

    def waiting(self) -> tuple[int, float]:
        """How many jobs wait, and for how many seconds the one that is next."""
        first = self.storage.enqueued_items(1)
        if not first:
            return 0, 0.0
        asked_at = self.serializer.deserialize(first[0]).kwargs.get(ASKED_AT)
        return self.storage.queue_size(), max(0.0, time.time() - asked_at) if asked_at else 0.0

    def take_up(self) -> int:
        """Puts the jobs back that this worker was doing when it died; how many there were."""
        prefix = f"{TAKEN}{self.worker}:"
        mine = {key: data for key, data in self.storage.result_items().items() if key.startswith(prefix)}
        count = sum(self._take_up(data) for data in mine.values())
        for key in mine:
            self.delete(key)
        return count

    def _take_up(self, data: bytes) -> bool:
        try:
            task = self.deserialize_task(data)
        except Exception as error:  # of an older version, or signed with another key
            log.error("job_unreadable", error=type(error).__name__)
            return False
        if self.storage.incr(task.id) > TAKEN_UP_AT_MOST:
            log.error("job_given_up", job=task.name, id=task.id)
            self.storage.delete_counter(task.id)
            return False
        log.warning("job_taken_up_again", job=task.name, id=task.id)
        self.taken_up.add(task.id)
        self.enqueue(task)
        return True


def make_queue(*, immediate: bool, file: Path, redis_url: str = "") -> Queue:
    """A queue in Redis, or in an SQLite file; `immediate`: jobs are done where they are asked for."""
    storage = partial(_redis, redis_url) if redis_url else partial(_sqlite, file)
    return Queue(
        "tutorbot",
        results=False,
        immediate=immediate,
        storage_class=storage,
        # Jobs are pickles: what we did not sign is not read, whoever can write to Redis.
        serializer=SignedSerializer(secret=settings.SECRET_KEY, salt="tutorbot.jobs"),
    )


def _sqlite(file: Path, name: str) -> SqliteStorage:
    file.parent.mkdir(parents=True, exist_ok=True)
    return SqliteStorage(name, filename=str(file), timeout=5)


def _redis(url: str, name: str) -> RedisStorage:
    from redis import ConnectionPool

    pool = ConnectionPool.from_url(url, socket_connect_timeout=2, socket_timeout=5)
    return RedisStorage(name, connection_pool=pool)


@contextmanager
def worker_name(folder: Path) -> Iterator[str]:
    """The name that this data folder's worker has at every start. Raises BlockingIOError while one runs."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "worker").open("a+") as file:
        _lock(file)
        file.seek(0)
        name = file.read().strip()
        if not name:
            name = uuid.uuid4().hex
            file.write(name)
            file.flush()
        yield name


def _lock(file: IO[str]) -> None:
    """For as long as the file is open. Raises BlockingIOError when another process has it."""
    try:
        import fcntl
    except ModuleNotFoundError:  # Windows
        import msvcrt

        try:
            file.seek(1 << 20)  # a place that is the same for all, and is never written
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError as error:
            raise BlockingIOError from error
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

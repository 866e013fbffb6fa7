"""The cache in Redis: pickles of others are not opened."""

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from apps.core.job_queue import make_queue
from apps.core.signed_cache import SignedRedisCache
from tests.servers.processes import CannotStart, redis_server, skip_or_fail

pytestmark = pytest.mark.redis


class Evil:
    """Runs something when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


@pytest.fixture
def url() -> Iterator[str]:
    try:
        with redis_server() as url:
            yield url
    except CannotStart as reason:
        skip_or_fail(reason)


def test_whoever_writes_to_redis_runs_nothing_and_leaves_nothing_to_read(
    url: str, tmp_path: Path, settings: Any
) -> None:
    cache, mark = SignedRedisCache(url, {}), tmp_path / "ran"
    kept = {"titles": ("a", None), "true": True, "count": 7, "text": "12"}
    for name, value in kept.items():
        cache.set(name, value)
        assert cache.get(name) == value
    assert cache.incr("count") == 8
    with redis.Redis.from_url(url) as server:
        server.set(cache.make_and_validate_key("titles"), pickle.dumps(Evil(mark)))
    assert cache.get("titles", "missing") == "missing"
    assert not mark.exists()
    assert cache.get_or_set("titles", "new") == "new"
    cache.set("titles", "new")
    assert cache.get("titles") == "new"
    settings.SECRET_KEY = "another-key-" * 4
    assert cache.get("titles") is None
    cache.close()


def test_emptying_it_leaves_waiting_jobs_limits_and_rasas_locks(url: str, tmp_path: Path) -> None:
    mine, limits = (
        SignedRedisCache(url, {"KEY_PREFIX": name}) for name in ("tutorbot[a]*", "tutorbot-limits")
    )
    mine.set_many({f"titles-{n}": n for n in range(2500)})
    limits.set("user:7", 59)
    queue = make_queue(immediate=False, file=tmp_path / "unused", redis_url=url)
    queue.storage.enqueue(b"job")
    with redis.Redis.from_url(url) as server:
        server.set("tutorbot:lock:web-1", "{}")
        server.set("tutorbota:1:titles", "another's")
        mine.clear()
        left = {key.decode() for key in server.scan_iter()}
    assert left == {
        "tutorbot:lock:web-1",
        "tutorbota:1:titles",
        "tutorbot-limits:1:user:7",
        "huey.redis.tutorbot",
    }
    assert queue.storage.queue_size() == 1
    assert limits.get("user:7") == 59
    queue.storage.conn.close()
    mine.close()
    limits.close()

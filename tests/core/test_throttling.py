"""Three providers, each really limiting: number 61 is the first refused."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.core import throttling
from tests.servers.processes import CannotStart, redis_server, skip_or_fail

pytestmark = pytest.mark.django_db
Headers = Callable[[User], dict[str, str]]


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    try:
        with redis_server() as url:
            yield url
    except CannotStart as reason:
        skip_or_fail(reason)


@pytest.fixture(autouse=True)
def _no_shared_providers() -> Iterator[None]:
    throttling.provider.cache_clear()
    throttling.counter.warned_at = float("-inf")
    yield
    throttling.provider.cache_clear()


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that stands, so that no window ends in the middle of a test."""
    now = time.time()
    monkeypatch.setattr("django_ratelimit.core.time.time", lambda: now)


def use_redis(settings: Any, url: str) -> None:
    caches = {**settings.CACHES}
    caches["limits"] = {"BACKEND": "apps.core.signed_cache.SignedRedisCache", "LOCATION": url}
    settings.CACHES = caches


def say(api: APIClient, **extra: Any) -> Any:
    """A turn that is counted but reaches no engine: the message is empty."""
    return api.post("/chat", {"message": ""}, **extra)


PROVIDERS = ["builtin-memory", "slowapi-memory", "builtin-redis", "slowapi-redis", "fastapi-limiter-redis"]


@pytest.fixture(params=PROVIDERS)
def provider(request: pytest.FixtureRequest, env: Any, settings: Any, still: None) -> str:
    name, _, storage = request.param.rpartition("-")
    url = request.getfixturevalue("redis_url") if storage == "redis" else ""
    if name == "builtin" and url:
        use_redis(settings, url)
    env(RATE_LIMIT_PROVIDER=name, RATE_LIMIT_BACKEND=storage, REDIS_URL=url)
    return str(request.param)


def test_number_61_is_the_first_refused(api: APIClient, provider: str) -> None:
    ip = f"203.0.113.{PROVIDERS.index(provider) + 1}"
    answers = [say(api, REMOTE_ADDR=ip).status_code for _ in range(60)]
    assert answers == [422] * 60
    refused = say(api, REMOTE_ADDR=ip)
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_requests"
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused["X-RateLimit-Limit"] == "60"
    assert refused["X-RateLimit-Remaining"] == "0"
    assert refused["X-RateLimit-Reset"] == refused["Retry-After"]
    assert say(api, REMOTE_ADDR="198.51.100.7").status_code == 422


def test_accepted_requests_say_what_is_left(api: APIClient, env: Any, still: None) -> None:
    env(RATE_LIMIT_MAX_REQUESTS=5)
    assert [say(api)["X-RateLimit-Remaining"] for _ in range(3)] == ["4", "3", "2"]


def test_all_chat_paths_share_one_counter(api: APIClient, env: Any, still: None) -> None:
    env(RATE_LIMIT_MAX_REQUESTS=4)
    for path in ("/chat", "/api/chat", "/api/chat/rasa/rest/webhook", "/api/chat-proxy"):
        assert api.post(path, {}).status_code == 422
    assert api.post("/chat/demo", {}).status_code == 429


def test_only_messages_are_counted(api: APIClient, env: Any, still: None) -> None:
    """An image tag on somebody's page must not use up a student's quota."""
    env(RATE_LIMIT_MAX_REQUESTS=1)
    assert {api.get("/api/chat").status_code for _ in range(3)} == {405}
    assert say(api).status_code == 422


@pytest.mark.parametrize("name", ["builtin", "slowapi"])
def test_a_refused_request_does_not_prolong_the_window(
    api: APIClient, env: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    env(RATE_LIMIT_PROVIDER=name, RATE_LIMIT_MAX_REQUESTS=2, RATE_LIMIT_WINDOW_SEC=1)
    while say(api).status_code != 429:
        pass
    refused_until = time.monotonic() + 1.6
    statuses = []
    while time.monotonic() < refused_until:
        statuses.append(say(api).status_code)
        time.sleep(0.1)
    assert 422 in statuses


def test_a_signed_in_person_is_counted_wherever_they_are(
    api: APIClient, env: Any, student: User, bearer: Headers, still: None
) -> None:
    env(RATE_LIMIT_MAX_REQUESTS=1)
    assert say(api, headers=bearer(student), REMOTE_ADDR="203.0.113.1").status_code == 422
    assert say(api, headers=bearer(student), REMOTE_ADDR="203.0.113.2").status_code == 429
    assert say(api, REMOTE_ADDR="203.0.113.1").status_code == 422


def test_by_ip_counts_addresses_alone(
    api: APIClient, env: Any, student: User, bearer: Headers, still: None
) -> None:
    env(RATE_LIMIT_MAX_REQUESTS=1, RATE_LIMIT_KEY_STRATEGY="ip")
    assert say(api, headers=bearer(student)).status_code == 422
    assert say(api).status_code == 429


def test_skip_admin_spares_admins_alone(
    api: APIClient, env: Any, student: User, admin: User, bearer: Headers, still: None
) -> None:
    env(RATE_LIMIT_MAX_REQUESTS=1, RATE_LIMIT_KEY_STRATEGY="skip_admin")
    assert {say(api, headers=bearer(admin)).status_code for _ in range(4)} == {422}
    assert [say(api, headers=bearer(student)).status_code for _ in range(2)] == [422, 429]


def test_limits_can_be_switched_off(api: APIClient, env: Any) -> None:
    env(RATE_LIMIT_ENABLED=False, RATE_LIMIT_MAX_REQUESTS=1)
    answers = [say(api) for _ in range(3)]
    assert {a.status_code for a in answers} == {422}
    assert "X-RateLimit-Limit" not in answers[0]


@pytest.mark.parametrize("name", ["builtin", "slowapi", "fastapi-limiter"])
def test_redis_down_lets_requests_pass_with_one_warning(
    api: APIClient, env: Any, settings: Any, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    dead = "redis://127.0.0.1:1/0"
    use_redis(settings, dead)
    env(RATE_LIMIT_PROVIDER=name, RATE_LIMIT_BACKEND="redis", REDIS_URL=dead, RATE_LIMIT_MAX_REQUESTS=1)
    assert {say(api).status_code for _ in range(4)} == {422}
    assert caplog.text.count("rate_limit_unavailable") == 1


@pytest.mark.parametrize("name", ["builtin", "slowapi", "fastapi-limiter"])
def test_a_hundred_at_once_get_no_more_than_the_limit(
    env: Any, settings: Any, redis_url: str, rf: Any, name: str, still: None
) -> None:
    use_redis(settings, redis_url)
    env(RATE_LIMIT_PROVIDER=name, RATE_LIMIT_BACKEND="redis", REDIS_URL=redis_url)
    policy, request = throttling.Policy(f"crowd-{name}", 60, 60), rf.post("/chat")
    throttling.counter.hit(request, policy, "warm-up")
    with ThreadPoolExecutor(16) as pool:
        usages = list(pool.map(lambda _: throttling.counter.hit(request, policy, "ip:crowd"), range(100)))
    assert sum(not usage.is_refused for usage in usages if usage) == 60


def test_the_probe_exists_for_slowapi_alone(api: APIClient, env: Any) -> None:
    assert api.get("/api/_rate_test").status_code == 404
    env(RATE_LIMIT_PROVIDER="slowapi", RATE_LIMIT_MAX_REQUESTS=2)
    answers = [api.get("/api/_rate_test") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert answers[0].json() == {"ok": True, "provider": "slowapi"}

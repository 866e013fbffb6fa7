"""Students behind one address are counted each by their own chat session."""

import re
from typing import Any

import pytest
from rest_framework.request import Request
from rest_framework.test import APIClient, APIRequestFactory
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.core import chat_sessions, throttling

pytestmark = pytest.mark.django_db
PROVIDERS = ("builtin", "slowapi", "fastapi-limiter")


@pytest.fixture(autouse=True)
def _own_counters(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A clock that stands, so that no window ends in the middle of a test."""
    now = throttling.time.time()
    monkeypatch.setattr("django_ratelimit.core.time.time", lambda: now)
    throttling.provider.cache_clear()
    yield
    throttling.provider.cache_clear()


def session(api: APIClient, **extra: Any) -> str:
    return str(api.get("/chat/session", **extra).json()["session"])


def say(api: APIClient, session: str = "", **extra: Any) -> Any:
    """A turn that is counted but reaches no engine: the message is empty."""
    headers = {"X-Chat-Session": session} | extra.pop("headers", {})
    return api.post("/api/chat", {"message": ""}, headers=headers, **extra)


def test_the_page_carries_a_session_of_its_own_that_no_proxy_keeps(api: APIClient, env: Any) -> None:
    env(RATE_LIMIT_MAX_REQUESTS=1)
    pages = [api.get("/chat-embed.html") for _ in range(2)]
    assert pages[0]["Cache-Control"] == "private, no-store"
    found = [re.search(r'data-session="([^"]+)"', page.content.decode()) for page in pages]
    mine, other = (match[1] for match in found if match)
    assert [say(api, mine).status_code, say(api, mine).status_code] == [422, 429]
    assert say(api, other).status_code == 422


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_flooder_is_stopped_and_takes_nothing_of_neighbours(api: APIClient, env: Any, name: str) -> None:
    env(RATE_LIMIT_PROVIDER=name, RATE_LIMIT_MAX_REQUESTS=3, RATE_LIMIT_ADDRESS_MAX=8)
    flooder, student = session(api), session(api)
    assert [say(api, flooder).status_code for _ in range(20)] == [422] * 3 + [429] * 17
    answers = [say(api, student) for _ in range(4)]
    assert [one.status_code for one in answers] == [422, 422, 422, 429]
    assert [one["X-RateLimit-Remaining"] for one in answers] == ["2", "1", "0", "0"]
    assert answers[-1]["X-RateLimit-Limit"] == "3"


@pytest.mark.parametrize("name", PROVIDERS)
def test_all_sessions_of_an_address_have_a_ceiling(api: APIClient, env: Any, name: str) -> None:
    env(RATE_LIMIT_PROVIDER=name, RATE_LIMIT_MAX_REQUESTS=3, RATE_LIMIT_ADDRESS_MAX=4)
    first, second = session(api), session(api)
    answers = [say(api, one) for one in (first, first, second, second, second)]
    assert [one.status_code for one in answers] == [422] * 4 + [429]
    assert [one["X-RateLimit-Limit"] for one in answers] == ["3", "3", "4", "4", "4"]
    assert [one["X-RateLimit-Remaining"] for one in answers] == ["2", "1", "1", "0", "0"]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert say(api, first, REMOTE_ADDR="203.0.113.9").status_code == 422


def test_500_students_behind_one_address_are_answered_and_a_flooder_among_them_is_not(
    env: Any,
) -> None:
    """A minute that stands: six messages of each, six hundred of the flooder; RATE_LIMIT_* by default."""
    env()
    factory, throttle = APIRequestFactory(), chat_sessions.ChatThrottle()

    def from_the_school(request: Any) -> Any:
        request.client_ip = "203.0.113.77"
        return request

    def is_answered(session: str) -> bool:
        request = from_the_school(factory.post("/api/chat", headers={"X-Chat-Session": session}))
        return throttle.allow_request(Request(request), APIView())

    minted = [chat_sessions.new_session(from_the_school(factory.get("/chat-embed.html"))) for _ in range(501)]
    flooder, *students = [one.session for one in minted]
    assert all(students)
    answered, passed = 0, 0
    for number in range(3000):
        answered += is_answered(students[number % 500])
        passed += number % 5 == 0 and is_answered(flooder)
    assert (answered, passed) == (3000, 60)


def test_sessions_are_not_made_without_end(api: APIClient, env: Any) -> None:
    env(RATE_LIMIT_SESSIONS_MAX=2)
    block, neighbour = {"REMOTE_ADDR": "2001:db8:1:2::1"}, {"REMOTE_ADDR": "2001:db8:1:2::2"}
    assert session(api, **block) != session(api, **neighbour)
    refused = api.get("/api/chat/session", **block)
    assert (refused.status_code, refused["X-RateLimit-Limit"]) == (429, "2")
    assert 'data-session=""' in api.get("/widget.html", **block).content.decode()
    assert session(api, REMOTE_ADDR="2001:db8:1:3::1")


@pytest.mark.parametrize("bad", ["", "junk", "a:b:c", "ñ", "x" * 5000, "altered", "old"])
def test_without_a_good_session_the_address_is_counted(api: APIClient, env: Any, bad: str) -> None:
    env(RATE_LIMIT_MAX_REQUESTS=1)
    if bad == "altered":
        bad = "x" + session(api)
    if bad == "old":
        signer = chat_sessions.TimestampSigner(salt="tutorbot.chat-session")
        signer.timestamp = lambda: "1"  # type: ignore[method-assign]
        bad = signer.sign("id")
    assert [say(api, bad).status_code, say(api).status_code] == [422, 429]


def test_a_session_is_good_for_chat_calls_alone(api: APIClient, env: Any) -> None:
    """Else whoever tries passwords or mails would ask for sessions."""
    one = {"X-Chat-Session": session(api)}
    body = {"email": "nadie@ejemplo.edu.co"}
    statuses = [
        api.post("/api/auth/forgot-password", body, headers=one if n % 2 else {}).status_code
        for n in range(6)
    ]
    assert statuses == [200] * 5 + [429]


def test_other_strategies_and_signed_in_people_know_no_sessions(
    api: APIClient, env: Any, student: User, bearer: Any
) -> None:
    env(RATE_LIMIT_MAX_REQUESTS=1)
    one, other = session(api), session(api)
    assert say(api, one, headers=bearer(student)).status_code == 422
    assert say(api, other, headers=bearer(student)).status_code == 429
    for strategy in ("ip", "skip_admin"):
        env(RATE_LIMIT_MAX_REQUESTS=1, RATE_LIMIT_KEY_STRATEGY=strategy)
        address = {"REMOTE_ADDR": f"198.51.100.{len(strategy)}"}
        assert [say(api, s, **address).status_code for s in (one, other)] == [422, 429]
        assert api.get("/api/chat/session").json()["session"] is None
        assert "data-session" not in api.get("/chat-embed.html").content.decode()


def test_feedback_and_news_are_counted_by_session_too(api: APIClient, env: Any) -> None:
    one, other = session(api), session(api)
    for method, path, most in ((api.post, "/chat/feedback", 30), (api.post, "/api/voice/transcribe", 60)):
        statuses = [method(path, headers={"X-Chat-Session": one}).status_code for _ in range(most + 1)]
        assert 429 not in statuses[:-1]
        assert statuses[-1] == 429
        assert method(path, headers={"X-Chat-Session": other}).status_code != 429
    assert api.get("/chat/messages?sender=x", headers={"X-Chat-Session": one})["X-RateLimit-Limit"] == "300"


def test_a_program_of_an_allowed_origin_may_send_one(api: APIClient, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://panel.example"]
    answer = api.options(
        "/api/chat",
        HTTP_ORIGIN="https://panel.example",
        HTTP_ACCESS_CONTROL_REQUEST_METHOD="POST",
        HTTP_ACCESS_CONTROL_REQUEST_HEADERS="content-type,x-chat-session",
    )
    assert "x-chat-session" in answer["Access-Control-Allow-Headers"]

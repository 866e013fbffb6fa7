"""GET /metrics: who may read it, and what it counts."""

from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from rest_framework.test import APIClient

from apps.chat.engines.embedded import EmbeddedEngine
from apps.core.jobs import queue
from apps.helpdesk.models import Ticket
from tutorbot.env import Env

pytestmark = pytest.mark.django_db


def figures(api: APIClient) -> dict[tuple[str, ...], float]:
    """By name and values of labels, those sorted."""
    answer = api.get("/metrics", headers={"host": "10.0.0.9:8000"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {(s.name, *sorted(s.labels.values())): s.value for f in families for s in f.samples}


def test_turns_refusals_and_what_stands_just_now_are_told(
    api: APIClient, bot: EmbeddedEngine, env: Callable[..., Env]
) -> None:
    env(RATE_LIMIT_MAX_REQUESTS=2)
    Ticket.objects.create(number="T-1", name="Eva", subject="Ayuda", message="No entro.", email="e@x.co")
    queue.beat()
    before = figures(api)
    assert [api.post("/chat", {"message": "hola"}).status_code for _ in range(3)] == [200, 200, 429]
    api.generic("INVENTED", "/chat")
    after = figures(api)

    def grew(*key: str) -> float:
        return after.get(key, 0) - before.get(key, 0)

    assert grew("tutorbot_turns_total", "embedded", "ok") == 2
    assert grew("tutorbot_turn_seconds_count", "embedded") == 2
    assert grew("tutorbot_limit_refusals_total", "chat") == 1
    assert grew("django_http_responses_total_by_status_view_method_total", "200", "POST", "chat") == 2
    assert after["tutorbot_tickets_open",] == after["tutorbot_engine_up",] == 1
    assert after["tutorbot_jobs_waiting",] == 0
    assert 0 <= after["tutorbot_worker_silent_seconds",] < 60
    assert not any("INVENTED" in key for key in after)
    assert len([key for key in after if "10.0.0.9" in str(key)]) == 0


@pytest.mark.parametrize(
    ("headers", "values", "status"),
    [
        ({}, {}, 200),
        ({"REMOTE_ADDR": "::1"}, {}, 200),
        ({"REMOTE_ADDR": "203.0.113.9"}, {}, 404),
        ({"REMOTE_ADDR": "10.1.2.3"}, {"METRICS_ALLOWED": "10.0.0.0/8"}, 200),
        ({}, {"METRICS_ALLOWED": "10.0.0.0/8"}, 404),
        ({"HTTP_X_REAL_IP": "203.0.113.9"}, {"TRUSTED_PROXIES": "127.0.0.1"}, 404),
        # a proxy on this machine that nobody named: its clients are not this machine
        ({"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {}, 404),
        ({"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, {"TRUSTED_PROXIES": "127.0.0.1"}, 404),
        ({"HTTP_X_FORWARDED_FOR": "127.0.0.1, 203.0.113.9"}, {"TRUSTED_PROXIES": "127.0.0.1"}, 404),
        (
            {"HTTP_X_FORWARDED_FOR": "10.1.2.3"},
            {"TRUSTED_PROXIES": "127.0.0.1", "METRICS_ALLOWED": "10.1.2.3"},
            200,
        ),
    ],
)
def test_only_allowed_addresses_read_it(
    api: APIClient, env: Callable[..., Env], headers: dict[str, str], values: dict[str, str], status: int
) -> None:
    known = Env(_env_file=None, **values)
    env(METRICS_ALLOWED=known.METRICS_ALLOWED, TRUSTED_PROXIES=known.TRUSTED_PROXIES)
    assert api.get("/metrics", **headers).status_code == status
    assert api.post("/metrics", **headers).status_code == 404


def test_a_queue_that_cannot_be_read_leaves_the_rest_standing(
    api: APIClient, bot: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Any:
        raise OSError

    monkeypatch.setattr(queue, "waiting", broken)
    told = figures(api)
    assert ("tutorbot_jobs_waiting",) not in told
    assert ("tutorbot_tickets_open",) in told
    assert REGISTRY.get_sample_value("tutorbot_lost_turns_total") == told["tutorbot_lost_turns_total",]

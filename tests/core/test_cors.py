from typing import Any

import pytest
from rest_framework.test import APIClient

PANEL = "https://panel.example"


@pytest.fixture(autouse=True)
def _panel(settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = [PANEL]


def test_the_panel_may_call_with_credentials(api: APIClient) -> None:
    response = api.get("/api/ping", HTTP_ORIGIN=PANEL)
    assert response["Access-Control-Allow-Origin"] == PANEL
    assert response["Access-Control-Allow-Credentials"] == "true"
    for name in ("X-Request-ID", "Content-Disposition"):
        assert name.lower() in response["Access-Control-Expose-Headers"].lower()


@pytest.mark.parametrize("origin", ["https://evil.example", "https://panel.example.evil.example", "null"])
def test_others_may_not(api: APIClient, origin: str) -> None:
    assert "Access-Control-Allow-Origin" not in api.get("/api/ping", HTTP_ORIGIN=origin)


def test_a_preflight_is_answered_and_cached_for_a_day(api: APIClient) -> None:
    response = api.options(
        "/api/chat/rasa/rest/webhook",
        HTTP_ORIGIN=PANEL,
        HTTP_ACCESS_CONTROL_REQUEST_METHOD="POST",
        HTTP_ACCESS_CONTROL_REQUEST_HEADERS="authorization,content-type,x-requested-with",
    )
    assert response.status_code == 200
    assert response["Access-Control-Max-Age"] == "86400"
    for name in ("authorization", "content-type", "accept", "x-requested-with", "x-request-id"):
        assert name in response["Access-Control-Allow-Headers"]


def test_errors_and_refusals_can_be_read_by_the_panel(api: APIClient, env: Any, db: None) -> None:
    env(RATE_LIMIT_MAX_REQUESTS=1)
    api.post("/chat", {"message": ""}, HTTP_ORIGIN=PANEL)
    for response in (
        api.post("/chat", {"message": ""}, HTTP_ORIGIN=PANEL),
        api.get("/api/nada", HTTP_ORIGIN=PANEL),
    ):
        assert response.status_code in {404, 429}
        assert response["Access-Control-Allow-Origin"] == PANEL
        assert response["Content-Security-Policy"]
        assert response["X-Request-ID"]

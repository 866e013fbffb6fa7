from typing import Any

from rest_framework.test import APIClient


def test_where_tickets_go_is_told_without_the_address(api: APIClient, env: Any) -> None:
    assert api.get("/api/helpdesk/health").json() == {"ok": True, "kind": "internal", "webhook": "internal"}
    env(HELPDESK_KIND="zammad", HELPDESK_WEBHOOK="https://mesa.example/secret-path")
    answer = api.get("/api/helpdesk/health")
    assert answer.json() == {"ok": True, "kind": "zammad", "webhook": "external"}
    assert "secret-path" not in answer.content.decode()

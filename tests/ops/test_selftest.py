"""The self-test: asked for and looked at by API and in Django admin; what is broken is said in words."""

import csv
import io
import os
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_httpserver import HTTPServer
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.models import Conversation
from apps.core.csv_stream import csv_lines
from apps.logs.models import ChatTurn
from apps.ops.models import SelfTestRun
from apps.ops.selectors import HEADER, rows
from apps.ops.services.selftest import start_self_test

pytestmark = pytest.mark.django_db
PARTS = ["database", "cache", "jobs", "engine", "model", "actions", "mail", "helpdesk", "disk"]
Bearer = Callable[[User], dict[str, str]]


def found(run: SelfTestRun) -> dict[str, tuple[str, str]]:
    run.refresh_from_db()
    return {step["name"]: (step["state"], step["text"]) for step in run.steps}


def test_the_panel_starts_one_and_reads_how_it_went(
    api: APIClient, bot: EmbeddedEngine, soporte: User, bearer: Bearer, committed: Any
) -> None:
    headers = bearer(soporte)
    with committed(execute=True):
        started = api.post("/api/admin/test-all", headers=headers)
        again = api.post("/api/admin/test-all", headers=headers)
    assert started.status_code == 202
    assert started.json()["success"] is True
    assert again.json()["run_id"] == started.json()["run_id"]  # the one that is under way
    (run,) = api.get("/api/admin/test-history", headers=headers).json()
    assert run["run_id"] == started.json()["run_id"]
    assert (run["state"], run["result"], run["success"], run["message"]) == (
        *("done", "ok", True),
        "Todo funciona.",
    )
    assert run["usuario"] == soporte.email
    assert [step["name"] for step in run["steps"]] == PARTS
    assert run["steps"][3]["text"].startswith("Responde a «hola»")
    assert re.fullmatch(r"Quedan [\d.]+,\d GB\.", run["steps"][-1]["text"])
    assert {step["state"] for step in run["steps"]} == {"ok", "skipped"}
    assert not ChatTurn.objects.exists()  # it is nobody's conversation
    assert not Conversation.objects.exists()
    page = api.get("/api/admin/test-history?page=1&page_size=5", headers=headers).json()
    assert (page["total"], page["page"], len(page["items"])) == (1, 1, 1)
    for bad in ("page=0", "page_size=1000000000", "limit=-1", "page=x"):
        assert api.get(f"/api/admin/test-history?{bad}", headers=headers).status_code == 422
    assert api.get("/api/admin/ping", headers=headers).json()["pong"] is True
    lines = list(csv.reader(io.StringIO("".join(csv_lines(HEADER, rows())).lstrip("\ufeff"))))
    assert [line[2] for line in lines[1:]] == [step["title"] for step in run["steps"]]


def test_what_is_broken_is_named_and_the_rest_is_looked_at_all_the_same(
    env: Callable[..., Any], committed: Any, on_rasa: Callable[..., Any], httpserver: HTTPServer
) -> None:
    on_rasa(
        RASA_URL="http://127.0.0.1:9",
        SMTP_SERVER="127.0.0.1",
        ACTION_SERVER_URL="http://127.0.0.1:9/webhook",
        HELPDESK_KIND="zammad",
        HELPDESK_WEBHOOK="http://127.0.0.1:9/casos",
    )
    with committed(execute=True):
        run = start_self_test()
    told = found(run)
    assert (run.state, run.result) == ("done", "fail")
    assert told["engine"] == ("fail", "No responde (engine_unavailable).")
    assert told["model"][0] == told["actions"][0] == "fail"
    assert told["database"][0] == told["helpdesk"][0] == "ok"
    httpserver.expect_request("/health").respond_with_json({"status": "ok"})
    env(ACTION_SERVER_URL=httpserver.url_for("/webhook"))
    with committed(execute=True):
        again = start_self_test()
    assert found(again)["actions"] == ("ok", "Responde.")


def test_one_that_nobody_works_on_says_so_and_a_new_one_may_be_asked_for(
    api: APIClient, admin: User, bearer: Bearer
) -> None:
    run = start_self_test(asked_by=admin)
    SelfTestRun.objects.update(asked_at=timezone.now() - timedelta(seconds=40))
    told = api.get("/api/admin/test-history", headers=bearer(admin)).json()[0]
    assert "manage.py worker" in told["message"]
    assert start_self_test(asked_by=admin) == run
    SelfTestRun.objects.update(asked_at=timezone.now() - timedelta(minutes=3))
    assert start_self_test(asked_by=admin) != run


def test_staff_start_one_in_django_admin_and_see_each_part(
    client: Client, soporte: User, bot: EmbeddedEngine, committed: Any
) -> None:
    client.force_login(soporte)
    listing = reverse("admin:ops_selftestrun_changelist")
    assert "Aquí aparecerá cada autoprueba" in client.get(listing).content.decode()
    with committed(execute=True):
        gone = client.post(reverse("admin:ops_selftestrun_start"))
    page = client.get(gone["Location"]).content.decode()
    assert "Todo funciona." in page
    assert page.count('class="test-result') == len(PARTS)
    assert "Probar ahora" in page
    assert client.get(reverse("admin:ops_selftestrun_start")).status_code == 405
    assert "test-ok" in client.get(listing).content.decode()


def test_the_history_takes_as_many_queries_for_many_runs(
    api: APIClient, admin: User, bearer: Bearer, django_assert_num_queries: Any
) -> None:
    headers, counts = bearer(admin), []
    for many in (1, 20):
        SelfTestRun.objects.bulk_create([SelfTestRun(asked_by=admin) for _ in range(many)])
        with CaptureQueriesContext(connection) as captured:
            api.get("/api/admin/test-history", headers=headers)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_restart_makes_every_process_load_the_model_anew(
    api: APIClient, bot: EmbeddedEngine, admin: User, soporte: User, bearer: Bearer, models_dir: Any
) -> None:
    other = EmbeddedEngine(models_dir, store=bot._store, check_seconds=0.0)  # another process
    mine, theirs = bot.active(), other.active()
    answer = api.post("/api/admin/restart", headers=bearer(admin))
    assert answer.status_code == 200
    assert answer.json()["model_name"] == mine.version
    assert "vuelven a leer el modelo" in answer.json()["message"]
    assert other.active() is not theirs
    assert other.active().version == theirs.version
    assert other.active() is other.active()  # once
    assert api.post("/api/admin/restart", headers=bearer(soporte)).status_code == 403
    pointer = models_dir / "active.json"
    kept = pointer.read_bytes()
    os.rename(pointer, models_dir / "away.json")
    try:
        refused = api.post("/api/admin/restart", headers=bearer(admin))
        assert (refused.status_code, refused.json()["code"]) == (409, "no_active_model")
        assert other.active().version == theirs.version  # what it has goes on answering
    finally:
        (models_dir / "away.json").unlink()
        pointer.write_bytes(kept)

"""Error reports: none without SENTRY_DSN; with it, what broke and nothing about whom."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tutorbot.reporting import without_people

SCRIPT = """
import django, json, logging, sys
django.setup()
before = "sentry_sdk" in sys.modules
if before:
    import sentry_sdk
    from sentry_sdk.transport import Transport
    class Kept(Transport):
        def capture_envelope(self, envelope):
            sent.append(envelope.get_event())
    sent = []
    sentry_sdk.get_client().transport = Kept()
    from django.conf import settings
    from django.urls import path
    from django.views.decorators.csrf import csrf_exempt
    from werkzeug.test import Client
    from tutorbot.wsgi import application
    import tutorbot.urls
    @csrf_exempt
    def broken(request):
        secreto = "clave de Ana"
        raise RuntimeError("se rompió")
    tutorbot.urls.urlpatterns.insert(0, path("broken", broken))
    client = Client(application)
    client.set_cookie("rt", "galleta-secreta")
    answer = client.post("/broken?token=secreto-1", json={"password": "secreto-2"},
        headers={"Authorization": "Bearer secreto-3", "X-Request-ID": "peticion-1"},
        environ_base={"REMOTE_ADDR": "203.0.113.9"})
    print(json.dumps([answer.status_code, sent]))
else:
    print(json.dumps(None))
"""


@pytest.mark.slow
@pytest.mark.parametrize("dsn", ["", "https://llave@sentry.example/7", "https://sentry.example/"])
def test_reports_go_only_where_they_are_wanted_and_name_nobody(dsn: str, project_root: Path) -> None:
    env = {**os.environ, "SENTRY_DSN": dsn, "LOG_LEVEL": "CRITICAL"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=project_root, env=env, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    if not dsn:
        assert told is None
    elif "llave" in dsn:
        status, sent = told
        assert status == 500
        text = json.dumps(sent, ensure_ascii=False)
        assert "se rompió" in text
        assert sent[0]["tags"]["rid"] == "peticion-1"
        assert sent[0]["request"] == {"method": "POST", "url": "http://localhost/broken"}
        assert not [word for word in ("secreto", "galleta", "Ana", "203.0.113.9") if word in text]


def test_of_log_lines_and_database_errors_only_the_kind_is_sent() -> None:
    record = logging.makeLogRecord({"msg": {"event": "job_failed", "exc_info": "Key (email)=(ana@x.co)"}})
    values = [
        {"type": "UniqueViolation", "module": "psycopg.errors", "value": "Key (email)=(ana@x.co)"},
        {"type": "IntegrityError", "module": "django.db.utils", "value": "Key (email)=(ana@x.co)"},
        {"type": "RuntimeError", "module": None, "value": "se rompió"},
    ]
    event = {"logentry": {"message": str(record.msg), "params": []}, "exception": {"values": values}}
    sent = without_people(event, {"log_record": record})
    assert sent["logentry"] == {"message": "job_failed"}
    assert [one["value"] for one in sent["exception"]["values"]] == ["", "", "se rompió"]
    plain = logging.makeLogRecord({"msg": "no hay %s", "args": ("ana@x.co",)})
    assert without_people({"logentry": {}}, {"log_record": plain})["logentry"] == {"message": "no hay %s"}

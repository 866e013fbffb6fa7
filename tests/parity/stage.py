"""Both bots, each behind a back end of its own: the embedded engine, and real Rasa with its action server."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.bench.servers import running, tutorbot
from tests.servers.processes import free_port
from tests.servers.rasa_venv import ROOT, rasa_python

TOKEN = "paridad-0123456789-0123456789"
STUDENT = "ana.paridad@ejemplo.edu.co"
STUDENT_ID = "6f1d0a52-1f5c-4b8e-9a39-0d6a52f10001"
PEOPLE = f'''
from datetime import date
from apps.accounts.models import Certificate, StudentRecord, Tutor, User
from apps.accounts.services.tokens import issue_access_token
user = User.objects.create_user("{STUDENT}", "Clave-segura-42", nombre="Ana Rojas", pk="{STUDENT_ID}")
User.objects.filter(pk=user.pk).update(email_verified=True)
tutor = Tutor.objects.create(nombre="Rosa Peña", email="rosa.paridad@ejemplo.edu.co", horario="Lunes, 8:00")
record = StudentRecord.objects.create(
    email=user.email, nombre="Ana Rojas", programa="Técnico en Sistemas", ficha="2700114", tutor=tutor,
    estado="en_formacion", fecha_inicio=date(2026, 2, 2), fecha_fin=date(2027, 8, 2))
for number, kind in enumerate(("estudio", "notas")):
    Certificate.objects.create(
        student=record, tipo=kind, programa="Técnico en Sistemas", nombre=f"Constancia {{number + 1}}",
        fecha_emision=date(2026, 5, 4 + number), url=f"https://zajuna.example/certificados/{{number + 1}}")
print("token:" + issue_access_token(user=user))
'''
UNTOLD = frozenset({"session_started_metadata", "soporte_key", "encuesta_key"})
"""Slots that differ by their nature: keys of once-only writes are made anew each time."""


@dataclass(frozen=True)
class Understood:
    """What an engine kept of a turn."""

    intent: str | None
    is_form_answer: bool
    slots: dict[str, Any]
    form: str | None


class Side:
    """One bot to talk to."""

    def __init__(self, name: str, port: int, data_dir: Path, token: str, rasa: int | None = None) -> None:
        self.name, self._port, self._token, self._rasa = name, port, token, rasa
        self._database = data_dir / "tutorbot.sqlite3"

    def say(self, sender: str, text: str, is_known: bool) -> list[dict[str, Any]]:
        headers = {"Content-Type": "application/json"}
        if is_known:
            headers["Authorization"] = f"Bearer {self._token}"
        body = json.dumps({"sender": sender, "message": text}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}/api/chat", body, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            messages: list[dict[str, Any]] = json.loads(answer.read())
        return messages

    def understood(self, sender: str) -> Understood:
        slots, form = self._of_tracker(sender) if self._rasa else self._of_state(sender)
        return Understood(*self._logged(sender), told(slots), form)

    def _logged(self, sender: str) -> tuple[str | None, bool]:
        """As staff see it. Behind Rasa it is added when the answer is out."""
        until = time.monotonic() + 3
        while True:
            rows = self._rows(
                "select intent, is_form_answer from logs_chatturn where sender_id = ?"
                " order by timestamp desc limit 1",
                sender,
            )
            intent, is_form_answer = rows[0] if rows else (None, False)
            if intent is not None or time.monotonic() > until:
                return intent, bool(is_form_answer)
            time.sleep(0.02)

    def _of_tracker(self, sender: str) -> tuple[dict[str, Any], str | None]:
        path = f"/conversations/{quote(sender, safe='')}/tracker?include_events=NONE"
        with urllib.request.urlopen(f"http://127.0.0.1:{self._rasa}{path}", timeout=30) as answer:
            tracker = json.loads(answer.read())
        return tracker["slots"], (tracker.get("active_loop") or {}).get("name")

    def _of_state(self, sender: str) -> tuple[dict[str, Any], str | None]:
        rows = self._rows("select state from chat_conversation where sender_id = ?", sender)
        kept = json.loads(rows[0][0]) if rows and rows[0][0] else {}
        return kept.get("slots", {}), kept.get("active_loop")

    def _rows(self, query: str, sender: str) -> list[Any]:
        with closing(sqlite3.connect(self._database, timeout=10)) as database:
            return database.execute(query, [sender]).fetchall()


def told(slots: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in slots.items() if name not in UNTOLD and value is not None}


@contextmanager
def both(folder: Path) -> Iterator[tuple[Side, Side]]:
    """The embedded side, then Rasa's. Everything is ended with the block."""
    python = rasa_python()
    project = folder / "rasa"
    shutil.copytree(ROOT / "rasa", project, ignore=shutil.ignore_patterns("__pycache__", ".rasa", "models"))
    model = train(python, project)
    with ExitStack() as stack:
        embedded = _back_end(stack, folder / "embedded")
        ports = {name: free_port() for name in ("rasa", "actions")}
        url = f"http://127.0.0.1:{ports['rasa']}"
        rasa = _back_end(stack, folder / "behind-rasa", rasa_port=ports["rasa"], RASA_URL=url)
        actions = {
            **_quiet(),
            "BACKEND_URL": f"http://127.0.0.1:{rasa._port}",
            "HELPDESK_TOKEN": TOKEN,
            "ACTION_SERVER_PORT": str(ports["actions"]),
        }
        command = [str(python), "-m", "actions.server", "--port", str(ports["actions"])]
        stack.enter_context(
            running(command, actions, ports["actions"], folder / "actions.log", cwd=project, seconds=60)
        )
        env = {**_quiet(), "ACTION_SERVER_URL": f"http://127.0.0.1:{ports['actions']}/webhook"}
        command = [str(python), "-m", "rasa", "run", "--enable-api", "--model", str(model)]
        command += ["--interface", "127.0.0.1", "--port", str(ports["rasa"])]
        stack.enter_context(
            running(command, env, ports["rasa"], folder / "rasa.log", cwd=project, seconds=240)
        )
        _wait_for_model(url)
        yield embedded, rasa


def train(python: Path, project: Path) -> Path:
    """The model that `rasa train` makes of the project. Raises SystemExit with Rasa's last words."""
    command = [str(python), "-m", "rasa", "train", "--domain", "domain", "--fixed-model-name", "parity"]
    done = subprocess.run(command, cwd=project, env=_quiet(), capture_output=True, text=True, check=False)
    model = project / "models" / "parity.tar.gz"
    if done.returncode or not model.exists():
        raise SystemExit(f"rasa train failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return model


def _back_end(stack: ExitStack, data_dir: Path, rasa_port: int | None = None, **settings: str) -> Side:
    data_dir.mkdir(parents=True)
    settings = {"HELPDESK_TOKEN": TOKEN, "RASA_TIMEOUT_MS": "30000", **settings}
    server = stack.enter_context(tutorbot(data_dir, workers=1, threads=4, **settings))
    made = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", PEOPLE],
        env=server.env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise SystemExit(f"no people:\n{made.stderr[-3000:]}")
    token = made.stdout.partition("token:")[2].strip()
    return Side("Rasa" if rasa_port else "embedded", server.port, data_dir, token, rasa_port)


def _quiet() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "2", "SANIC_WORKERS": "1"}


def _wait_for_model(url: str) -> None:

    until = time.monotonic() + 240
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/status", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass
        time.sleep(1)
    raise SystemExit("Rasa has no model after four minutes")

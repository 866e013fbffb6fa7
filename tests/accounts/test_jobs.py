"""The queue and its worker."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.accounts.models import User
from apps.accounts.services import mails
from apps.core import jobs
from apps.core.db import atomic
from apps.core.job_queue import Queue, make_queue, worker_name
from tests.servers.processes import CannotStart, redis_server, skip_or_fail


@pytest.fixture
def made() -> Iterator[Callable[..., Queue]]:
    """Queues with a job `note` that says what it was called with."""
    queues = []

    def make(file: Path, redis_url: str = "") -> Queue:
        queue = make_queue(immediate=False, file=file, redis_url=redis_url)
        queue.worker, queue.said = "w1", []
        queue.note = queue.task(retries=1)(lambda text: queue.said.append(text))
        queues.append(queue)
        return queue

    yield make
    for queue in queues:
        queue.storage.close()


def work(queue: Queue) -> None:
    while (task := queue.dequeue()) is not None:
        queue.execute(task)


def test_importing_opens_no_file_and_a_job_waits_in_one(made: Any, tmp_path: Path) -> None:
    file = tmp_path / "data" / "jobs.sqlite3"
    first = made(file)
    assert not file.exists()
    first.note("hola")
    assert file.exists()
    second = made(file)  # another process
    work(second)
    assert second.said == ["hola"]
    assert second.storage.result_items() == {}


def test_a_job_whose_worker_died_is_taken_up_at_the_next_start(made: Any, tmp_path: Path) -> None:
    queue = made(tmp_path / "jobs.sqlite3")
    die_while_working(queue)
    assert queue.pending() == []
    other = made(tmp_path / "jobs.sqlite3")
    other.worker = "w2"
    assert other.take_up() == 0  # another machine's
    assert queue.take_up() == 1
    work(queue)
    assert queue.said == ["hola"]
    assert queue.take_up() == 0


def test_a_job_that_kills_its_worker_is_given_up(
    made: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    queue = made(tmp_path / "jobs.sqlite3")
    die_while_working(queue)
    for _ in range(3):
        assert queue.take_up() == 1
        task = queue.dequeue()
        queue.storage.put_data(f"taken:w1:{task.id}", queue.serialize_task(task))
    assert queue.take_up() == 0
    assert "job_given_up" in caplog.text
    assert queue.storage.result_items() == {}


def die_while_working(queue: Queue) -> None:
    """What a killed process leaves: the job is out of the queue, and noted as taken."""
    queue.note("hola")
    task = queue.dequeue()
    queue.storage.put_data(f"taken:w1:{task.id}", queue.serialize_task(task))


def test_what_was_not_signed_here_is_not_read(
    made: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    queue = made(tmp_path / "jobs.sqlite3")
    queue.storage.put_data("taken:w1:x", b"cos\nsystem\n(S'touch /tmp/x'\ntR.:0000")
    assert queue.take_up() == 0
    assert "job_unreadable" in caplog.text


@pytest.mark.redis
def test_redis_keeps_jobs_too(made: Any, tmp_path: Path) -> None:
    try:
        with redis_server() as url:
            queue = made(tmp_path / "none.sqlite3", url)
            die_while_working(queue)
            assert queue.take_up() == 1
            queue.note("dos")
            work(queue)
            assert sorted(queue.said) == ["dos", "hola"]
            assert queue.storage.result_items() == {}
            queue.storage.conn.close()
    except CannotStart as reason:
        skip_or_fail(reason)
    assert not (tmp_path / "none.sqlite3").exists()


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_a_job_is_put_into_the_queue_when_the_transaction_is_over(student: User, mailoutbox: Any) -> None:
    with atomic():
        mails.request_password_reset(email=student.email)
        assert mailoutbox == []
    assert len(mailoutbox) == 1
    with suppress(ZeroDivisionError), atomic():
        mails.request_password_reset(email=student.email)
        raise ZeroDivisionError
    assert len(mailoutbox) == 1


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_cannot_be_written_to_is_told_and_breaks_no_finished_work(
    student: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, client: Any
) -> None:
    broken = make_queue(immediate=False, file=Path("/proc/none/jobs.sqlite3"))
    monkeypatch.setattr(jobs, "queue", broken)
    with pytest.raises(jobs.JobsUnavailable):
        mails.request_password_reset(email=student.email)
    answer = client.post("/forgot-password", {"email": student.email}, headers={"Accept": "text/html"})
    assert answer.status_code == 503
    User.objects.update(email_verified=False)
    mails.request_email_confirmation(user=student)
    with atomic():
        User.objects.update(nombre="Ana María")
        mails.request_password_reset(email=student.email)
    assert User.objects.get().nombre == "Ana María"
    assert caplog.text.count("job_not_enqueued") == 4
    assert student.email not in caplog.text


def test_one_worker_per_data_folder_under_a_lasting_name(tmp_path: Path) -> None:
    with worker_name(tmp_path) as name, pytest.raises(BlockingIOError), worker_name(tmp_path):
        pass
    with worker_name(tmp_path) as again:
        assert again == name


def test_there_is_no_worker_where_jobs_are_done_at_once() -> None:
    with pytest.raises(CommandError, match="al momento"):
        call_command("worker")


@pytest.mark.slow
def test_a_real_worker_sends_what_another_process_asked_for_and_ends_gracefully(
    project_root: Path, tmp_path: Path
) -> None:
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tutorbot.settings",
        "APP_ENV": "dev",
        "DATA_DIR": str(tmp_path),
        "PUBLIC_URL": "https://bot.example",
    }
    manage = [sys.executable, "manage.py"]
    ask = (
        "from apps.accounts.models import User; from apps.accounts.services import mails\n"
        "User.objects.create_user('ana@ejemplo.edu.co', 'x')\n"
        "mails.request_password_reset(email='ana@ejemplo.edu.co')"
    )
    for command in (["migrate", "-v0"], ["shell", "-v0", "-c", ask]):
        subprocess.run([*manage, *command], cwd=project_root, env=env, check=True, capture_output=True)
    log = tmp_path / "worker.log"
    with log.open("w") as out:
        worker = subprocess.Popen([*manage, "worker"], cwd=project_root, env=env, stdout=out, stderr=out)
        deadline = time.monotonic() + 30
        while "mail_sent" not in log.read_text():
            assert time.monotonic() < deadline, log.read_text()
            assert worker.poll() is None, log.read_text()
            time.sleep(0.1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(15) == 0
    said = log.read_text()
    assert "https://bot.example/reset-password?token=" in said
    assert "Traceback" not in said
    with sqlite3.connect(tmp_path / "jobs.sqlite3") as file:
        assert [file.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("task", "kv")] == [0, 0]
    file.close()


def test_connections_are_closed_after_a_job(
    made: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, transactional_db: None
) -> None:
    monkeypatch.setattr(jobs, "queue", made(tmp_path / "jobs.sqlite3"))
    connection.ensure_connection()
    jobs._framed(lambda: User.objects.count())()
    assert connection.connection is None

"""How gunicorn serves: threads, processes and address from the environment (tutorbot/env.py)."""

import os
import shutil
import tempfile
from contextlib import suppress
from typing import Any

from tutorbot.env import read_env
from tutorbot.web_worker import read_the_rest

env = read_env()

bind = f"{env.HOST}:{env.PORT}"
workers = env.WEB_CONCURRENCY
threads = env.WEB_THREADS
worker_class = "tutorbot.web_worker.DrainingWorker"
timeout = 60
graceful_timeout = 20
keepalive = 5
limit_request_line = 8190
accesslog = None  # the access line is the application's own
errorlog = "-"
loglevel = "warning"
proc_name = "tutorbot"
forwarded_allow_ips = ""  # proxies are TRUSTED_PROXIES' matter, in the application

_OWN_METRICS = env.WEB_CONCURRENCY > 1 and "PROMETHEUS_MULTIPROC_DIR" not in os.environ


def on_starting(server: Any) -> None:
    """Several processes count in files of one folder, so that any of them can tell the sum (GET /metrics)."""
    if _OWN_METRICS:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="tutorbot-metrics-")


def child_exit(server: Any, worker: Any) -> None:
    """What a process counted stays in the sums; what it said of itself goes with it."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess

        with suppress(OSError):
            multiprocess.mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    if _OWN_METRICS:
        shutil.rmtree(os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""), ignore_errors=True)


def post_worker_init(worker: Any) -> None:
    """Loads the bot before the first student writes, and the holidays before the first asks for a person."""
    from django.utils import timezone

    from apps.chat.engine import get_engine
    from apps.helpdesk.business_time import holidays_of

    get_engine().status()
    holidays_of(timezone.localdate().year)


def post_request(worker: Any, req: Any, environ: dict[str, Any], resp: Any) -> None:
    if "gunicorn.socket" in environ:
        read_the_rest(environ["gunicorn.socket"], req.body)


def when_ready(server: Any) -> None:
    """Says where everything is, once it answers."""
    host = "127.0.0.1" if env.HOST in {"0.0.0.0", "::"} else env.HOST  # noqa: S104 - compared, not bound
    base = f"http://{host}:{env.PORT}"
    lines = [
        "",
        f"  Chat     {base}/chat-embed.html",
        f"  API      {base}/api/chat",
        f"  Docs     {base}/docs",
        f"  Admin    {base}/admin/",
        "",
        "  Prueba:",
        f"  curl -s {base}/chat -H 'Content-Type: application/json' -d '{{\"message\": \"hola\"}}'",
        "",
        "  Ctrl+C para terminar.",
        "",
    ]
    print("\n".join(lines), flush=True)  # noqa: T201 - for the person at the terminal

"""How everything is, in one word and a line for each part: here, or as a running server says it over HTTP."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.clients.outside import Limits, OutsideError, exchange
from apps.ops.services.steps import LOOKS, TITLES, Finding, Result, look

OK, DEGRADED, DOWN = "ok", "degraded", "down"
VITAL = frozenset({"database", "migrations", "server"})
"""Without these nobody is served; without another part something is missing."""
LIMITS = Limits(connect=3.0, whole=15.0, max_bytes=65_536)
SERVER_TITLES = {
    "server": gettext_lazy("Servidor web"),
    "migrations": gettext_lazy("Migraciones"),
    "helpdesk": gettext_lazy("Mesa de ayuda"),
}
"""Of what a server says, beside the titles of the parts."""
Checks = list[dict[str, Any]]


def local_health() -> Checks:
    """Every part, looked at from this process."""
    return [look(name, step) for name, step in LOOKS.items()]


def server_health(base: str) -> Checks:
    """What the server at this address says of itself."""
    base = base.rstrip("/")
    found = [look("server", lambda: _lives(base))]
    if found[0]["state"] == Result.FAIL:
        return found
    status, ready = _asked(f"{base}/api/health/ready")
    words: Mapping[str, str] = ready.get("checks", {})
    found += [look(name, partial(_word, word)) for name, word in words.items()]
    if not words:
        text = _("/api/health/ready contesta %(status)d.") % {"status": status}
        found.append(look("database", lambda: Finding(Result.FAIL, text)))
    return [*found, look("helpdesk", lambda: _lives(f"{base}/api/helpdesk"))]


def word_of(checks: Checks) -> str:
    """`down` when a vital part fails, `degraded` when another does; a warning changes nothing."""
    failed = {check["name"] for check in checks if check["state"] == Result.FAIL}
    return DOWN if failed & VITAL else DEGRADED if failed else OK


def title_of(name: str) -> str:
    titles: dict[str, Any] = {**TITLES, **SERVER_TITLES}
    return str(titles.get(name, name))


def _lives(base: str) -> Finding:
    status, body = _asked(f"{base}/health")
    if status == 200 and body.get("ok") is True:
        return Finding(Result.OK, _("Responde."))
    reason = _("contesta %(status)d") % {"status": status} if status else body["error"]
    return Finding(Result.FAIL, _("No responde bien (%(reason)s).") % {"reason": reason})


def _word(word: str) -> Finding:
    return Finding(Result.OK if word == OK else Result.FAIL, word)


def _asked(url: str) -> tuple[int, dict[str, Any]]:
    """Status and body; 0 and the reason when there was no answer."""
    try:
        answer = exchange("GET", url, LIMITS)
        body = json.loads(answer.body)
    except OutsideError as error:
        return 0, {"error": error.word}
    except ValueError:
        return answer.status, {}
    return answer.status, body if isinstance(body, dict) else {}

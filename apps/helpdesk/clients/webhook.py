"""The outside helpdesk: one signed POST, and what its answer means (docs/outside-helpdesk.md)."""

import hashlib
import hmac
import time
from dataclasses import dataclass

from django.conf import settings

from apps.core.checks.rules import is_private_way
from apps.core.clients.outside import Limits, OutsideError, exchange

LIMITS = Limits(connect=3.0, whole=10.0, max_bytes=64 * 1024)
TRIED_AGAIN = frozenset({408, 425, 429})
ALREADY_THERE = 409
"""Says that it has this delivery: as good as taken."""
MAX_RETRY_AFTER = 3 * 3600


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt. `word` is "" when it was taken; `status` None without an answer."""

    is_delivered: bool
    is_final: bool
    word: str = ""
    status: int | None = None
    retry_after: int = 0


def delivers_outside() -> bool:
    """Whether both halves of the pair are set; one alone is named by `manage.py check`."""
    env = settings.ENV
    return env.HELPDESK_KIND != "internal" and bool(env.HELPDESK_WEBHOOK)


def is_safe(url: str) -> bool:
    """Personal data leaves this machine's neighbourhood under TLS alone, except in dev and test."""
    return settings.ENV.APP_ENV in {"dev", "test"} or is_private_way(url)


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """`v1=` and the HMAC-SHA256, in hexadecimal, of `<timestamp>.<body>`."""
    digest = hmac.new(secret.encode(), b"%d." % timestamp + body, hashlib.sha256)
    return f"v1={digest.hexdigest()}"


def send(*, delivery_id: str, event: str, attempt: int, body: bytes) -> Outcome:
    """Never raises for what the other side does. Takes 10 s at most, and follows no redirect."""
    env = settings.ENV
    if not is_safe(env.HELPDESK_WEBHOOK):
        return Outcome(is_delivered=False, is_final=False, word="not_https")
    timestamp = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": delivery_id,
        "X-Tutorbot-Delivery": delivery_id,
        "X-Tutorbot-Event": event,
        "X-Tutorbot-Attempt": str(attempt),
        "X-Tutorbot-Timestamp": str(timestamp),
    }
    if env.HELPDESK_WEBHOOK_SECRET:
        headers["X-Tutorbot-Signature"] = sign(env.HELPDESK_WEBHOOK_SECRET, timestamp, body)
    try:
        answer = exchange("POST", env.HELPDESK_WEBHOOK, LIMITS, headers=headers, body=body)
    except OutsideError as error:
        return Outcome(is_delivered=False, is_final=False, word=error.word)
    return outcome_of(answer.status, answer.headers.get("retry-after", ""))


def outcome_of(status: int, retry_after: str = "") -> Outcome:
    """2xx and 409 are taken; 408, 425, 429, 5xx and redirects are tried again; other 4xx never."""
    if 200 <= status < 300 or status == ALREADY_THERE:
        return Outcome(is_delivered=True, is_final=True, status=status)
    wait = min(int(retry_after), MAX_RETRY_AFTER) if retry_after.isdecimal() else 0
    if status in TRIED_AGAIN:
        return Outcome(False, False, "busy", status, wait)
    if 300 <= status < 400:
        return Outcome(False, False, "redirect", status)
    if 400 <= status < 500:
        return Outcome(False, True, "refused", status)
    return Outcome(False, False, "server_error", status, wait)

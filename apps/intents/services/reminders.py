"""Once a week, a mail to everybody who answers for an answer that is past its dates."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.roles import STAFF
from apps.accounts.services.mails import absolute, mail_job, send_template
from apps.core.jobs import JobsUnavailable, daily
from apps.intents.models import Answer
from apps.intents.selectors import response_of
from apps.intents.stale import said_of_dates, stale_answers

log = structlog.get_logger("tutorbot.mails")
SUBJECT = _("Respuestas por revisar en %(brand)s")
MONDAY = "1"
KEPT_SECONDS = timedelta(days=2).total_seconds()
MAX_SHOWN = 50


@daily(hour=7, minute=30, weekdays=MONDAY)
def remind_owners() -> None:
    """A mail for each owner; of several workers the first one asks for it."""
    today = timezone.localdate()
    owners = stale_answers().filter(intent__owner__isnull=False)
    for owner in sorted(owners.values_list("intent__owner_id", flat=True).distinct(), key=str):
        if cache.add(f"stale-answers:{owner}:{today}", 1, KEPT_SECONDS):
            _ask_for(str(owner))


@mail_job
def send_reminder(owner_id: str) -> None:
    """Nothing when there is nothing any more, or for somebody who is no longer staff."""
    owner = User.objects.filter(pk=UUID(owner_id), is_active=True, rol__in=STAFF).first()
    if owner is None:
        return
    rows = list(stale_answers().filter(intent__owner=owner).select_related("intent"))
    if rows:
        rows.sort(key=lambda row: (row.intent.name, row.position))
        send_template(owner, "stale_answers", SUBJECT, lambda: _values(rows))


def _ask_for(owner: str) -> None:
    try:
        send_reminder.later(owner)
    except JobsUnavailable:  # the log has it; the list in the admin too
        return


def _values(rows: Sequence[Answer]) -> dict[str, Any]:
    today = timezone.localdate().isoformat()
    answers = [
        {
            "intent": row.intent.title or row.intent.name,
            "text": Truncator(row.text).chars(80),
            "said": said_of_dates(response_of(row), today),
            "url": absolute(reverse("admin:intents_intent_change", args=[row.intent_id])),
        }
        for row in rows[:MAX_SHOWN]
    ]
    page = f"{reverse('admin:intents_intent_changelist')}?falta=review&responsable={rows[0].intent.owner_id}"
    return {"answers": answers, "count": len(rows), "link": absolute(page)}

"""What the worker does for this app; its command imports every app's tasks."""

import structlog

from apps.core.jobs import daily, every
from apps.helpdesk.services.bot import purge_kept
from apps.helpdesk.services.deliveries import deliver, sweep_deliveries
from apps.helpdesk.services.mails import mail_requester, mail_team, mail_to_tutor
from apps.helpdesk.services.waiting import look_after_waiting

__all__ = [
    "deliver",
    "look_after_conversations",
    "mail_requester",
    "mail_team",
    "mail_to_tutor",
    "purge_half_done",
    "send_due_deliveries",
]
log = structlog.get_logger("tutorbot.bot")


@daily(hour=3, minute=40)
def purge_half_done() -> None:
    log.info("half_done_purged", **purge_kept())


@every(minutes=2)
def look_after_conversations() -> None:
    done = look_after_waiting()
    if any(done.values()):
        log.info("waiting_looked_after", **done)


@every(minutes=1)
def send_due_deliveries() -> None:
    sweep_deliveries()

"""What the worker does for this app; its command imports every app's tasks."""

import structlog

from apps.core.jobs import daily, minutely
from apps.helpdesk.services.bot import purge_kept
from apps.helpdesk.services.deliveries import deliver, sweep_deliveries
from apps.helpdesk.services.mails import mail_to_tutor

__all__ = ["deliver", "mail_to_tutor", "purge_half_done", "send_due_deliveries"]
log = structlog.get_logger("tutorbot.bot")


@daily(hour=3, minute=40)
def purge_half_done() -> None:
    log.info("half_done_purged", **purge_kept())


@minutely()
def send_due_deliveries() -> None:
    sweep_deliveries()

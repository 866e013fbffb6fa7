"""What the worker does for this app; its command imports every app's tasks."""

import structlog

from apps.core.jobs import daily
from apps.helpdesk.services.bot import purge_kept
from apps.helpdesk.services.mails import mail_requester, mail_team, mail_to_tutor

__all__ = ["mail_requester", "mail_team", "mail_to_tutor", "purge_half_done"]
log = structlog.get_logger("tutorbot.bot")


@daily(hour=3, minute=40)
def purge_half_done() -> None:
    log.info("half_done_purged", **purge_kept())

"""What the worker does for this app; its command imports every app's tasks."""

import structlog

from apps.accounts.services.mails import send_email_confirmation, send_invitation, send_password_reset
from apps.accounts.services.purge import purge_over
from apps.core.jobs import hourly

__all__ = ["purge_sessions", "send_email_confirmation", "send_invitation", "send_password_reset"]
log = structlog.get_logger("tutorbot.sessions")


@hourly(minute=17)
def purge_sessions() -> None:
    log.info("sessions_purged", **purge_over())

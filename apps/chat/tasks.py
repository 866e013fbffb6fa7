"""What the worker does for this app; its command imports every app's tasks."""

import structlog

from apps.chat.services.recordings import purge_recordings
from apps.core.jobs import daily

__all__ = ["purge_old_recordings"]
log = structlog.get_logger("tutorbot.voice")


@daily(hour=3, minute=50)
def purge_old_recordings() -> None:
    log.info("recordings_purged", **purge_recordings())

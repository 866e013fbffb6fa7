"""What the worker does for this app; its command imports every app's tasks."""

import structlog

from apps.core.jobs import daily, hourly
from apps.logs.erasure import erase_data
from apps.logs.exports.services import expire_exports
from apps.logs.exports.work import make_export, take_up_exports
from apps.logs.purging import purge_all

__all__ = ["erase_data", "expire_old_exports", "make_export", "purge_old", "take_up_dead_exports"]
log = structlog.get_logger("tutorbot.exports")


@daily(hour=3, minute=10)
def purge_old() -> None:
    purge_all()


@hourly(minute=11)
def expire_old_exports() -> None:
    log.info("exports_expired", count=expire_exports())


@hourly(minute=13)
def take_up_dead_exports() -> None:
    take_up_exports()

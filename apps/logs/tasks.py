"""What the worker does for this app; its command imports every app's tasks."""

from apps.core.jobs import daily
from apps.logs.erasure import erase_data
from apps.logs.purging import purge_all

__all__ = ["erase_data", "purge_old"]


@daily(hour=3, minute=10)
def purge_old() -> None:
    purge_all()

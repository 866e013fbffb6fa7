"""What the worker does for this app; its command imports every app's tasks."""

from apps.core.jobs import daily
from apps.stats.services import count_missing_days

__all__ = ["close_day", "count_missing_days"]


@daily(hour=0, minute=12)
def close_day() -> None:
    """After midnight, and after what still came in for the day before."""
    count_missing_days()

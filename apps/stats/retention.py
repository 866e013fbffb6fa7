"""What retention leaves of the past: from which day on all turns are still there."""

from datetime import date


def purged_before() -> date | None:
    """Of earlier days turns were deleted: their figures stay as they are. None: nothing was deleted."""
    return None

"""What retention leaves of the past: from which day on all turns are still there."""

from datetime import date

from django.utils import timezone

from apps.logs.models import PurgeRun


def purged_before() -> date | None:
    """Of earlier days turns were deleted: their figures stay as they are. None: nothing was deleted.

    Of a run that was cut short too: it may have deleted up to its moment.
    """
    last = PurgeRun.objects.filter(kind="turns", is_dry=False).order_by("-before").first()
    return timezone.localtime(last.before).date() if last else None

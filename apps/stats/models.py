"""What is kept of a day, so that nobody counts its turns again."""

from django.db import models
from django.utils import timezone

from apps.core.fields import UUIDModel


class DayStats(UUIDModel):
    """A local day's figures. `until`: only turns before that moment are in it; none for a closed day.

    `people` and `conversations` are keys of who wrote (crowds.py), to count a range's people once; they go
    with the rows that they were made of, and what stays names nobody.
    """

    day = models.DateField(unique=True)
    figures = models.TextField()
    people = models.BinaryField(default=b"")
    conversations = models.BinaryField(default=b"")
    helped = models.BinaryField(default=b"")
    until = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    """Whoever counted something else meanwhile does not write over it."""
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=["day"], name="day_stats_day"),)  # MongoDB's unique index is partial

    def __str__(self) -> str:
        return self.day.isoformat()

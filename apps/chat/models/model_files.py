"""The bot's models in the database, for machines that share no disk."""

from django.db import models
from django.utils import timezone

from apps.core.fields import UUIDModel


class ModelFilePart(UUIDModel):
    """A piece of a file of an engine's folder of models; the pointer to the active one is such a file."""

    name = models.CharField(max_length=200)
    number = models.PositiveIntegerField(default=0)
    content = models.BinaryField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name", "number")
        constraints = (models.UniqueConstraint(fields=["name", "number"], name="model_part_once"),)
        indexes = (
            models.Index(
                fields=["name", "number"], name="model_part_name"
            ),  # MongoDB's unique index is partial
        )

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

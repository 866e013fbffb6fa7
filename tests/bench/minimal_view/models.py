"""The same columns and indexes as the chat log's."""

import uuid

from django.db import models


class Turn(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    timestamp = models.DateTimeField(db_index=True)
    day = models.DateField()
    request_id = models.CharField(max_length=64, db_index=True)
    sender_id = models.CharField(max_length=128)
    user_id = models.UUIDField(null=True, db_index=True)
    user_message = models.TextField()
    bot_response = models.JSONField(default=list)
    intent = models.CharField(max_length=128, null=True)  # noqa: DJ001
    confidence = models.FloatField(null=True)
    is_fallback = models.BooleanField(default=False)
    engine = models.CharField(max_length=16)
    model_version = models.CharField(max_length=128)
    error = models.CharField(max_length=32, null=True)  # noqa: DJ001
    latency_ms = models.PositiveIntegerField(default=0)
    endpoint = models.CharField(max_length=128)
    ip = models.CharField(max_length=45)
    user_agent = models.CharField(max_length=300)
    origen = models.CharField(max_length=16)
    metadata = models.JSONField(default=dict)

    class Meta:
        app_label = "minimal_view"
        indexes = (
            models.Index(fields=["day", "intent"], name="minimal_day_intent"),
            models.Index(fields=["sender_id", "timestamp"], name="minimal_sender"),
        )

    def __str__(self) -> str:
        return self.user_message

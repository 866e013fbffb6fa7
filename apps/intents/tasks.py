"""What the worker does for this app; its command imports every app's tasks."""

from apps.intents.services.training.ci import dispatch_ci
from apps.intents.services.training.work import train_bot

__all__ = ["dispatch_ci", "train_bot"]

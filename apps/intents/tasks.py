"""What the worker does for this app; its command imports every app's tasks."""

from apps.intents.services.reminders import remind_owners, send_reminder

__all__ = ["remind_owners", "send_reminder"]

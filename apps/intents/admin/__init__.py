"""What the bot knows in Django admin, and what it was trained to."""

from apps.intents.admin import conversations, intents, review, trainings, versions  # noqa: F401

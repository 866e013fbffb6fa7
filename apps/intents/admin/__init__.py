"""What the bot knows in Django admin."""

from apps.intents.admin import conversations, intents  # noqa: F401

"""What the bot knows in Django admin."""

from apps.intents.admin import conversations, intents, review  # noqa: F401

"""What the bot knows in Django admin."""

from apps.intents.admin import intents, review  # noqa: F401

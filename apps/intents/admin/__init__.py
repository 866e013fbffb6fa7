"""What the bot knows in Django admin."""

from apps.intents.admin import intents  # noqa: F401

"""What the bot is made of, and every way of changing it."""

from apps.intents.services.project import build_project, is_trained_on

__all__ = ["build_project", "is_trained_on"]

"""What the bot is made of, and every way of changing it."""

from apps.intents.services.importing import import_intents
from apps.intents.services.project import build_project, is_trained_on
from apps.intents.services.sync import sync_from_files

__all__ = ["build_project", "import_intents", "is_trained_on", "sync_from_files"]

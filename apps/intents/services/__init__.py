"""What the bot is made of, and every way of changing it."""

from apps.intents.services.importing import import_intents
from apps.intents.services.project import build_project
from apps.intents.services.sync import sync_from_files

__all__ = ["build_project", "import_intents", "sync_from_files"]

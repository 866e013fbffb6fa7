"""What the bot is made of: the one place that puts the bot project together."""

from django.conf import settings

from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.project import BotProject
from apps.intents.botproject.loader import load_project


def build_project() -> BotProject:
    """The project that both engines train on, from the files in rasa/. Raises ProjectError."""
    return load_project(settings.BASE_DIR / "rasa")


def is_trained_on(engine: EmbeddedEngine, project: BotProject) -> bool:
    """Whether the engine's active model was made from just this project."""
    return engine.active_data_hash() == project.data_hash()

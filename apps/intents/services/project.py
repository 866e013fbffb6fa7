"""What the bot is made of: the one place that puts the bot project together."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.project import BotProject
from apps.intents.botproject.loader import load_project
from apps.intents.knowledge import join
from apps.intents.selectors import known_intents


def project_files() -> BotProject:
    """The project in rasa/, read again only when a file of it has changed. Raises ProjectError."""
    folder = settings.BASE_DIR / "rasa"
    files = sorted(file for kind in ("*.yml", "*.yaml") for file in folder.rglob(kind))
    return _read(folder, tuple((str(file), file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=1)
def _read(folder: Path, stamps: tuple[tuple[str, int], ...]) -> BotProject:
    return load_project(folder)


def build_project() -> BotProject:
    """The project that both engines train on: staff's intents, and the rest from rasa/. Raises ProjectError.

    As long as no intent is in the database, the files alone.
    """
    files, known = replace(project_files(), time_zone=settings.TIME_ZONE), known_intents()
    return join(files, known) if known else files


def is_trained_on(engine: EmbeddedEngine, project: BotProject) -> bool:
    """Whether the engine's active model was made from just this project."""
    return engine.active_data_hash() == project.data_hash()

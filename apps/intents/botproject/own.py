"""rasa/ of this installation, read again only when a file of it has changed."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from apps.chat.engines.project import BotProject
from apps.intents.botproject.loader import load_with_source
from apps.intents.botproject.source import Source


def own_files() -> tuple[BotProject, Source]:
    """The project, and its files as they are written. Raises ProjectError."""
    folder = settings.BASE_DIR / "rasa"
    files = sorted(file for kind in ("*.yml", "*.yaml") for file in folder.rglob(kind))
    return _read(folder, tuple((str(file), file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=1)
def _read(folder: Path, stamps: tuple[tuple[str, int], ...]) -> tuple[BotProject, Source]:
    return load_with_source(folder)

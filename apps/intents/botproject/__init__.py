"""The bot project as developers write it: a folder of Rasa 3.1 YAML."""

from apps.intents.botproject.findings import ProjectError
from apps.intents.botproject.loader import load_project, load_with_source
from apps.intents.botproject.source import Source

__all__ = ["ProjectError", "Source", "load_project", "load_with_source"]

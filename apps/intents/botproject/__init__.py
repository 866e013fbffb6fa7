"""The bot project as developers write it: a folder of Rasa 3.1 YAML."""

from apps.intents.botproject.findings import ProjectError
from apps.intents.botproject.loader import load_project, read_project

__all__ = ["ProjectError", "load_project", "read_project"]

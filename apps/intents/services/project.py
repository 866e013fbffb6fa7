"""What the bot is made of: the one place that puts the bot project together."""

from dataclasses import replace

from django.conf import settings

from apps.chat.engines.project import BotProject
from apps.intents.botproject.own import own_files
from apps.intents.knowledge import join
from apps.intents.selectors import known_intents


def project_files() -> BotProject:
    """The project in rasa/. Raises ProjectError."""
    return own_files()[0]


def build_project() -> BotProject:
    """The project that both engines train on: staff's intents, and the rest from rasa/. Raises ProjectError.

    As long as no intent is in the database, the files alone.
    """
    files, known = replace(project_files(), time_zone=settings.TIME_ZONE), known_intents()
    return join(files, known) if known else files

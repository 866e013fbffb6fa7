"""How intents are called on buttons, in the bot's languages."""

from django.core.cache import cache

from apps.chat.engine import uses_rasa
from apps.chat.engines.titles import titles_in
from apps.core.errors import Unavailable
from apps.intents.botproject.findings import ProjectError
from apps.intents.services.loading import model_if_any
from apps.intents.services.project import build_project

KEPT_SECONDS = 60


def known_titles() -> dict[str, dict[str, str]]:
    """Of the model that answers; with Rasa, of what is known here, a minute old at most.

    Raises Unavailable when there is neither.
    """
    model = None if uses_rasa() else model_if_any()
    if model is not None:
        return titles_in(model.dialogue.project)
    try:
        titles = cache.get_or_set("intent-titles", lambda: titles_in(build_project()), KEPT_SECONDS)
    except ProjectError as error:
        raise Unavailable from error
    return dict(titles or {})

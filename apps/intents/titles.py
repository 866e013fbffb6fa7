"""How intents are called on buttons, in the bot's languages."""

from collections.abc import Iterator

from django.core.cache import cache

from apps.chat.engine import uses_rasa
from apps.chat.engines.project import BotProject
from apps.core.errors import Unavailable
from apps.intents.botproject.findings import ProjectError
from apps.intents.services.loading import model_if_any
from apps.intents.services.project import build_project

LANGUAGE_SLOT = "idioma"
ENGLISH = "en"
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


def titles_in(project: BotProject) -> dict[str, dict[str, str]]:
    """`{intent: {"es": its title, "en"?: what the first English button for it says}}`; without a title: not
    offered."""
    english: dict[str, str] = {}
    for intent, title in _english_buttons(project):
        english.setdefault(intent, title)
    titled = {name: intent.title for name, intent in project.intents.items() if intent.title}
    return {
        name: {"es": title, **({"en": english[name]} if name in english else {})}
        for name, title in titled.items()
    }


def _english_buttons(project: BotProject) -> Iterator[tuple[str, str]]:
    for variations in project.responses.values():
        for answer in variations:
            if answer.conditions.get(LANGUAGE_SLOT) != ENGLISH:
                continue
            for button in answer.buttons:
                payload = str(button.get("payload") or "")
                if payload.startswith("/"):
                    yield payload[1:], str(button["title"])

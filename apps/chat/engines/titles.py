"""How the intents of a bot project are called on buttons, in its two languages."""

from collections import Counter
from collections.abc import Iterator

from apps.chat.engines.project import BotProject, Response

LANGUAGE_SLOT = "idioma"
ENGLISH = "en"


def titles_in(project: BotProject) -> dict[str, dict[str, str]]:
    """`{intent: {"es": its title, "en"?: what English buttons call it}}`; without a title: not offered.

    Of its English buttons that whose Spanish twin says the title, or else the most frequent one: an intent is
    also called "Back" and "No, thanks" somewhere.
    """
    calls = list(_english_calls(project))
    return {
        name: {"es": intent.title, **_english(name, intent.title, calls)}
        for name, intent in project.intents.items()
        if intent.title
    }


def _english(name: str, title: str, calls: list[tuple[str, str, set[str]]]) -> dict[str, str]:
    twins = Counter(english for intent, english, spanish in calls if intent == name and title in spanish)
    found = twins or Counter(english for intent, english, _spanish in calls if intent == name)
    return {ENGLISH: found.most_common(1)[0][0]} if found else {}


def _english_calls(project: BotProject) -> Iterator[tuple[str, str, set[str]]]:
    """Intent, title, and what Spanish variations say at the same place for the same intent."""
    for variations in project.responses.values():
        spanish = [_buttons(one) for one in variations if not _is_english(one)]
        for answer in filter(_is_english, variations):
            for place, (intent, title) in enumerate(_buttons(answer)):
                there = [one[place] for one in spanish if place < len(one)]
                yield intent, title, {called for twin, called in there if twin == intent}


def _is_english(response: Response) -> bool:
    return bool(response.conditions.get(LANGUAGE_SLOT) == ENGLISH)


def _buttons(response: Response) -> list[tuple[str, str]]:
    """Intent and title, those of its cards too; an intent is "" for what leads elsewhere."""
    cards = (response.custom or {}).get("cards") or []
    all_buttons = [*response.buttons, *(b for card in cards for b in card.get("buttons") or [])]
    payloads = [(str(button.get("payload") or ""), str(button.get("title"))) for button in all_buttons]
    return [(payload[1:] if payload.startswith("/") else "", title) for payload, title in payloads]

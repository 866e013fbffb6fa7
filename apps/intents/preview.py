"""An answer of the bot as the student sees it, for pages of staff."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.chat.engines.base import Message

AUTH_NEEDED = "auth_needed"
SAFE_LINKS = ("https://", "http://", "mailto:", "tel:", "/")


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: it says a payload, or opens an address."""

    title: str
    payload: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    title: str
    subtitle: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """`texts` are bubbles; `custom` is JSON that the chat page does not draw."""

    texts: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()
    choices: tuple[Choice, ...] = ()
    """Under the whole answer, as in the chat."""
    needs_login: bool = False
    custom: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.texts or self.images or self.cards or self.custom)


def preview_of(messages: Iterable[Message]) -> Preview:
    texts, images, cards, choices, custom = [], [], [], [], []
    needs_login = False
    for message in messages:
        texts += [str(message["text"])] if message.get("text") else []
        images += [str(message["image"])] if message.get("image") else []
        choices += choices_of(message.get("buttons"))
        own = message.get("custom")
        if isinstance(own, Mapping) and own.get("type") == AUTH_NEEDED:
            needs_login = True
            texts += [str(own["message"])] if own.get("message") and not texts else []
        elif isinstance(own, Mapping) and isinstance(own.get("cards"), list):
            cards += [_card(card) for card in own["cards"] if isinstance(card, Mapping)]
        elif own:
            custom.append(json.dumps(own, ensure_ascii=False))
        if message.get("attachment"):
            custom.append(json.dumps(message["attachment"], ensure_ascii=False))
    return Preview(tuple(texts), tuple(images), tuple(cards), tuple(choices), needs_login, tuple(custom))


def choices_of(buttons: Any) -> list[Choice]:
    """Buttons that can be drawn; an address that no browser should open is left out."""
    found = []
    for button in buttons if isinstance(buttons, list | tuple) else ():
        if isinstance(button, Mapping) and button.get("title"):
            url = str(button.get("url") or "")
            link = url if url.lower().startswith(SAFE_LINKS) else ""
            found.append(Choice(str(button["title"]), str(button.get("payload") or ""), link))
    return found


def _card(card: Mapping[str, Any]) -> Card:
    title, subtitle = (str(card.get(name) or "") for name in ("title", "subtitle"))
    return Card(title, subtitle, tuple(choices_of(card.get("buttons"))))

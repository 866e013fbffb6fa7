"""What answers may say and when: their days, their buttons and their links."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from apps.chat.engines.project import EXPIRED, EXPIRED_ANSWER, Response

SAFE_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:|/|\{)", re.IGNORECASE)
MISSING_ANSWER = "Todavía no tengo una respuesta para esto. Escribe «menú» para ver en qué te ayudo."


def valid_on(responses: Mapping[str, tuple[Response, ...]], day: date) -> dict[str, tuple[Response, ...]]:
    """What may be said on a day, for an engine that knows no dates: nothing is left without an answer.

    Where no variation is left that speaks in any case, it is said that the answer is being looked over.
    """
    today = day.isoformat()
    instead = tuple(undated(one) for one in responses.get(EXPIRED, ())) or (EXPIRED_ANSWER,)

    def of(variations: tuple[Response, ...]) -> tuple[Response, ...]:
        valid = tuple(undated(one) for one in variations if one.is_valid_on(today))
        was_always_said = any(not one.conditions for one in variations)
        is_always_said = any(not one.conditions for one in valid)
        return valid if valid and (is_always_said or not was_always_said) else (*valid, *instead)

    return {
        name: instead if name == EXPIRED else of(variations) if variations else ()
        for name, variations in responses.items()
    }


def undated(answer: Response) -> Response:
    return replace(answer, valid_from="", valid_until="", review_by="")


def is_button(value: Any) -> bool:
    """Whether the loader would take it: a title, and something to send or an address to open."""
    if not isinstance(value, dict) or not isinstance(value.get("title"), str):
        return False
    return bool(value["title"].strip() and (value.get("payload") or value.get("url")))


def is_safe_address(url: Any) -> bool:
    """Whether a client may open it: no script, no data; a path or a slot's value is the site's own matter."""
    return isinstance(url, str) and bool(SAFE_ADDRESS.match(url.strip()))

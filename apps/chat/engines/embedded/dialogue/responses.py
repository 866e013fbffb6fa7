"""Says a response: picks a variation, fills in slots, shapes it as Rasa's REST channel does."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from apps.chat.engines.base import Message
from apps.chat.engines.embedded.store import ConversationState
from apps.chat.engines.project import EXPIRED, EXPIRED_ANSWER, Response

CHANNEL = "rest"
_PLACEHOLDER = re.compile(r"([ \t]?)\{([A-Za-z_]\w*)\}")

BUILT_IN = {
    "utter_default": (Response(text="No te entendí bien. ¿Me lo cuentas con otras palabras?"),),
    "utter_need_auth": (
        Response(
            text="Para eso necesito que inicies sesión en la plataforma.",
            custom={"type": "auth_needed", "message": "Inicia sesión para continuar."},
        ),
    ),
    EXPIRED: (EXPIRED_ANSWER,),
}
"""Said when the project has none of its own: a student is never left without an answer."""


class Responder:
    def __init__(self, responses: Mapping[str, tuple[Response, ...]]) -> None:
        self._responses = {**BUILT_IN, **{name: found for name, found in responses.items() if found}}

    def __contains__(self, name: str) -> bool:
        return name in self._responses

    def utter(self, name: str, state: ConversationState, sender: str, day: str = "") -> list[Message]:
        """Nothing for an unknown name, or when no variation is for this channel and these slots.

        Of a `day` only what is valid then is said; where that leaves nothing, that it is being looked over.
        """
        variations = self._responses.get(name, ())
        valid = [not day or variation.is_valid_on(day) for variation in variations]
        index = _choose(variations, state.slots, state.used.get(name), valid)
        if index is not None:
            state.used[name] = index
            return _shape(variations[index], state.slots, sender)
        if _choose(variations, state.slots, None) is None:
            return []
        return self.utter(EXPIRED, state, sender) or _shape(EXPIRED_ANSWER, state.slots, sender)


def _choose(
    variations: tuple[Response, ...],
    slots: Mapping[str, Any],
    last: int | None,
    valid: Sequence[bool] | None = None,
) -> int | None:
    """Rasa's order: this channel before any, and within it what has conditions before what has none.

    Among equals it is the one after that said last, so that none follows itself.
    """
    for channel in (CHANNEL, ""):
        for conditional in (True, False):
            fitting = [
                index
                for index, variation in enumerate(variations)
                if (valid is None or valid[index])
                and variation.channel == channel
                and bool(variation.conditions) is conditional
                and _holds(variation.conditions, slots)
            ]
            if fitting:
                return next((index for index in fitting if last is not None and index > last), fitting[0])
    return None


def _holds(conditions: Mapping[str, Any], slots: Mapping[str, Any]) -> bool:
    return all(_equal(slots.get(name), wanted) for name, wanted in conditions.items())


def _equal(value: Any, wanted: Any) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return value.casefold() == wanted.casefold()
    return bool(value == wanted)


def _shape(response: Response, slots: Mapping[str, Any], sender: str) -> list[Message]:
    parts = [*_text_parts(response, slots)]
    for key in ("custom", "image", "attachment"):
        value = getattr(response, key)
        if value:
            parts.append({key: fill(value, slots)})
    return [{"recipient_id": sender, **part} for part in parts]


def _text_parts(response: Response, slots: Mapping[str, Any]) -> Iterable[Message]:
    """A blank line begins a new message, unless there are buttons."""
    text = fill(response.text, slots).strip()
    if response.buttons:
        return [{"text": text, "buttons": [fill(button, slots) for button in response.buttons]}]
    return [{"text": part.strip()} for part in text.split("\n\n") if part.strip()]


def fill(template: Any, slots: Mapping[str, Any]) -> Any:
    """The template with `{slot}` replaced, in nested values too; unknown or empty slots are left out.

    Values are put in once and never looked at again, so braces in them mean nothing. Inside an intent payload
    they are escaped as JSON asks.
    """
    if isinstance(template, str):
        escape = template.startswith("/") and '{"' in template
        return _PLACEHOLDER.sub(lambda found: _filled(found, slots, escape), template)
    if isinstance(template, Mapping):
        return {key: fill(value, slots) for key, value in template.items()}
    if isinstance(template, list | tuple):
        return [fill(item, slots) for item in template]
    return template


def _filled(found: re.Match[str], slots: Mapping[str, Any], escape: bool) -> str:
    value = _readable(slots.get(found[2]))
    if escape:
        value = json.dumps(value, ensure_ascii=False)[1:-1]
    return found[1] + value if value else ""


def _readable(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(_readable, value)))
    return "" if isinstance(value, dict) else str(value)

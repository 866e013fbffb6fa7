"""Says a response: picks a variation, fills in slots, shapes it as Rasa's REST channel does."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from apps.chat.engines.base import Message
from apps.chat.engines.project import EXPIRED, EXPIRED_ANSWER, Response

CHANNEL = "rest"
_NO_FIELDS: Mapping[str, Any] = {}
_PLACEHOLDER = re.compile(r"([ \t]?)\{([A-Za-z_]\w*)\}")

BUILT_IN = {
    "utter_default": (Response(text="No te entendí bien. ¿Me lo cuentas con otras palabras?"),),
    "utter_need_auth": (
        Response(
            text="Para eso necesito que inicies sesión en la plataforma.",
            custom={"type": "auth_needed", "message": "Inicia sesión para continuar."},
        ),
    ),
    "utter_action_failed": (
        Response(text="Algo falló de mi lado y no sé si alcanzó a hacerse. Podemos seguir."),
    ),
    EXPIRED: (EXPIRED_ANSWER,),
}
"""Said when the project has none of its own: a student is never left without an answer."""


class Responder:
    def __init__(self, responses: Mapping[str, tuple[Response, ...]]) -> None:
        self._responses = {**BUILT_IN, **{name: found for name, found in responses.items() if found}}

    def __contains__(self, name: str) -> bool:
        return name in self._responses

    def draft(
        self,
        name: str,
        slots: Mapping[str, Any],
        used: dict[str, int],
        day: str = "",
        fields: Mapping[str, Any] = _NO_FIELDS,
    ) -> dict[str, Any] | None:
        """The response, filled in: by slots, and before them by `fields`. `used` remembers the variation.

        None for an unknown name, or when no variation is for this channel and these slots. Of a `day` only
        what is valid then is said; where that leaves nothing, that it is being looked over.
        """
        variations = self._responses.get(name, ())
        valid = [not day or variation.is_valid_on(day) for variation in variations]
        index = _choose(variations, slots, used.get(name), valid)
        if index is not None:
            used[name] = index
            return _filled_in(variations[index], {**slots, **fields})
        if _choose(variations, slots, None) is None:
            return None
        return self.draft(EXPIRED, slots, used) or _filled_in(EXPIRED_ANSWER, slots)


def messages_of(event: Mapping[str, Any], sender: str) -> list[Message]:
    """What the bot uttered, as messages of the REST channel."""
    data = event.get("data") or {}
    parts = [*_text_parts(event.get("text") or "", data.get("buttons") or [])]
    parts += [{key: data[key]} for key in ("custom", "image", "attachment") if data.get(key)]
    parts += [_element(element) for element in data.get("elements") or []]
    return [{"recipient_id": sender, **part} for part in parts]


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


def _filled_in(response: Response, values: Mapping[str, Any]) -> dict[str, Any]:
    parts = {key: getattr(response, key) for key in ("custom", "image", "attachment")}
    return {
        "text": fill(response.text, values).strip(),
        "buttons": [fill(button, values) for button in response.buttons],
        **{key: fill(value, values) for key, value in parts.items() if value},
    }


def _text_parts(text: str, buttons: Sequence[Any]) -> Iterable[Message]:
    """A blank line begins a new message, unless there are buttons."""
    if buttons:
        return [{"text": text, "buttons": list(buttons)}]
    return [{"text": part.strip()} for part in text.split("\n\n") if part.strip()]


def _element(element: Mapping[str, Any]) -> Message:
    text = f"{element.get('title', '')} : {element.get('subtitle', '')}"
    return {"text": text, "buttons": list(element.get("buttons") or ())}


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

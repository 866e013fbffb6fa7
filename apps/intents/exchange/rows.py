"""One row of an imported file, whatever the format, and answers as plain values."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.chat.engines.project import DATES, Response, is_day
from apps.core.errors import Invalid
from apps.core.text import printable
from apps.intents.botproject import Source
from apps.intents.knowledge import TEXTS, IntentData, is_button

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
MAX_DEPTH = 20
MAX_INT = 10**18
FLAGS = frozenset({"requires_auth", "is_active"})
FIELDS = frozenset({"examples", "answers", *TEXTS}) | FLAGS
_YES = frozenset({"true", "1", "si", "sí", "yes", "x", "verdadero"})
_NO = frozenset({"false", "0", "no", "falso"})


@dataclass(frozen=True, slots=True)
class ImportRow:
    """Part or all of an intent. What is not in `given` stays as it is; `error` says why it is unusable."""

    line: int
    data: IntentData
    given: frozenset[str] = FIELDS
    error: str = ""


class ImportRows:
    """The rows of a file, as often as they are asked for, and `notes` on what it has that is no intent."""

    def __init__(
        self,
        read: Callable[[], Iterable[ImportRow]],
        notes: Sequence[str] = (),
        source: Source | None = None,
    ) -> None:
        """`source` is the project of a Rasa file or folder as it is written."""
        self._read = read
        self.notes = tuple(notes)
        self.source = source

    def __iter__(self) -> Iterator[ImportRow]:
        return iter(self._read())


def flag_of(value: Any) -> bool | None:
    """None for a blank. Raises Invalid."""
    word = str(value if value is not None else "").strip().lower()
    if not word:
        return None
    if word in _YES or word in _NO:
        return word in _YES
    raise Invalid(_("«%(value)s» no es sí ni no. Escribe true o false.") % {"value": word[:40]})


def answer_of(value: Any) -> Response:
    """An answer from a text or from an object with a Rasa response's keys. Raises Invalid."""
    if isinstance(value, str):
        return Response(text=printable(value).strip())
    if not isinstance(value, Mapping):
        raise _wrong("responses")
    return Response(
        text=_text(value, "text"),
        buttons=tuple(_buttons(value.get("buttons"))),
        image=_text(value, "image"),
        custom=_object(value, "custom") or None,
        attachment=plain_json(value.get("attachment")),
        channel=_text(value, "channel"),
        conditions=_object(value, "conditions"),
        **{name: day_of(value.get(name)) for name in DATES},
    )


def value_of(answer: Response) -> str | dict[str, Any]:
    """The inverse of `answer_of`: an object only when the answer is more than its text."""
    found = {
        "text": answer.text,
        "buttons": list(answer.buttons),
        "image": answer.image,
        "custom": answer.custom,
        "attachment": answer.attachment,
        "channel": answer.channel,
        "conditions": answer.conditions,
        **{name: getattr(answer, name) for name in DATES},
    }
    kept = {key: value for key, value in found.items() if value not in (None, "", [], {})}
    return answer.text if set(kept) <= {"text"} else kept


def day_of(value: Any) -> str:
    """A day as 2026-05-31, "" for none. Raises Invalid."""
    text = "" if value is None else value.strip() if isinstance(value, str) else repr(value)
    if not text or is_day(text):
        return text
    raise Invalid(_("«%(value)s» no es una fecha. Escríbela como 2026-05-31.") % {"value": text[:40]})


def plain_json(value: Any, depth: int = 0) -> Any:
    """The value, cleaned. Raises Invalid for what some database or YAML could not hold."""
    if depth > MAX_DEPTH:
        raise Invalid(_("Hay demasiados niveles en una respuesta. Simplifícala."))
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [plain_json(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return {printable(str(key)): plain_json(item, depth + 1) for key, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        raise _wrong("responses")
    if isinstance(value, int) and abs(value) >= MAX_INT:
        raise Invalid(_("Hay un número demasiado grande. Escríbelo entre comillas."))
    return value


def _buttons(value: Any) -> list[dict[str, Any]]:
    buttons = [] if value is None else plain_json(value)
    if not isinstance(buttons, list) or not all(map(is_button, buttons)):
        raise Invalid(_("Un botón lleva «title» y además «payload» o «url». Corrígelo."))
    return buttons


def _text(value: Mapping[str, Any], key: str) -> str:
    text = value.get(key)
    if text is not None and not isinstance(text, str):
        raise _wrong(key)
    return printable(text or "").strip()


def _object(value: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = plain_json(value.get(key))
    if found is not None and not isinstance(found, dict):
        raise _wrong(key)
    return found or {}


def _wrong(key: str) -> Invalid:
    return Invalid(_("«%(key)s» no tiene la forma esperada. Corrígelo.") % {"key": key})

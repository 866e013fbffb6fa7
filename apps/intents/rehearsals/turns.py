"""Turns of a saved conversation: their shape, and what is refused in them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from apps.chat.engines.base import BotReply
from apps.core.errors import Invalid
from apps.core.text import printable

MAX_TURNS, MAX_SAY = 50, 500
MAX_TEXTS, MAX_TEXT = 30, 10_000
"""Of messages and of buttons in one turn, and of each of them."""
MAX_INTENT = 128
KEYS = frozenset({"say", "verified", "intent", "messages", "buttons"})


@dataclass(frozen=True, slots=True)
class Turn:
    """What is said, and what is expected or was answered. An intent of None: nothing is known of it."""

    say: str
    verified: bool = False
    intent: str | None = None
    messages: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()

    @property
    def expects(self) -> bool:
        return self.intent is not None or bool(self.messages or self.buttons)

    @property
    def as_said(self) -> "Turn":
        """Without what follows."""
        return Turn(self.say, self.verified)

    def answered(self, reply: BotReply) -> "Turn":
        """The same words with this answer."""
        texts = tuple(str(message["text"]) for message in reply.messages if message.get("text"))
        titles = tuple(
            str(button.get("title", ""))
            for message in reply.messages
            for button in message.get("buttons") or ()
        )
        return replace(self, intent=reply.intent, messages=texts, buttons=titles)

    def told(self) -> str:
        """What is expected, or was answered, in one line."""
        parts = [self.intent or "–", *(f"«{text}»" for text in self.messages)]
        return " · ".join([*parts, *(f"[{title}]" for title in self.buttons)])

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"messages": list(self.messages), "buttons": list(self.buttons)}


def turns_of(rows: Any) -> tuple[Turn, ...]:
    """What the database holds; whatever is not of the shape is left out."""
    found = []
    for row in rows if isinstance(rows, list) else ():
        try:
            found.append(_turn(row))
        except ValueError:
            continue
    return tuple(found)


def read_turns(value: Any) -> tuple[Turn, ...]:
    """What somebody sends. Raises Invalid (fields `turns` and `turns.1`, `turns.2`…) naming the turn."""
    if not isinstance(value, list) or not value:
        raise Invalid.field("turns", _("Envía una lista con al menos un turno."))
    if len(value) > MAX_TURNS:
        raise Invalid.field("turns", _("Son demasiados turnos; el máximo es de %d.") % MAX_TURNS)
    turns, errors = [], []
    for number, row in enumerate(value, 1):
        try:
            turns.append(_turn(row))
        except ValueError as error:
            text = _("Turno %(number)d: %(problem)s") % {"number": number, "problem": error}
            errors.append({"field": f"turns.{number}", "code": "invalid", "message": text})
    if errors:
        raise Invalid(errors=errors)
    return tuple(turns)


def _turn(row: Any) -> Turn:
    """Raises ValueError with what to tell the person."""
    if not isinstance(row, Mapping):
        raise ValueError(_("debe ser un objeto."))
    if unknown := set(row) - KEYS:
        raise ValueError(_("«%s» no es un dato de un turno.") % str(sorted(map(str, unknown))[0])[:40])
    verified = row.get("verified", False)
    if not isinstance(verified, bool):
        raise ValueError(_("«verified» es true o false."))
    intent = row.get("intent")
    return Turn(
        say=" ".join(_text(row.get("say"), "say", MAX_SAY).split()),  # it is written in one line
        verified=verified,
        intent=None if intent is None else _text(intent, "intent", MAX_INTENT),
        messages=_texts(row.get("messages", []), "messages"),
        buttons=_texts(row.get("buttons", []), "buttons"),
    )


def _text(value: Any, name: str, longest: int) -> str:
    if not isinstance(value, str):
        raise ValueError(_("falta «%s», o no es un texto.") % name)
    text = printable(value).strip()
    if not text:
        raise ValueError(_("«%s» está vacío.") % name)
    if len(text) > longest:
        raise ValueError(
            _("«%(name)s» tiene más de %(longest)d caracteres.") % {"name": name, "longest": longest}
        )
    return text


def _texts(value: Any, name: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError(_("«%s» es una lista de textos.") % name)
    if len(value) > MAX_TEXTS:
        raise ValueError(_("«%(name)s» tiene más de %(most)d textos.") % {"name": name, "most": MAX_TEXTS})
    return tuple(_text(one, name, MAX_TEXT) for one in value)


def to_json(turns: Iterable[Turn]) -> list[dict[str, Any]]:
    return [turn.to_json() for turn in turns]

"""Saved conversations from real ones: personal data is masked, and somebody looks before it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.chat.engines.embedded.model import LoadedModel
from apps.core.errors import Invalid, NotFound
from apps.core.text import printable
from apps.intents.models import SavedConversation
from apps.intents.rehearsal_selectors import said_by
from apps.intents.rehearsals.privacy import mask
from apps.intents.rehearsals.turns import MAX_SAY, Turn, read_turns, to_json
from apps.intents.services.rehearsals import create_conversation

MAX_TURNS = 30


@dataclass(frozen=True, slots=True)
class DraftTurn:
    """What would be kept of a message, and what was taken out of it."""

    turn: Turn
    emails: int = 0
    numbers: int = 0
    links: int = 0
    is_cut: bool = False

    @property
    def is_masked(self) -> bool:
        return bool(self.emails or self.numbers or self.links)


def draft_from_sender(sender_id: str) -> list[DraftTurn]:
    """The sender's last thirty messages, masked. Raises NotFound when there are none."""
    said = said_by(sender_id, MAX_TURNS)
    drafts = [_draft(turn) for turn in said if printable(turn.say).strip()]
    if not drafts:
        raise NotFound(_("No hay mensajes de ese remitente."))
    return drafts


def save_from_sender(
    sender_id: str,
    *,
    name: str,
    turns: Sequence[Any] | None = None,
    created_by: Any = None,
    model: LoadedModel | None = None,
) -> SavedConversation:
    """`turns` as somebody left them after looking at the draft; without them, the draft itself.

    Raises Invalid when personal data is still in them, NotFound, and as create_conversation.
    """
    rows = to_json(draft.turn for draft in draft_from_sender(sender_id)) if turns is None else list(turns)
    refuse_personal_data(read_turns(rows))
    return create_conversation(
        name=name,
        description=_("De una conversación real; los datos personales se ocultaron."),
        turns=rows,
        created_by=created_by,
        model=model,
    )


def refuse_personal_data(turns: Sequence[Turn]) -> None:
    """Raises Invalid (fields turns.1…) for e-mails, long numbers and links with data."""
    text = _("Turno %d: hay un correo, un número largo o un enlace con datos. Cámbialo por uno inventado.")
    errors = [
        {"field": f"turns.{number}", "code": "personal_data", "message": text % number}
        for number, turn in enumerate(turns, 1)
        if mask(turn.say).is_changed
    ]
    if errors:
        raise Invalid(errors=errors)


def _draft(turn: Turn) -> DraftTurn:
    masked = mask(" ".join(printable(turn.say).split()))
    kept = Turn(masked.text[:MAX_SAY].strip(), turn.verified)
    is_cut = len(masked.text) > MAX_SAY
    return DraftTurn(kept, masked.emails, masked.numbers, masked.links, is_cut)

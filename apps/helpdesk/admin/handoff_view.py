"""A conversation as the person reads it who may answer: what was said, who has it, what can be done."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.chat.models import MAX_LINE, Conversation, Owner
from apps.chat.services.handoff import is_held_by
from apps.helpdesk.said import Said, latest_said

ANSWER = "chat.answer_conversation"


@dataclass(frozen=True, slots=True)
class StaffView:
    row: Conversation
    items: Sequence[Said]
    may_answer: bool
    is_mine: bool
    is_live: bool
    back: str
    """The page that its buttons lead back to."""

    @classmethod
    def of(
        cls,
        row: Conversation,
        request: HttpRequest,
        items: Sequence[Said],
        *,
        is_live: bool = True,
        back: str = "",
    ) -> StaffView:
        person: Any = request.user
        may = person.has_perm(ANSWER)
        mine = is_held_by(row, person)
        return cls(row, items, may, mine, is_live, back or request.get_full_path())

    @property
    def is_others(self) -> bool:
        return self.row.owner == Owner.PERSON and self.row.agent_id is not None and not self.is_mine

    @property
    def is_queued(self) -> bool:
        return self.row.owner == Owner.QUEUE

    @property
    def may_return(self) -> bool:
        return self.is_mine or self.row.is_waiting

    @property
    def state(self) -> str:
        """Changes with whoever answers: what the page shows of it is then drawn anew."""
        since = self.row.owner_since
        return f"{self.row.owner}:{self.row.agent_id or ''}:{since.timestamp() if since else ''}"

    @property
    def cursor(self) -> str:
        return self.items[-1].at.isoformat() if self.items else timezone.now().isoformat()

    @property
    def key(self) -> str:
        """Of the next answer: sent twice it is one."""
        return secrets.token_hex(12)

    @property
    def most(self) -> int:
        return MAX_LINE

    @property
    def state_text(self) -> str:
        if self.is_mine:
            return _("La tienes tú: lo que escribas aquí le llega al estudiante en el chat.")
        if self.is_others:
            return _("La tiene %(name)s.") % {"name": self.row.agent}
        if self.row.is_waiting:
            return _("El estudiante espera a una persona.")
        return _("Responde el bot.")


def staff_view(sender: str, request: HttpRequest) -> StaffView | None:
    """For a case's page; None where there is no conversation, or it may not be read."""
    person: Any = request.user
    if not sender or not person.has_perm("chat.view_conversation"):
        return None
    row = Conversation.objects.select_related("agent").filter(sender_id=sender).first()
    return StaffView.of(row, request, latest_said(sender)) if row is not None else None

"""Who answers a conversation: the bot, a queue, a person. Each step is one conditional write and one line."""

import hashlib
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.chat.conversation_texts import public_name
from apps.chat.models import MAX_LINE, Conversation, ConversationLine, Owner
from apps.chat.senders import is_own_conversation
from apps.core import audit
from apps.core.db import lock_rows, run_atomically
from apps.core.errors import Conflict, Invalid
from apps.core.text import printable

log = structlog.get_logger("tutorbot.handoff")
Kind = ConversationLine.Kind
BOT, QUEUED, HELD = Q(owner=Owner.BOT), Q(owner=Owner.QUEUE), Q(owner=Owner.PERSON)
LEFT_BEHIND = HELD & Q(agent=None)
"""By somebody whose account is gone."""


def hand_over(*, sender: str, by: User | None = None, note: str = "") -> Conversation:
    """Into the queue; who waits or talks to a person already goes on so. `note`: how long it takes.

    Raises Invalid for those who give no sender: they share no conversation.
    """
    if not is_own_conversation(sender):
        raise Invalid.field("sender", _("Para hablar con una persona hace falta una conversación propia."))
    row = Conversation.objects.filter(sender_id=sender).first() or _created(sender)
    _move(row, BOT, to=Owner.QUEUE, kind=Kind.QUEUED, by=by, text=note)
    return _fresh(row)


def _created(sender: str) -> Conversation:
    try:
        return Conversation.objects.create(sender_id=sender)
    except IntegrityError:  # its first turn made it just now
        return Conversation.objects.get(sender_id=sender)


def take(*, conversation: Conversation, by: User, instead_of: UUID | None = None) -> Conversation:
    """`by` answers from now on; taking it from a colleague names that colleague. Raises Conflict.

    Of two at once one wins; the other reads who.
    """
    free = BOT | QUEUED | LEFT_BEHIND
    if instead_of is not None:
        free |= HELD & Q(agent=instead_of)
    name = public_name(by)
    taken = _move(
        conversation, free & ~Q(agent=by), to=Owner.PERSON, agent=by, kind=Kind.TAKEN, by=by, name=name
    )
    row = _fresh(conversation)
    if not taken and not is_held_by(row, by):
        raise Conflict(_("La tiene %(name)s.") % {"name": row.agent}, code="taken")
    return row


def put_back(*, conversation: Conversation, by: User, note: str = "") -> Conversation:
    """From the person who has it into the queue, for somebody else; so does a bot's. Raises Conflict."""
    free = BOT | LEFT_BEHIND | (HELD & Q(agent=by))
    moved = _move(conversation, free, to=Owner.QUEUE, kind=Kind.QUEUED, by=by, text=note)
    row = _fresh(conversation)
    if not moved and row.owner != Owner.QUEUE:
        raise _not_yours(row)
    return row


def say(*, conversation: Conversation, by: User, text: str, key: str = "") -> ConversationLine:
    """What the person who has it writes to the student; the same key writes it once.

    Raises Conflict for everybody else, and Invalid.
    """
    said = printable(text).strip()
    if not said:
        raise Invalid.field("text", _("Escribe el mensaje."), "blank")
    if len(said) > MAX_LINE:
        raise Invalid.field(
            "text", _("El mensaje es muy largo: el máximo es de 4000 caracteres."), "max_length"
        )
    mine, once = HELD & Q(agent=by), _key(conversation, by, key)
    try:
        line = _move(conversation, mine, kind=Kind.SAID, by=by, text=said, key=once, name=public_name(by))
    except IntegrityError:  # sent twice at once
        line = None
    if line is None and once:
        line = ConversationLine.objects.filter(key=once).first()
    if line is None:
        raise _not_yours(_fresh(conversation))
    return line


def _key(conversation: Conversation, by: User, key: str) -> str | None:
    """Of all of it: keys that begin alike are different ones, and so are those of another conversation."""
    whole = f"{conversation.pk.hex}:{by.pk.hex}:{key}"
    return hashlib.sha256(whole.encode(errors="replace")).hexdigest() if key else None


def hand_back(
    *, conversation: Conversation, by: User | None = None, kind: str = Kind.RETURNED, only: Q | None = None
) -> Conversation:
    """To the bot, which goes on where it was. A person gives back what is theirs or waits. Raises Conflict.

    Nobody's doing (`by` None: the student, a solved case, the clock) takes it from anybody; `only` names
    what must still be so.
    """
    free = (
        QUEUED | HELD if kind != Kind.RETURNED or by is None else QUEUED | LEFT_BEHIND | (HELD & Q(agent=by))
    )
    moved = _move(conversation, free & (only or Q()), to=Owner.BOT, kind=kind, by=by)
    row = _fresh(conversation)
    if not moved and row.owner != Owner.BOT and only is None:
        raise _not_yours(row)
    return row


def tell_late(*, conversation: Conversation, note: str) -> bool:
    """Says once to who waits how long it still takes; False when it was said or is over."""
    return _move(conversation, QUEUED & Q(is_told=False), kind=Kind.LATE, text=note) is not None


def is_held_by(conversation: Conversation, person: User) -> bool:
    return conversation.owner == Owner.PERSON and conversation.agent_id == person.pk


def _not_yours(row: Conversation) -> Conflict:
    if row.owner == Owner.PERSON and row.agent is not None:
        return Conflict(_("La tiene %(name)s.") % {"name": row.agent}, code="taken")
    return Conflict(_("Esta conversación no la tienes tú. Tómala primero."), code="not_held")


def _fresh(row: Conversation) -> Conversation:
    return Conversation.objects.select_related("agent").get(pk=row.pk)


def _move(
    row: Conversation,
    when: Q,
    *,
    kind: str,
    to: Owner | None = None,
    agent: User | None = None,
    by: User | None = None,
    text: str = "",
    key: str | None = None,
    name: str = "",
) -> ConversationLine | None:
    """Changes a conversation that is still so, and writes the line: both or none. None: it is not so.

    What staff move stands in the audit, too.
    """
    now = timezone.now()
    changes: dict[str, Any] = {"lines": F("lines") + 1, "is_told": kind == Kind.LATE}
    if kind != Kind.LATE:
        changes["attended_at"] = now
    if to is not None:
        changes |= {"owner": to, "owner_since": now, "agent": agent, "agent_name": name}

    def work() -> ConversationLine | None:
        if to is not None and by is not None and by.is_staff:
            _note_move(Conversation.objects.filter(when, pk=row.pk), to, agent)
        if not Conversation.objects.filter(when, pk=row.pk).update(**changes):
            return None
        moved = Conversation.objects.only("sender_id", "lines", "user").get(pk=row.pk)
        line = ConversationLine(sender_id=moved.sender_id, seq=moved.lines, user_id=moved.user_id, at=now)
        line.kind, line.text, line.author, line.author_name, line.key = kind, text, by, name, key
        line.save(force_insert=True)
        return line

    line = run_atomically(work)
    if line is not None and to is not None:
        log.info("conversation_moved", kind=kind, owner=to.value, by=str(by.pk) if by else None)
    return line


def _note_move(rows: QuerySet[Conversation], to: Owner, agent: User | None) -> None:
    """Inside the transaction of the move, so that it was so until then."""
    for row in lock_rows(rows):
        before, after = str(row.agent_id or ""), str(agent.pk) if agent else ""
        audit.note(row, {"owner": (row.owner, to.value), "agent": (before, after)})

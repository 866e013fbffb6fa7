"""What was said about an old ticket. A word of staff is shown to the requester only if it was said to be."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from apps.accounts.services.legacy_documents import EMAIL
from apps.core.old_documents import Document, by_plain_name, first, text_of, yes_or_no
from apps.helpdesk.models import Actor, Ticket, TicketComment
from apps.helpdesk.models.work import MAX_COMMENT
from apps.ops.legacy.people import People
from apps.ops.legacy.reading import date_or_none, key_here
from apps.ops.legacy.tally import Tally

COMMENTS = ("comments", "comentarios", "replies", "respuestas", "notes", "notas", "history")
TEXT = ("text", "texto", "message", "mensaje", "comment", "comentario", "body")
DATE = ("createdat", "created", "timestamp", "fecha", "date", "at")
AUTHOR = ("author", "autor", "user", "userid", "usuario", "by", *EMAIL)
PUBLIC = ("ispublic", "public", "publico")


def comments_of(
    ticket: Ticket, collection: str, document: Document, fields: Document, people: People, tally: Tally
) -> Iterator[TicketComment]:
    """In their order; what is no comment is noted."""
    given = first(fields, COMMENTS)
    for place, item in enumerate(given if isinstance(given, list) else []):
        said = by_plain_name(item) if isinstance(item, dict) else {"text": item}
        text = text_of(said, TEXT, MAX_COMMENT)
        if not text:
            tally.note(document.get("_id"), "comentario sin texto: no se toma")
            continue
        author = people.email_in({"user": first(said, AUTHOR)})
        is_requester = author == ticket.email
        yield TicketComment(
            pk=key_here(collection, document, f"/comments/{place}"),
            ticket=ticket,
            author_id=people.accounts([author]).get(author),
            actor=Actor.REQUESTER if is_requester else Actor.STAFF,
            is_public=is_requester or _is_public(said),
            text=text,
            created_at=_when(said, ticket),
        )


def _is_public(said: dict[str, Any]) -> bool:
    try:
        return yes_or_no(first(said, PUBLIC)) is True
    except ValueError:
        return False


def _when(said: dict[str, Any], ticket: Ticket) -> datetime:
    return date_or_none(said, DATE) or ticket.created_at

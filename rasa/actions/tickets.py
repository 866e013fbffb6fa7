"""The state of a student's own tickets."""

import re
from collections.abc import Sequence

from .backend import Backend, TicketView
from .own_records import own
from .types import Message, Result, Tracker, say
from .words import day

SHOWN = 3
MAX_ANSWER = 600
STATUSES = ("open", "pending", "solved", "closed")
_NUMBER = re.compile(r"\b(?:[A-Za-z]{1,4}-)?(?:\d{4}-)?\d{3,10}\b")


@own
def action_ticket_status(tracker: Tracker, backend: Backend) -> Result:
    """Of the ticket whose number was said, else of the newest three."""
    have = backend.own_tickets(tracker)
    if not have:
        return Result((say("utter_no_tickets"),))
    said = _NUMBER.search("" if tracker.text.startswith("/") else tracker.text)
    if said:
        found = [ticket for ticket in have if _is_same(ticket.number, said.group())]
        if not found:
            return Result((say("utter_ticket_not_found", numero=said.group()),))
        return Result(_all_told(found[:SHOWN], tracker))
    more = (say("utter_tickets_more", total=len(have)),) if len(have) > SHOWN else ()
    return Result((*_all_told(have[:SHOWN], tracker), *more))


def _all_told(tickets: Sequence[TicketView], tracker: Tracker) -> tuple[Message, ...]:
    """Each with the team's last answer under it."""
    return tuple(message for ticket in tickets for message in (_told(ticket, tracker), *_answer(ticket)))


def _told(ticket: TicketView, tracker: Tracker) -> Message:
    status = ticket.status if ticket.status in STATUSES else "open"
    created = day(ticket.created, tracker)
    return say(f"utter_ticket_{status}", numero=ticket.number, asunto=ticket.subject, fecha=created)


def _answer(ticket: TicketView) -> tuple[Message, ...]:
    if not ticket.answer:
        return ()
    text = ticket.answer if len(ticket.answer) <= MAX_ANSWER else f"{ticket.answer[:MAX_ANSWER].rstrip()}…"
    return (say("utter_ticket_answer", respuesta=text),)


def _is_same(number: str, said: str) -> bool:
    """`T-2026-000123` is meant by that, by `2026-000123` and by `123`."""
    have, wanted = number.upper().split("-"), said.upper().split("-")
    have[-1], wanted[-1] = have[-1].lstrip("0"), wanted[-1].lstrip("0")
    return have[-len(wanted) :] == wanted

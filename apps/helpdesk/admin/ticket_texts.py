"""How tickets and their history read for staff."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.admin import moment
from apps.helpdesk.models import Actor, Ticket, TicketEvent, Unit
from apps.helpdesk.services.changes import CHOICES


@dataclass(frozen=True, slots=True)
class Due:
    """`state` is a class of css/tickets.css; `word` says the same to who sees no colour."""

    state: str
    word: str
    more: str = ""


def due_of(ticket: Ticket, now: datetime) -> Due:
    due = ticket.next_due_at
    if not ticket.is_active:
        return Due("done", ticket.get_status_display(), _solved_in(ticket))
    if due is None:
        return Due("", _("Sin plazo"))
    is_answer = not ticket.first_response_at and due == ticket.response_due_at
    before = _("responder antes de %(moment)s") if is_answer else _("resolver antes de %(moment)s")
    more = before % {"moment": moment(due)}
    if due < now:
        return Due("late", _("Vencido"), more)
    if timezone.localdate(due) == timezone.localdate(now):
        return Due("soon", _("Vence hoy"), more)
    return Due("", _("A tiempo"), more)


def due_cell(ticket: Ticket, now: datetime) -> SafeString:
    due = due_of(ticket, now)
    return format_html('<b class="due is-{}">{}</b> <small>{}</small>', due.state or "ok", due.word, due.more)


def business_span(minutes: int) -> str:
    """Business minutes, as people say them."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(rest)d min hábiles") % {"rest": rest}
    said = _("%(hours)d h %(rest)d min hábiles") if rest else _("%(hours)d h hábiles")
    return said % {"hours": hours, "rest": rest}


def business_term(amount: int, unit: str) -> str:
    """Of a rule: how many of what."""
    if unit == Unit.MINUTES:
        return ngettext("%d minuto hábil", "%d minutos hábiles", amount) % amount
    if unit == Unit.HOURS:
        return ngettext("%d hora hábil", "%d horas hábiles", amount) % amount
    return ngettext("%d día hábil", "%d días hábiles", amount) % amount


def _solved_in(ticket: Ticket) -> str:
    if ticket.solution_minutes is None:
        return ""
    return _("en %(time)s") % {"time": business_span(ticket.solution_minutes)}


def history_line(event: TicketEvent) -> dict[str, Any]:
    """Who changed what from what to what, in words."""
    if event.by is not None:
        who = str(event.by)
    else:
        who = _("El solicitante") if event.actor == Actor.REQUESTER else _("El sistema")
    return {"who": who, "at": event.at, "what": _what(event)}


def _what(event: TicketEvent) -> str:
    if event.field == "first_response":
        return _("Primera respuesta")
    if event.field == "status" and not event.before:
        return _("Abrió el caso")
    names = {
        "status": _("Estado"),
        "priority": _("Prioridad"),
        "kind": _("Tipo"),
        "assignee": _("Responsable"),
    }
    before, after = (_label(event.field, value) for value in (event.before, event.after))
    return f"{names.get(event.field, event.field)}: {before} → {after}"


def _label(field: str, value: str) -> str:
    if not value:
        return _("nadie") if field == "assignee" else "–"
    choices = CHOICES.get(field)
    return str(choices(value).label) if choices and value in choices.values else value


def short_moment(value: datetime) -> str:
    return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")

"""A student's own certificates: all of them, or those that were searched for."""

import re
from typing import Any

from .backend import Backend, CertificateView
from .own_records import own
from .phrases import folded
from .types import Message, Result, Tracker, say
from .words import day, word

MAX_CARDS = 10
_NUMBER = re.compile(r"\b(?=[\w-]*\d)[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\b")


@own
def action_certificates(tracker: Tracker, backend: Backend) -> Result:
    found = backend.certificates(tracker)
    return Result((cards("utter_certificates", found, tracker) if found else say("utter_no_certificates"),))


@own
def action_certificate_search(tracker: Tracker, backend: Backend) -> Result:
    """By type, number of the request or document, among one's own; by a document all of them."""
    kind, number, document = searched_for(tracker)
    if not (kind or number or document):
        return Result((say("utter_certificate_search_how"),))
    have = backend.certificates(tracker)
    if not have:
        return Result((say("utter_no_certificates"),))
    found = [one for one in have if _fits(one, kind, number)]
    if found and (kind or number):
        wanted = kind or number
        return Result((cards("utter_certificates_found", found, tracker, criterio=wanted),))
    if document:
        return Result((cards("utter_certificates", have, tracker),))
    return Result((say("utter_certificates_not_found", criterio=kind or number),))


def searched_for(tracker: Tracker) -> tuple[str, str, str]:
    """Type, number and document, each "" when it was not said."""
    kind, document = _entity(tracker, "tipo_certificado"), _entity(tracker, "documento")
    text = "" if tracker.text.startswith("/") else tracker.text
    numbers = [n for n in _NUMBER.findall(text) if len(n) >= 4 and n != document]
    number = numbers[0] if numbers and not document else ""
    return kind, number or document, document


def cards(response: str, found: list[CertificateView], tracker: Tracker, **fields: Any) -> Message:
    shown = [_card(one, tracker) for one in found[:MAX_CARDS]]
    return Message(response, {"total": len(found), **fields}, custom={"cards": shown})


def _card(one: CertificateView, tracker: Tracker) -> dict[str, Any]:
    number = f"{word('number', tracker)} {one.number}" if one.number else ""
    parts = (one.kind, one.program, day(one.issued, tracker), number)
    card: dict[str, Any] = {
        "title": one.title,
        "subtitle": " · ".join(part for part in parts if part),
    }
    if one.url:
        card["buttons"] = [{"title": word(name, tracker), "url": one.url} for name in ("view", "download")]
    return card


def _fits(one: CertificateView, kind: str, number: str) -> bool:
    has_kind = not kind or _same_kind(folded(kind.replace("_", " ")), one)
    return has_kind and (not number or _plain(number) in _plain(one.number))


def _same_kind(kind: str, one: CertificateView) -> bool:
    words = {word for word in kind.split() if len(word) > 3} - {"certificado", "certificados", "curso"}
    have = set(folded(f"{one.kind.replace('_', ' ')} {one.title}").split())
    return words <= have if words else kind in folded(f"{one.kind} {one.title}")


def _plain(number: str) -> str:
    return re.sub(r"\W", "", number).lower()


def _entity(tracker: Tracker, name: str) -> str:
    values = [str(found.get("value") or "") for found in tracker.entities if found.get("entity") == name]
    return values[0].strip()[:80] if values else ""

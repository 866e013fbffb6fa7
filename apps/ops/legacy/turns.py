"""The old log of the chat: a turn for every document that says something."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from apps.chat.models import DEFAULT_SENDER
from apps.core.old_documents import Document, Unusable, by_plain_name, first, text_of, yes_or_no
from apps.core.text import storable
from apps.logs.models import ChatTurn
from apps.logs.purging import purged_until
from apps.ops.legacy.people import OWNER, People
from apps.ops.legacy.reading import (
    ERASED,
    OF_EVERY,
    TOO_OLD,
    key_here,
    metadata_of,
    not_here_yet,
    read_each,
    when,
)
from apps.ops.legacy.tally import Tally
from apps.ops.legacy.turn_rows import insert_turns

DATE = ("timestamp", "fecha", "createdat", "date", "time", "ts")
SENDER = ("senderid", "sender", "conversationid", "sessionid", "recipientid")
SAID = ("usermessage", "message", "mensaje", "text", "texto", "userinput", "pregunta", "question")
ANSWER = ("botresponse", "botresponses", "response", "respuesta", "botmessage", "answer", "reply")
INTENT = ("intent", "intentname", "predictedintent", "intencion")
CONFIDENCE = ("confidence", "confianza", "intentconfidence")
FALLBACK = ("isfallback", "fallback", "noentendido")
LATENCY = ("latencyms", "responsetimems", "durationms")
IP, AGENT = ("ip", "ipaddress", "clientip"), ("useragent", "ua")
REQUEST, MODEL = ("requestid", "rid"), ("modelversion", "model")
TEXTS = ("endpoint", "status", "error", "origen", "metadata")
IGNORED = ("rol", "role", "method", "updatedat", "day")
KNOWN = OF_EVERY.union(
    *(DATE, SENDER, SAID, ANSWER, INTENT, CONFIDENCE, FALLBACK, LATENCY),
    *(IP, AGENT, REQUEST, MODEL, TEXTS, IGNORED, OWNER),
)
NOT_UNDERSTOOD = {"nlu_fallback", "fallback", "default_fallback"}
FAILED = {"error", "fail", "failed", "fallo", "falló"}
WORD = re.compile(r"[a-z][a-z0-9_]{1,31}")
ENGINE = "legacy"
"""Which bot answered then is not known."""
MAX_MESSAGE = 4000
MAX_ANSWER, MAX_ANSWERS = 20_000, 50


class Turns:
    """One run's import of turns. `days` are the local days that got one."""

    def __init__(self, people: People, *, since: datetime | None, dry_run: bool) -> None:
        self.people, self.since, self.dry_run = people, since, dry_run
        self.purged = purged_until("turns")
        self.erased_senders: set[str] = set()

    def learn(self, documents: Iterable[Document]) -> None:
        """In which conversations somebody wrote whose data were erased here: all of them stay away."""
        for document in documents:
            fields = by_plain_name(document)
            if self.people.is_erased(email=self.people.email_in(fields)):
                self.erased_senders.add(text_of(fields, SENDER, 128))
        self.erased_senders -= {"", DEFAULT_SENDER}

    def take(self, collection: str, documents: Sequence[Document], tally: Tally) -> None:
        read = read_each(documents, KNOWN, tally, lambda old, fields: self._read(collection, old, fields))
        found = {turn.pk: (document, turn, email) for document, _fields, (turn, email) in read}
        new = not_here_yet(ChatTurn, found, tally)
        if self.dry_run:
            tally.new += len(new)
            return
        accounts = self.people.accounts(email for _document, _turn, email in new)
        for _document, turn, email in new:
            turn.user_id = accounts.get(email)
        refused = insert_turns([turn for _document, turn, _email in new])
        tally.new += len(new) - len(refused)
        for document, turn, _email in new:
            if turn.pk in refused:
                tally.skip(document.get("_id"), refused[turn.pk])

    def _read(self, collection: str, document: Document, fields: Document) -> tuple[ChatTurn, str]:
        """The turn, and the e-mail of whoever wrote it. Raises Unusable."""
        said, answers = text_of(fields, SAID, MAX_MESSAGE), texts_in(first(fields, ANSWER))[:MAX_ANSWERS]
        if not said and not answers:
            raise Unusable("no es un turno: sin mensaje ni respuesta")
        at = when(document, fields, DATE)
        self._check_age(at)
        email = self.people.email_in(fields)
        sender = text_of(fields, SENDER, 128) or _sender_for(email)
        if sender in self.erased_senders or self.people.is_erased(email=email, sender=sender):
            raise Unusable(ERASED)
        intent, confidence = _intent(fields)
        key = key_here(collection, document)
        turn = ChatTurn(
            pk=key,
            timestamp=at,
            day=timezone.localdate(at),
            request_id=text_of(fields, REQUEST, 64) or f"legacy-{key.hex}",
            sender_id=sender,
            user_message=said,
            bot_response=answers,
            intent=intent,
            confidence=confidence,
            is_fallback=_is_fallback(fields, intent),
            engine=ENGINE,
            model_version=text_of(fields, MODEL, 128),
            error=_error(fields),
            latency_ms=_latency(fields),
            endpoint=text_of(fields, ("endpoint",), 128),
            ip=text_of(fields, IP, 45),
            user_agent=text_of(fields, AGENT, 300),
            origen=_origin(fields, email),
            metadata=metadata_of(fields, collection, document),
        )
        return turn, email

    def _check_age(self, at: datetime) -> None:
        if self.since and at < self.since:
            raise Unusable(TOO_OLD)
        if self.purged and at < self.purged:
            raise Unusable("anterior a lo que aquí ya se depuró (LOG_RETENTION_DAYS)")


def texts_in(value: Any) -> list[str]:
    """What the bot said: a text, a message of Rasa's, or a list of either."""
    if isinstance(value, str):
        return [storable(value[:MAX_ANSWER])] if value.strip() else []
    if isinstance(value, list | tuple):
        return [text for item in value for text in texts_in(item)]
    if isinstance(value, dict):
        return texts_in(value.get("text") or value.get("texto") or value.get("message"))
    return []


def _sender_for(email: str) -> str:
    """Who gave no sender but is known has a conversation of their own."""
    return f"legacy-{key_here('senders', {'_id': email}).hex[:20]}" if email else DEFAULT_SENDER


def _intent(fields: Document) -> tuple[str | None, float | None]:
    """Its name and confidence: columns of their own, or Rasa's `{"name", "confidence"}`."""
    value, confidence = first(fields, INTENT), first(fields, CONFIDENCE)
    if isinstance(value, dict):
        confidence = confidence if confidence is not None else value.get("confidence")
        value = value.get("name")
    name = storable(value).strip()[:128] if isinstance(value, str) else ""
    is_share = isinstance(confidence, int | float) and not isinstance(confidence, bool)
    return name or None, float(confidence) if is_share and 0 <= confidence <= 1 else None


def _is_fallback(fields: Document, intent: str | None) -> bool:
    try:
        said = yes_or_no(first(fields, FALLBACK))
    except ValueError:
        said = None
    return said if said is not None else intent in NOT_UNDERSTOOD


def _error(fields: Document) -> str | None:
    """A word: the old one's own, or that it failed."""
    word = text_of(fields, ("error",)).lower()
    status = text_of(fields, ("status",)).lower()
    if not word and status not in FAILED and not (status.isdecimal() and int(status) >= 500):
        return None
    return word if WORD.fullmatch(word) else "legacy_error"


def _latency(fields: Document) -> int:
    value = first(fields, LATENCY)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return round(value) if is_number and 0 <= value < 2**31 else 0


def _origin(fields: Document, email: str) -> str:
    said = text_of(fields, ("origen",)).lower()
    if said in ChatTurn.Origin.values:
        return said
    return ChatTurn.Origin.AUTHENTICATED if email else ChatTurn.Origin.WIDGET

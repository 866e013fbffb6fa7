"""Which senders are somebody's own conversation, and which conversation a caller means by one."""

import re

import structlog
from django.db import DatabaseError
from django.utils.crypto import salted_hmac

from apps.accounts.callers import Caller
from apps.chat.models import DEFAULT_SENDER, Conversation

log = structlog.get_logger("tutorbot.turns")
NOBODYS = re.compile(rf"{re.escape(DEFAULT_SENDER)}-[0-9a-f]{{32}}")
"""What an engine calls who gives no sender, anew with each turn (services/turns.py)."""
MARK_LENGTH = 16
BESIDE_LENGTH = 128 - MARK_LENGTH - 1


def is_own_conversation(sender: str) -> bool:
    return sender not in {"", DEFAULT_SENDER} and not NOBODYS.fullmatch(sender)


def sender_for(sender: str, caller: Caller) -> str:
    """An account's conversation never becomes another account's, which has one of its own beside it.

    So the next student at a shared computer begins anew, and who has learnt another's sender gets nowhere.
    What nobody with an account has written in goes to the first who does. Never raises.
    """
    if caller.user is None or not is_own_conversation(sender):
        return sender
    try:
        owner = Conversation.objects.filter(sender_id=sender).values_list("user_id", flat=True).first()
    except DatabaseError as error:
        log.warning("owner_unknown", error=type(error).__name__)
        return sender
    if owner is None or owner == caller.user.pk:
        return sender
    mark = salted_hmac("tutorbot.sender", f"{caller.user.pk.hex}:{sender}", algorithm="sha256").hexdigest()
    return f"{sender[:BESIDE_LENGTH]}~{mark[:MARK_LENGTH]}"

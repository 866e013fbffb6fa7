"""Which senders are somebody's own conversation."""

import re

from apps.chat.models import DEFAULT_SENDER

NOBODYS = re.compile(rf"{re.escape(DEFAULT_SENDER)}-[0-9a-f]{{32}}")
"""What an engine calls who gives no sender, anew with each turn (services/turns.py)."""


def is_own_conversation(sender: str) -> bool:
    return sender not in {"", DEFAULT_SENDER} and not NOBODYS.fullmatch(sender)

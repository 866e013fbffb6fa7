"""What somebody wanted before logging in, as the slot `deseo` holds it."""

import json
from collections.abc import Mapping
from typing import Any

from .types import SlotSet, Tracker

WISH = "deseo"
MAX_VALUE = 200


def remembered(tracker: Tracker) -> SlotSet:
    """The wish of this message."""
    entities = [
        {"entity": str(found.get("entity")), "value": str(found.get("value"))[:MAX_VALUE]}
        for found in tracker.entities[:5]
    ]
    return SlotSet(WISH, json.dumps({"intent": tracker.intent, "entities": entities}, ensure_ascii=False))


def forgotten() -> SlotSet:
    return SlotSet(WISH, None)


def read_wish(tracker: Tracker) -> tuple[str, tuple[Mapping[str, Any], ...]] | None:
    """The intent and its entities; None when nothing (or nothing readable) is remembered."""
    try:
        wish = json.loads(tracker.slots.get(WISH) or "null")
        intent = wish["intent"]
        entities = tuple(found for found in wish["entities"] if isinstance(found, dict))
    except (TypeError, ValueError, KeyError):
        return None
    return (intent, entities) if isinstance(intent, str) and intent.isidentifier() else None

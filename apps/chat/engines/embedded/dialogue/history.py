"""Takes a conversation up from what was stored of it, and stores it again: bounded, without its words."""

import logging

from apps.chat.engines.embedded.codec import decode
from apps.chat.engines.embedded.dialogue.domain import Domain
from apps.chat.engines.embedded.dialogue.events import (
    LISTEN,
    Event,
    is_whole,
    loop_set,
    slot_set,
    without_words,
)
from apps.chat.engines.embedded.dialogue.tracker import Base, Tracker
from apps.chat.engines.embedded.store import ConversationState

MAX_EVENTS = 90
KEPT_EVENTS = 45
"""Beyond the first number of events only the last that many are kept: longer than any rule looks back."""
logger = logging.getLogger(__name__)


def resume(state: ConversationState, domain: Domain) -> Tracker:
    """The state's own slots and form count, also where they were changed between two turns."""
    try:
        tracker = Tracker(domain, _base(state, domain))
        tracker.update(*state.events)
        if not all(map(is_whole, state.events)):
            raise ValueError("not all events are events")
    except (AttributeError, KeyError, TypeError, ValueError):
        logger.warning("a conversation's stored events are unreadable, only its slots are taken up")
        tracker = Tracker(domain, Base(domain.initial_slots(), action=LISTEN))
    slots = {**domain.initial_slots(), **{k: v for k, v in state.slots.items() if k in domain.slots}}
    tracker.update(*(slot_set(k, v) for k, v in slots.items() if tracker.slots.get(k) != v))
    if state.active_loop != tracker.loop_name:
        tracker.update(loop_set(state.active_loop))
    return tracker


def _base(state: ConversationState, domain: Domain) -> Base:
    """States from before events were kept have none, but slots."""
    base = decode(Base, state.base) if state.base else Base(dict(state.slots), state.active_loop)
    if not state.base and state.last_turn_at is not None:
        base.action = LISTEN
    known = {name: value for name, value in base.slots.items() if name in domain.slots}
    base.slots = {**domain.initial_slots(), **known}
    return base


def keep(state: ConversationState, tracker: Tracker) -> None:
    """What the bot uttered is not kept here: the log of turns has it."""
    base, events = tracker.base, [event for event in tracker.events if event["event"] != "bot"]
    if len(events) > MAX_EVENTS:
        base, events = _cut(tracker)
    state.slots, state.active_loop = dict(tracker.slots), tracker.loop_name
    state.base, state.events = (
        {name: getattr(base, name) for name in Base.__slots__},
        [without_words(event) for event in events],
    )


def _cut(tracker: Tracker) -> tuple[Base, list[Event]]:
    """Of what still counts, the last events from a moment on when the bot listened."""
    applied = [event for event in tracker.applied if event["event"] != "bot"]
    listened = [i for i, event in enumerate(applied) if event.get("name") == LISTEN]
    early = [i for i in listened if i >= len(applied) - KEPT_EVENTS]
    cut = early[0] if early else len(applied)
    before = tracker.before(applied[:cut])
    base = Base(
        before.slots, before.loop_name, before.latest_action or LISTEN, before.intent, before.is_paused
    )
    return base, applied[cut:]

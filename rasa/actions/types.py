"""What an action is given and what it gives back: plain data, no framework."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .backend import Backend


@dataclass(frozen=True)
class Tracker:
    """The conversation as an action sees it, at the student's latest message."""

    sender: str
    text: str = ""
    intent: str = ""
    confidence: float = 0.0
    entities: tuple[Mapping[str, Any], ...] = ()
    """`{"entity", "value", ...}` each, in the order of the sentence."""
    ranking: tuple[tuple[str, float], ...] = ()
    """Guesses and their confidences (0 to 1), best first."""
    slots: Mapping[str, Any] = field(default_factory=dict)
    proposed: Mapping[str, Any] = field(default_factory=dict)
    """Only of a `validate_…` action: the values that the form would like to take."""
    active_form: str | None = None
    claims: Mapping[str, str] | None = None
    """Verified claims (sub, email?, rol?, nombre?) of the one who wrote; None for somebody unknown."""
    grant: str = field(default="", repr=False)
    """Opens the own records of that person at the back end for some minutes. Never shown, never stored."""
    language: str = ""
    """The one that the page was switched to since its last message: es, en, or "" for no change."""
    message_id: str = ""
    """The same for all actions of one message, different for every message."""


@dataclass(frozen=True)
class SlotSet:
    name: str
    value: Any


@dataclass(frozen=True)
class FollowupAction:
    """The action that comes next, whatever the rules say."""

    name: str


@dataclass(frozen=True)
class Restarted:
    """The conversation begins anew: nothing of it is remembered."""


Event = SlotSet | FollowupAction | Restarted


@dataclass(frozen=True)
class Message:
    """One message: a `response` of the domain with `fields` for its placeholders, or parts of its own.

    Texts that a student reads stand in the domain, in both languages; data from the back end stands here.
    """

    response: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    buttons: tuple[Mapping[str, str], ...] = ()
    """With `response` they are put after its own buttons, as Rasa does."""
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Result:
    """What an action did."""

    messages: tuple[Message, ...] = ()
    events: tuple[Event, ...] = ()
    """SlotSet, FollowupAction, Restarted, applied in this order."""


Action = Callable[[Tracker, "Backend"], Result]


class Declined(Exception):
    """Of a `validate_…` action: what was said is no answer to the form's question. The rules decide."""


def say(response: str, **fields: Any) -> Message:
    return Message(response=response, fields=fields)

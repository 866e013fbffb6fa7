"""What the dialogue asks of a place where custom actions run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class ActionFailed(Exception):
    """The action did not end well; what it may have done is not known, and nothing of it is applied."""


class ActionRejected(Exception):
    """The action declines (HTTP 400 of the webhook): the dialogue looks for something else to do."""


@dataclass(frozen=True, slots=True)
class ActionAnswer:
    """`events` as `{"event": "slot", "name", "value"}`…, `responses` as the webhook gives them."""

    events: tuple[Mapping[str, Any], ...] = ()
    responses: tuple[Mapping[str, Any], ...] = ()


class ActionHost(Protocol):
    def __contains__(self, name: object) -> bool:
        """Whether this host runs the action."""
        ...

    def run(self, call: Mapping[str, Any], seconds: float) -> ActionAnswer:
        """`call` is the webhook's body: next_action, sender_id, tracker, domain, version.

        `seconds` is what is left of the turn. Raises ActionFailed and ActionRejected.
        """
        ...

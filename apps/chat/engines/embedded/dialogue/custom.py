"""Runs the project's own actions by the hosts that have them, and says what they answer."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from apps.chat.engines.embedded.dialogue.calls import call_of
from apps.chat.engines.embedded.dialogue.domain import Domain
from apps.chat.engines.embedded.dialogue.events import Event, read_events, uttered
from apps.chat.engines.embedded.dialogue.responses import Responder
from apps.chat.engines.embedded.dialogue.tracker import Tracker
from apps.chat.engines.embedded.dialogue.turn import Turn
from apps.chat.engines.embedded.hosts import ActionFailed, ActionHost, ActionRejected

_PARTS = ("text", "image", "custom", "attachment", "elements")
logger = logging.getLogger(__name__)


class CustomActions:
    def __init__(self, domain: Domain, responder: Responder, hosts: Sequence[ActionHost]) -> None:
        self._domain = domain
        self._responder = responder
        self._hosts = tuple(hosts)

    def __contains__(self, name: object) -> bool:
        return any(name in host for host in self._hosts)

    def run(self, name: str, turn: Turn, tracker: Tracker) -> list[Event]:
        """What it said, then what it did. Raises ActionFailed and ActionRejected."""
        host = next(host for host in self._hosts if name in host)
        try:
            answer = host.run(call_of(name, turn, tracker, self._domain), turn.seconds_left)
        except (ActionFailed, ActionRejected):
            raise
        except Exception as error:
            logger.exception("action %s failed", name)
            raise ActionFailed(name) from error
        said = [event for told in answer.responses if (event := self._say(told, turn, tracker))]
        return [*said, *read_events(answer.events, name)]

    def _say(self, told: Mapping[str, Any], turn: Turn, tracker: Tracker) -> Event | None:
        """A response of the domain, filled with the answer's own keys, or what the answer says itself.

        What the answer brings of its own stands in place of the response's, its buttons after them.
        """
        draft: dict[str, Any] = {}
        if name := told.get("response") or told.get("template"):
            fields = {key: value for key, value in told.items() if value is not None}
            said = self._responder.draft(name, tracker.slots, turn.used, turn.day, fields)
            if said is None:
                return None
            draft = said
        buttons = [*draft.get("buttons", ()), *(told.get("buttons") or ())]
        own = {key: told[key] for key in _PARTS if told.get(key)}
        return uttered(draft | own | {"buttons": buttons})

"""The bot project's own actions (`rasa/actions`), run in this process."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from apps.chat.engines.embedded.hosts.protocol import ActionAnswer, ActionFailed, ActionRejected
from apps.chat.engines.project import BotProject
from apps.chat.engines.titles import titles_in
from rasa.actions.backend import Backend
from rasa.actions.host import handle
from rasa.actions.registry import ACTIONS
from rasa.actions.rehearsal import RehearsalBackend
from rasa.actions.types import Declined

logger = logging.getLogger(__name__)


class InProcessHost:
    """An ActionHost. One per process, for many threads."""

    def __init__(self, find_backend: Callable[[], Backend]) -> None:
        """`find_backend` is asked when an action runs: what it finds may not be loaded before."""
        self._find_backend = find_backend

    def __contains__(self, name: object) -> bool:
        return name in ACTIONS

    def run(self, call: Mapping[str, Any]) -> ActionAnswer:
        name = call.get("next_action")
        try:
            answer = handle(call, self._find_backend())
        except Declined as error:
            raise ActionRejected(f"{name} declines") from error
        except Exception as error:
            logger.exception("the action %s failed", name)
            raise ActionFailed(f"{name} failed") from error
        return ActionAnswer(tuple(answer["events"]), tuple(answer["responses"]))


def rehearsal_host(project: BotProject) -> InProcessHost:
    """Runs the same actions and touches nothing."""
    backend = RehearsalBackend(titles_in(project))
    return InProcessHost(lambda: backend)

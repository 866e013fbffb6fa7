"""rasa-sdk's action server over these actions: `python -m actions.server` inside `rasa/`; docs/actions.md."""

import asyncio
import logging
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from .environment import ConfigurationError, read_environment
from .host import handle
from .http_backend import HttpBackend
from .registry import ACTIONS
from .types import Declined

logger = logging.getLogger(__name__)
THREADS = 32
"""Conversations that may wait for the back end at once; the server's own loop never does."""


def register() -> None:
    """One class for every action: rasa-sdk serves the classes that exist. A bad environment ends it."""
    try:
        environment = read_environment()
    except ConfigurationError as error:
        sys.exit(f"The action server cannot start:\n{error}")
    if not environment.token:
        logger.warning("HELPDESK_TOKEN is not set: only a back end with DEBUG opens tickets without it")
    backend = HttpBackend(environment)
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="action")
    for name in ACTIONS:
        _classes.append(_action_class(name, backend, threads))


_classes: list[type] = []
"""Kept alive: rasa-sdk looks for subclasses, which Python holds weakly."""


def _action_class(action: str, backend: HttpBackend, threads: ThreadPoolExecutor) -> type:
    class HostedAction(Action):
        def name(self) -> str:
            return action

        async def run(
            self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
        ) -> list[dict[str, Any]]:
            call = {
                "next_action": action,
                "sender_id": tracker.sender_id,
                "tracker": tracker.current_state(),
            }
            try:
                answer = await asyncio.get_running_loop().run_in_executor(threads, handle, call, backend)
            except Declined:
                raise ActionExecutionRejection(action, f"{action} declines") from None
            dispatcher.messages.extend(answer["responses"])
            events: list[dict[str, Any]] = answer["events"]
            return events

    return HostedAction


if __name__ == "__main__":
    from rasa_sdk.__main__ import main

    os.environ.setdefault("SANIC_HOST", "127.0.0.1")
    sys.argv[1:1] = ["--actions", "actions.server"]
    main()
else:
    register()

"""One conversation with one model, in memory: for tests and comparisons, never for students."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from apps.chat.engines.base import BotReply
from apps.chat.engines.embedded.dialogue.utterance import understand
from apps.chat.engines.embedded.hosts import ActionHost, rehearsal_host
from apps.chat.engines.embedded.model import LoadedModel
from apps.chat.engines.embedded.store import ConversationState


class OfflineConversation:
    """Answers as the engine would; `state` may be read and set between turns.

    Nothing happens outside the conversation: actions meet a back end that keeps nothing.
    """

    def __init__(
        self,
        model: LoadedModel,
        sender: str = "ensayo",
        clock: Callable[[], float] = time.time,
        hosts: Sequence[ActionHost] | None = None,
    ) -> None:
        self.model = model
        project = model.dialogue.project
        self._dialogue = model.dialogue.with_hosts((rehearsal_host(project),) if hosts is None else hosts)
        self.state = ConversationState()
        self._sender = sender
        self._clock = clock

    def say(self, text: str, claims: Mapping[str, Any] | None = None) -> BotReply:
        """`claims` as a verified token would give them; None for an anonymous student."""
        started = time.perf_counter()
        said = understand(self.model.parse(text), self.model.nlu)
        auth = {"hasToken": claims is not None, "claims": claims or {}}
        answer = self._dialogue.answer(
            self.state,
            said,
            sender=self._sender,
            claims=claims,
            now=self._clock(),
            metadata={"auth": auth},
        )
        return BotReply(
            messages=answer.messages,
            intent=answer.intent,
            confidence=answer.confidence,
            is_fallback=answer.is_fallback,
            is_form_answer=answer.is_form_answer,
            model_version=self.model.version,
            latency_ms=round((time.perf_counter() - started) * 1000),
        )

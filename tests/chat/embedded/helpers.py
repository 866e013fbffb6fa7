"""Small projects, a store in memory, and a conversation without a trained model."""

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from apps.chat.engines.base import Entity, Guess, Message, UserMessage
from apps.chat.engines.embedded.dialogue import Answer, Dialogue, Utterance
from apps.chat.engines.embedded.hosts import ActionAnswer
from apps.chat.engines.embedded.store import ConversationState
from apps.chat.engines.project import BotProject, Example, Intent, Response, Rule, Slot, Step

CLAIMS = {"sub": "7", "rol": "usuario", "nombre": "Ana"}
SENTENCES = {
    "saludo": ("hola", "buenos días", "buenas tardes", "qué más parce", "hola cómo estás", "hey buenas"),
    "despedida": ("adiós", "hasta luego", "chao", "nos vemos mañana", "me voy, gracias", "hasta pronto"),
    "ver_notas": (
        *("quiero ver mis notas", "muéstrame las notas", "cuáles son mis calificaciones"),
        *("qué notas tengo", "ver notas del curso", "mis calificaciones por favor"),
    ),
    "horario": (
        *("cuál es el horario de clases", "a qué hora es la clase", "cuándo empieza la clase"),
        *("horario de hoy", "dime el horario", "qué día hay clase"),
    ),
    "ya_inicie_sesion": ("ya inicié sesión", "ya entré", "listo ya me logueé", "acabo de iniciar sesión"),
    "cancelar": ("cancelar", "cancela eso", "olvídalo", "déjalo así"),
}
TITLES = {"saludo": "Saludar", "ver_notas": "Ver mis notas", "horario": "Horario"}


class MemoryStore:
    """A ConversationStore that lives as long as the test; states are kept as JSON, as a database would."""

    def __init__(self) -> None:
        self.saved: dict[str, str] = {}
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    @contextmanager
    def turn(self, sender: str) -> Iterator[ConversationState]:
        with self._locks[sender]:
            state = ConversationState.from_json(self.saved.get(sender))
            yield state
            self.saved[sender] = state.to_json()


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def pass_minutes(self, minutes: float) -> None:
        self.now += minutes * 60


Call = Mapping[str, Any]
Told = tuple[list[Any], list[Any]] | None
"""Events and responses."""


class Host:
    """Runs actions given as functions of the webhook's call, and keeps the calls."""

    def __init__(self, **actions: Callable[[Call], Told]) -> None:
        self.actions = actions
        self.calls: list[Call] = []

    def __contains__(self, name: object) -> bool:
        return name in self.actions

    def run(self, call: Call, seconds: float = 0.0) -> ActionAnswer:
        self.calls.append(json.loads(json.dumps(call)))
        events, responses = self.actions[call["next_action"]](call) or ([], [])
        return ActionAnswer(tuple(events), tuple(responses))


class Conversation:
    """Talks to a project's dialogue: the intent of each message is given, not recognised."""

    def __init__(self, project: BotProject, host: Host | None = None) -> None:
        self.dialogue = Dialogue(project, [host] if host else [])
        self.state = ConversationState()
        self.clock = Clock()

    def say(
        self,
        intent: str,
        text: str = "…",
        *,
        claims: Mapping[str, Any] | None = None,
        ranking: tuple[str, ...] = (),
        is_payload: bool = False,
        **entities: str,
    ) -> Answer:
        found = tuple(Entity(name, value, 0, 0) for name, value in entities.items())
        guesses = tuple(Guess(name, 0.2) for name in ranking)
        said = Utterance(text, intent, 0.9, found, guesses, is_payload)
        answer = self.dialogue.answer(self.state, said, sender="ana", claims=claims, now=self.clock())
        self.state = ConversationState.from_json(self.state.to_json())
        return answer

    def hear(self, intent: str, **more: Any) -> list[str]:
        return texts(self.say(intent, **more).messages)


def texts(messages: list[Message]) -> list[str]:
    return [message["text"] for message in messages if "text" in message]


def intents(*names: str, **changes: Any) -> dict[str, Intent]:
    return {name: Intent(name, **changes) for name in names}


def rule(name: str, *steps: Step, when: tuple[Step, ...] = (), **more: Any) -> Rule:
    return Rule(name, steps, when, **more)


def intent(name: str, *entities: str) -> Step:
    return Step("intent", name, entities=entities)


def action(name: str) -> Step:
    return Step("action", name)


def set_slot(name: str, value: Any) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": value}


def loop_is(name: str | None) -> Step:
    return Step("loop", name)


def said_by(name: str) -> Rule:
    """The intent is answered by its response."""
    return rule(name, intent(name), action(f"utter_{name}"))


def slot_is(name: str, value: Any) -> Step:
    return Step("slot", name, value)


def said(*variations: str) -> tuple[Response, ...]:
    return tuple(Response(text=text) for text in variations)


def answers(**responses: str) -> dict[str, tuple[Response, ...]]:
    return {f"utter_{name}": said(text) for name, text in responses.items()}


def school(**changes: Any) -> BotProject:
    """Six intents with sentences, one of them protected, a rule each."""
    known = {
        name: Intent(name, tuple(map(Example, told)), TITLES.get(name, ""), name == "ver_notas")
        for name, told in SENTENCES.items()
    }
    project = BotProject(
        intents=known,
        responses=answers(
            saludo="Hola.",
            despedida="Adiós.",
            ver_notas="Tus notas.",
            horario="A las ocho.",
            ya_inicie_sesion="Te veo.",
            cancelar="Listo.",
            need_auth="Inicia sesión.",
            fallback="No te entendí.",
        ),
        slots={"session_verified": Slot("session_verified", "bool", initial=False)},
        rules=(
            *(rule(name, intent(name), action(f"utter_{name}")) for name in SENTENCES),
            rule("not understood", intent("nlu_fallback"), action("utter_fallback")),
        ),
    )
    return replace(project, **changes)


def message(text: str, *, sender: str = "ana", claims: Mapping[str, Any] | None = None) -> UserMessage:
    auth = {"hasToken": claims is not None, "claims": claims or {}}
    return UserMessage(sender, text, {"auth": auth}, "req-1")


def quiet(share: float, what: str) -> None:
    pass

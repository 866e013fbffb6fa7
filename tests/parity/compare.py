"""Whether two bots did the same in a turn: intent, messages, buttons, slots and the open form."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.chat.engines.project import BotProject
from tests.parity.stage import Understood

PARTS = ("intent", "messages", "buttons", "slots")
FORM_ANSWER = "<a form took it for an answer>"
"""What a name or an address is understood as means nothing: no rule looks at it."""
_PLACEHOLDER = re.compile(r"\\{\w+\\}")
_TICKET = re.compile(r"T-\d{4}-\d{6}")
Message = Mapping[str, Any]


@dataclass(frozen=True)
class Reply:
    messages: list[Message]
    understood: Understood


@dataclass(frozen=True)
class Turn:
    """What was said, by a known student or not, and what came of it on both sides."""

    talk: str
    number: int
    said: str
    is_known: bool
    embedded: Reply
    rasa: Reply
    differs: tuple[str, ...] = ()
    cause: str = ""


@dataclass
class Variations:
    """Texts of answers with several variations: which of them is said is chance, so they count as one."""

    patterns: list[tuple[re.Pattern[str], str]] = field(default_factory=list)

    @classmethod
    def of(cls, project: BotProject) -> "Variations":
        found = cls()
        for name, variations in project.responses.items():
            for one in variations:
                alike = [v for v in variations if v.conditions == one.conditions]
                if len(alike) > 1 and one.text:
                    text = _PLACEHOLDER.sub("(.*?)", re.escape(one.text.strip()))
                    found.patterns.append(
                        (re.compile(text, re.DOTALL), f"<{name} {sorted(one.conditions.items())}>")
                    )
        return found

    def as_said(self, text: str) -> str:
        text = _TICKET.sub("T-#", text.strip())
        for pattern, name in self.patterns:
            if match := pattern.fullmatch(text):
                return f"{name} {match.groups()}"
        return text


def differences(embedded: Reply, rasa: Reply, variations: Variations) -> tuple[str, ...]:
    """Which of PARTS are not the same."""
    one, other = _parts(embedded, variations), _parts(rasa, variations)
    return tuple(part for part in PARTS if one[part] != other[part])


def _parts(reply: Reply, variations: Variations) -> dict[str, Any]:
    texts = [variations.as_said(m["text"]) for m in reply.messages if m.get("text")]
    rest = [m[kind] for m in reply.messages for kind in ("custom", "image", "attachment") if m.get(kind)]
    return {
        "intent": FORM_ANSWER if reply.understood.is_form_answer else reply.understood.intent,
        "messages": (texts, rest),
        "buttons": list(_buttons(reply.messages)),
        "slots": ({k: _value(v) for k, v in reply.understood.slots.items()}, reply.understood.form),
    }


def _buttons(messages: Iterable[Message]) -> Iterable[tuple[str, str, str]]:
    for message in messages:
        for button in message.get("buttons") or ():
            yield (button.get("title", ""), button.get("payload") or "", button.get("url") or "")


def _value(value: Any) -> Any:
    """1 and 1.0 are one number; ticket numbers are counted by each side."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return _TICKET.sub("T-#", value) if isinstance(value, str) else value


def cause(turn: Turn, earlier: list[Turn]) -> str:
    """Why a turn differs, as far as can be told without looking."""
    intents = turn.embedded.understood.intent, turn.rasa.understood.intent
    if intents[0] != intents[1]:
        where = " inside a form" if turn.embedded.understood.is_form_answer else ""
        return f"understood differently{where} ({intents[0]} / {intents[1]})"
    if any(before.differs for before in earlier):
        return "follows from an earlier difference"
    return "acted differently"

"""The bot project as both engines receive it: plain data, no YAML and no database."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Literal

SlotType = Literal["text", "bool", "categorical", "float", "list", "any"]
Severity = Literal["error", "unsupported", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say about a project: an error stops training, the rest is told to whoever loads it."""

    severity: Severity
    name: str
    """The rule, story, slot, form... that it speaks of."""
    message: str
    file: str = ""
    line: int = 0
    """From 1; 0 when the finding is not of one line."""


@dataclass(frozen=True, slots=True)
class Span:
    """An annotated entity of an example; offsets are into `Example.text`, end exclusive."""

    entity: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Example:
    """A training sentence without its annotation marks."""

    text: str
    entities: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing a student can want. `title` is what a button that offers it says; empty: never offered."""

    name: str
    examples: tuple[Example, ...] = ()
    title: str = ""
    requires_auth: bool = False
    ignored_entities: tuple[str, ...] = ()
    """Said with this intent they fill slots, but rules do not look at them (`ignore_entities`)."""


@dataclass(frozen=True, slots=True)
class Response:
    """One variation of an answer, keys as in Rasa's domain; `conditions` maps slot names to wanted values.

    Dates are ISO days in the project's time zone, "" for none; `valid_until` is the last day.
    """

    text: str = ""
    buttons: tuple[dict[str, Any], ...] = ()
    image: str = ""
    custom: dict[str, Any] | None = None
    attachment: Any = None
    channel: str = ""
    conditions: dict[str, Any] = field(default_factory=dict)
    valid_from: str = ""
    valid_until: str = ""
    review_by: str = ""
    """For people: no engine looks at it, and no model is made of it."""

    def is_valid_on(self, day: str) -> bool:
        return self.valid_from <= day and (not self.valid_until or day <= self.valid_until)


DATES = ("valid_from", "valid_until", "review_by")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def is_day(text: str) -> bool:
    """Whether it is a day of the calendar, written as 2026-05-31."""
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


EXPIRED = "utter_answer_expired"
EXPIRED_ANSWER = Response(
    text="Esa información está en revisión. Pregúntale a tu tutor o escribe «menú».",
    buttons=({"title": "Menú", "payload": "/menu"},),
)
"""Said in place of an answer of which no variation is valid today, where the project has no EXPIRED."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a slot is filled: `from_entity`, `from_intent`, `from_trigger_intent`, `from_text` or `custom`.

    `conditions` as in the domain, any of them is enough: {active_loop: form or None, requested_slot?: slot}.
    """

    type: str
    entity: str = ""
    intents: tuple[str, ...] = ()
    not_intents: tuple[str, ...] = ()
    value: Any = None
    action: str = ""
    conditions: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A value remembered in a conversation."""

    name: str
    type: SlotType = "any"
    initial: Any = None
    influences: bool = True
    values: tuple[str, ...] = ()
    min_value: float = 0.0
    max_value: float = 1.0
    """Of float slots: what lies beyond looks the same to rules."""
    mappings: tuple[Mapping, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """Slots asked for one after the other, each by `utter_ask_<form>_<slot>` or `utter_ask_<slot>`."""

    name: str
    required_slots: tuple[str, ...] = ()
    ignored_intents: tuple[str, ...] = ()
    """Said inside the form they fill nothing: a rule answers them."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a rule: an intent, an action, a slot that is set, a form that is active (None: no form).

    The action "..." stands for whatever came before the rule.
    """

    kind: Literal["intent", "action", "slot", "loop"]
    name: str | None
    value: Any = None
    entities: tuple[str, ...] = ()
    any_value: bool = False
    """Slot steps: every value but null (and, of a list slot, an empty list) will do."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When all conditions hold and the steps so far match, the next step's action follows."""

    name: str
    steps: tuple[Step, ...]
    conditions: tuple[Step, ...] = ()
    conversation_start: bool = False
    wait_for_user_input: bool = True
    file: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A conversation by example: followed where no rule fits and the turns so far are exactly these.

    `or` steps are written out: one story each.
    """

    name: str
    steps: tuple[Step, ...]
    file: str = ""


@dataclass(frozen=True, slots=True)
class Policies:
    """What of `policies:` in config.yml changes how the bot acts; defaults are Rasa's."""

    core_fallback_action: str = "action_default_fallback"
    has_core_fallback: bool = True
    memoization: bool = False
    """Whether stories are followed (MemoizationPolicy, AugmentedMemoizationPolicy)."""
    is_augmented: bool = False
    max_history: int | None = None
    """Turns that a story's match looks back; None: all of them."""


@dataclass(frozen=True, slots=True)
class BotProject:
    """What the bot knows (intents, answers) and how it acts (slots, rules): the one input of training."""

    language: str = "es"
    time_zone: str = "America/Bogota"
    """In which answers' dates are days."""
    intents: dict[str, Intent] = field(default_factory=dict)
    responses: dict[str, tuple[Response, ...]] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    stories: tuple[Story, ...] = ()
    policies: Policies = field(default_factory=Policies)
    actions: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    regexes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lookups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    synonyms: dict[str, str] = field(default_factory=dict)
    """Written form, as it stands in the data, to its canonical value."""
    session_expiration_minutes: float = 60
    carry_over_slots: bool = True
    findings: tuple[Finding, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity == "error")

    def to_json(self) -> str:
        """Canonical JSON: the same project gives the same text."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def data_hash(self) -> str:
        """SHA-256 (hex) of everything that a model is made from: findings, with their lines, are not."""
        return hashlib.sha256(replace(self, findings=()).to_json().encode()).hexdigest()

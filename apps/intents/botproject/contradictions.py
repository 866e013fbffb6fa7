"""Rules that Rasa refuses together: the same situation leads to two actions, or an action is told halfway."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from apps.chat.engines.project import Rule, Slot, Step
from apps.intents.botproject.findings import Findings, Place
from apps.intents.botproject.supported import SNIPPET

LISTEN = "action_listen"
Placed = Sequence[tuple[Rule, Place]]


def check_contradictions(rules: Placed, found: Findings) -> None:
    """The same situation must not lead to two actions, whatever the order of the rules."""
    nexts: dict[str, tuple[str, str]] = {}
    told: set[tuple[str, str]] = set()
    for rule, place in rules:
        for situation, action in _decisions(rule):
            first_rule, first_action = nexts.setdefault(situation, (rule.name, action))
            if first_action != action and (first_rule, rule.name) not in told:
                told.add((first_rule, rule.name))
                message = f"Contradice a la regla «{first_rule}»: «{first_action}» o «{action}»; deja una."
                found.error(rule.name, message, place)


def _decisions(rule: Rule) -> Iterator[tuple[str, str]]:
    """Each action that a rule predicts, and all that it looks at then; what it begins with is given."""
    conditions = sorted(map(repr, rule.conditions))
    end = [Step("action", LISTEN)] if rule.wait_for_user_input else []
    seen: list[Step] = []
    for step in [*rule.steps, *end]:
        if step.kind == "action" and step.name == SNIPPET:
            seen = []
            continue
        acts = [one for one in seen if one.kind in {"intent", "action"}]
        situation = repr((rule.conversation_start, conditions, seen))
        if step.kind == "action" and (acts or rule.conversation_start):
            yield situation, str(step.name)
        elif step.kind == "intent" and acts:
            yield situation, LISTEN
        seen = [*seen, step]


def check_completeness(rules: Placed, slots: Mapping[str, Slot], found: Findings) -> None:
    """Every rule has to say of an action what any rule says of it: the slots and the form that follow."""
    followers: dict[str, set[tuple[str, str | None]]] = defaultdict(set)
    for rule, _ in rules:
        for part in _parts(rule):
            followers[part.action] |= {(step.kind, step.name) for step in part.after}
    from_start = {name for name, slot in slots.items() if slot.influences and slot.initial not in (None, [])}
    for rule, place in rules:
        state: dict[str, set[str | None]] = {"slot": {*from_start}, "loop": set()}
        _see(rule.conditions, state)
        for part in _parts(rule):
            _see([*part.before, *part.after], state)
            if not part.is_open:
                _check_state(rule, place, part.action, followers[part.action], state, found)


@dataclass(slots=True)
class _Part:
    """An action, what a rule tells before it (of the message) and right after it."""

    action: str
    before: list[Step]
    after: list[Step] = field(default_factory=list)
    is_open: bool = False
    """What comes next is not the rule's to say."""


def _parts(rule: Rule) -> list[_Part]:
    parts: list[_Part] = []
    of_message: list[Step] = []
    is_after_action = False
    for step in rule.steps:
        if step.kind == "action":
            if parts and step.name == SNIPPET:
                parts[-1].is_open = True
            parts.append(_Part(str(step.name), of_message, is_open=step.name == SNIPPET))
            of_message = []
        elif step.kind != "intent":
            (parts[-1].after if is_after_action else of_message).append(step)
        is_after_action = step.kind == "action" or (is_after_action and step.kind != "intent")
    if parts and is_after_action and not rule.wait_for_user_input:
        parts[-1].is_open = True
    return parts


def _see(steps: Sequence[Step], state: dict[str, set[str | None]]) -> None:
    for step in steps:
        if step.kind == "slot":
            state["slot"].add(step.name)
        elif step.kind == "loop":
            state["loop"] = {step.name}


def _check_state(
    rule: Rule,
    place: Place,
    action: str,
    followers: set[tuple[str, str | None]],
    state: dict[str, set[str | None]],
    found: Findings,
) -> None:
    loops = {name for kind, name in followers if kind == "loop"}
    for slot in sorted({str(name) for kind, name in followers if kind == "slot"} - state["slot"]):
        message = f"Tras «{action}» falta «slot_was_set: {slot}», que otra regla le da; añádelo, o null."
        found.error(rule.name, message, place)
    if loops and not loops & state["loop"]:
        named = " o ".join(sorted(str(one or "null") for one in loops))
        message = f"Tras «{action}» falta «active_loop: {named}», como en otra regla; añádelo."
        found.error(rule.name, message, place)

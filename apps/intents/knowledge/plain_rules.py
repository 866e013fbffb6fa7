"""The rules that an intent gets by itself: its answer, or the login that it needs, inside forms too."""

from collections.abc import Collection, Iterator
from typing import Literal

from apps.chat.engines.project import BotProject, Rule, Step, Story

NEED_AUTH = "utter_need_auth"
VERIFIED = "session_verified"
VERIFY = "action_verify_session"
REMEMBER = "action_remember_wish"
"""Runs after NEED_AUTH where a project has it: the wish is answered after the login."""
ANSWER_INSIDE = "action_answer_inside"
"""Answers an intent inside a form where a project has it."""

Gate = Literal["open", "verified", "unknown"]
Kind = tuple[str, Gate]
"""A plain rule by its form ("" for none) and by whom it is for."""
_GATES: tuple[tuple[Gate, tuple[Step, ...]], ...] = (
    ("open", ()),
    ("verified", (Step("slot", VERIFIED, True),)),
    ("unknown", (Step("slot", VERIFIED, False),)),
)
_NAMES = {"open": "", "verified": " with a verified session", "unknown": " without login"}


def is_plain_rule(rule: Rule, intent: str) -> bool:
    """Whether a rule says no more than: answer this intent, perhaps after a login, perhaps inside a form."""
    return plain_kind(rule, intent) is not None


def plain_kind(rule: Rule, intent: str) -> Kind | None:
    if rule.conversation_start or not rule.wait_for_user_input or len(rule.steps) < 2:
        return None
    first, *body = rule.steps
    if (first.kind, first.name, first.entities) != ("intent", intent, ()):
        return None
    loops = [step.name for step in rule.conditions if step.kind == "loop"]
    others = tuple(step for step in rule.conditions if step.kind != "loop")
    form = loops[0] or "" if len(loops) == 1 else ""
    if loops and (not form or body[-2:] != _back_to(form)):
        return None
    names = tuple(str(step.name) for step in (body[:-2] if form else body) if step.kind == "action")
    if len(names) != len(body) - (2 if form else 0):
        return None
    gate = next((name for name, steps in _GATES if steps == others), None)
    return (form, gate) if gate and names in _bodies(intent, form, gate) else None


def rules_naming(files: BotProject, intent: str) -> list[str]:
    """The files' rules and stories that say more of an intent than its plain answer: they hold it."""
    held = [rule.name for rule in files.rules if _names(rule, intent) and not is_plain_rule(rule, intent)]
    return list(dict.fromkeys([*held, *(story.name for story in files.stories if _names(story, intent))]))


def held_intents(files: BotProject) -> set[str]:
    """All intents of which `rules_naming` names something."""
    items: list[Rule | Story] = [*files.rules, *files.stories]
    return {
        str(step.name)
        for item in items
        for step in item.steps
        if step.kind == "intent" and not (isinstance(item, Rule) and is_plain_rule(item, str(step.name)))
    }


def make_rule(intent: str, kind: Kind, actions: Collection[str]) -> Rule:
    """`actions` are the project's: what it has no action for is done without."""
    form, gate = kind
    if gate == "unknown":
        names = [NEED_AUTH, REMEMBER] if REMEMBER in actions else [NEED_AUTH]
    else:
        names = [ANSWER_INSIDE if form and ANSWER_INSIDE in actions else f"utter_{intent}"]
    steps = [Step("intent", intent), *(Step("action", name) for name in names)]
    conditions = dict(_GATES)[gate]
    if form:
        steps += _back_to(form)
        conditions = (Step("loop", form), *conditions)
    inside = f" inside {form}" if form else ""
    return Rule(f"{intent}{inside}{_NAMES[gate]}", tuple(steps), conditions)


def wanted_kinds(requires_auth: bool, forms: Collection[str]) -> list[Kind]:
    gates: tuple[Gate, ...] = ("verified", "unknown") if requires_auth else ("open",)
    return [(form, gate) for form in ("", *forms) for gate in gates]


def _bodies(intent: str, form: str, gate: Gate) -> Iterator[tuple[str, ...]]:
    if gate == "unknown":
        yield (NEED_AUTH,)
        yield (NEED_AUTH, REMEMBER)
        return
    yield (f"utter_{intent}",)
    if form:
        yield (ANSWER_INSIDE,)


def _back_to(form: str) -> list[Step]:
    return [Step("action", form), Step("loop", form)]


def _names(item: Rule | Story, intent: str) -> bool:
    return any(step.kind == "intent" and step.name == intent for step in item.steps)

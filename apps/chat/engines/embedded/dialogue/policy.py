"""Predicts the next action by rules."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from apps.chat.engines.embedded.dialogue.actions import DEFAULT_FALLBACK, LISTEN, UTTER, Actions
from apps.chat.engines.embedded.dialogue.turn import Moment, Turn
from apps.chat.engines.embedded.dialogue.utterance import DEFAULT_ACTIONS
from apps.chat.engines.project import BotProject, Rule, Slot, Step


class RulePolicy:
    """Of the rules that fit what has happened since the message, the most specific one says what follows.

    Specific means: more conditions, then more entities, then more steps; equals stay in the project's order.
    """

    def __init__(self, project: BotProject, actions: Actions) -> None:
        self._slots = project.slots
        self._actions = actions
        self._by_intent: dict[str | None, list[Rule]] = defaultdict(list)
        self._after_action: list[Rule] = []
        for rule in sorted(project.rules, key=_specificity, reverse=True):
            if rule.steps and rule.steps[0].kind == "intent":
                self._by_intent[rule.steps[0].name].append(rule)
            elif rule.steps:
                self._after_action.append(rule)

    def next_action(self, turn: Turn) -> str:
        for rule in self._by_intent.get(turn.said.intent, ()):
            if self._begins(rule, turn) and (action := self._follow(rule, rule.steps[1:], turn, 0)):
                return action
        for rule in self._after_action:
            for start in range(len(turn.actions)):
                if self._all_hold(rule.conditions, turn.moments[start]) and (
                    action := self._follow(rule, rule.steps, turn, start)
                ):
                    return action
        return LISTEN if turn.actions else self._without_rule(turn)

    def _begins(self, rule: Rule, turn: Turn) -> bool:
        if rule.conversation_start and not turn.is_first:
            return False
        found = {entity.entity for entity in turn.said.entities}
        return found.issuperset(rule.steps[0].entities) and self._all_hold(rule.conditions, turn.moments[0])

    def _follow(self, rule: Rule, steps: Sequence[Step], turn: Turn, done: int) -> str | None:
        """The rule's next action when its steps match the turn's actions from number `done` on, else None."""
        for step in steps:
            if step.kind == "action":
                if done == len(turn.actions):
                    return step.name
                if turn.actions[done] != step.name:
                    return None
                done += 1
            elif step.kind == "intent":
                break
            elif not self._holds(step, turn.moments[done]):
                return None
        return LISTEN if done == len(turn.actions) and rule.wait_for_user_input else None

    def _without_rule(self, turn: Turn) -> str:
        named = DEFAULT_ACTIONS.get(turn.said.intent, UTTER + turn.said.intent)
        return named if named in self._actions else DEFAULT_FALLBACK

    def _all_hold(self, conditions: Sequence[Step], moment: Moment) -> bool:
        return all(self._holds(condition, moment) for condition in conditions)

    def _holds(self, step: Step, moment: Moment) -> bool:
        if step.kind == "loop":
            return moment.active_loop == step.name
        slot = self._slots.get(step.name or "")
        return slot is not None and slot_has(slot, moment.slots.get(slot.name), step)


def slot_has(slot: Slot, value: Any, step: Step) -> bool:
    """Compares as Rasa's features do: a text or list only by being set or not, the other types by value."""
    is_set = value is not None and value != []
    if step.any_value:
        return is_set
    wanted = step.value
    if slot.type in {"text", "list"}:
        return is_set == (wanted is not None and wanted != [])
    if isinstance(value, str) and isinstance(wanted, str):
        return value.casefold() == wanted.casefold()
    return isinstance(value, bool) is isinstance(wanted, bool) and bool(value == wanted)


def _specificity(rule: Rule) -> tuple[int, int, int]:
    """Checks that stand between the message and the first action count as conditions."""
    checks = 0
    for step in rule.steps[1:]:
        if step.kind not in {"slot", "loop"}:
            break
        checks += 1
    entities = len(rule.steps[0].entities) if rule.steps else 0
    return (len(rule.conditions) + checks + rule.conversation_start, entities, len(rule.steps))

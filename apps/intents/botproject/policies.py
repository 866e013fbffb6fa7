"""Reads the policies of `config.yml`: what follows rules and stories, and what is done where none fits."""

from dataclasses import dataclass, field

from apps.chat.engines.project import Policies
from apps.intents.botproject.config import name_of
from apps.intents.botproject.findings import NOWHERE, Findings, Place
from apps.intents.botproject.shape import get_blocks, get_flag, get_text
from apps.intents.botproject.yamlfiles import Block

RULES = "RulePolicy"
AUGMENTED = "AugmentedMemoizationPolicy"
MEMOIZATION = frozenset({"MemoizationPolicy", AUGMENTED})
LEARNT = frozenset({"TEDPolicy", "UnexpecTEDIntentPolicy"})
"""Policies of Rasa that learn from stories."""


@dataclass(frozen=True, slots=True)
class Core:
    """The policies, and what only the checks want to know."""

    policies: Policies = field(default_factory=Policies)
    follows_rules: bool = True
    restricts_rules: bool = True
    """Whether Rasa refuses rules in which the student speaks more than once."""
    is_default: bool = False
    """Nothing is written: Rasa takes rules, memoization, and two policies that learn."""
    place: Place = NOWHERE


def read_policies(config: Block, found: Findings) -> Core:
    """Policies that the embedded engine does not run are reported."""
    blocks = get_blocks(config, "policies", "config", found)
    if not blocks:
        return Core(Policies(memoization=True), is_default=True, place=config.place)
    named = {name_of(block, found): block for block in blocks}
    for name, block in named.items():
        _check(name, block, found)
    rules = named.get(RULES, Block(place=blocks[0].place))
    memory = named.get(AUGMENTED, named.get("MemoizationPolicy", Block()))
    fallback = get_text(rules, "core_fallback_action_name", RULES, found)
    policies = Policies(
        core_fallback_action=fallback or Policies().core_fallback_action,
        has_core_fallback=RULES in named
        and get_flag(rules, "enable_fallback_prediction", True, RULES, found),
        memoization=bool(MEMOIZATION & named.keys()),
        is_augmented=AUGMENTED in named,
        max_history=_max_history(memory, found),
    )
    restricts = get_flag(rules, "restrict_rules", True, RULES, found)
    return Core(policies, RULES in named, restricts, place=rules.place)


def _check(name: str, block: Block, found: Findings) -> None:
    if name in LEARNT:
        message = "La política aprende de las historias y no se ejecuta: se siguen las exactas; quítala."
        found.unsupported(name, message, block.place)
    elif name not in MEMOIZATION | {RULES}:
        message = f"La política no se aplica; deja {RULES} y, para las historias, MemoizationPolicy."
        found.unsupported(name or "config", message, block.place)


def _max_history(memory: Block, found: Findings) -> int | None:
    value = memory.get("max_history")
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
        return value
    found.error("config", "«max_history» debe ser un número de turnos; corrígelo.", memory.place)
    return None

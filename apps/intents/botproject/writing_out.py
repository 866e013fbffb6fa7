"""Writes `or` steps out: one list of steps for each way through them."""

from dataclasses import dataclass
from itertools import product
from math import prod

from apps.chat.engines.project import Step
from apps.intents.botproject.findings import Findings
from apps.intents.botproject.shape import get_list
from apps.intents.botproject.steps import StepReader
from apps.intents.botproject.supported import SNIPPET
from apps.intents.botproject.yamlfiles import Block

MAX_WAYS = 200
"""Of one rule or story: more are a mistake, or want more than one."""
MAX_STEPS = 200_000
"""Of a whole project, written out."""


@dataclass(slots=True)
class Allowance:
    """How many steps may still be written out."""

    steps: int = MAX_STEPS


def steps_of(block: Block, reader: StepReader, left: Allowance, found: Findings) -> list[list[Step]]:
    """Every way through the steps of a rule or story; none when they are too many."""
    owner = str(block.get("rule") or block.get("story"))
    parts = []
    for item in get_list(block, "steps", owner, found):
        if isinstance(item, Block):
            parts.append(reader.alternatives(item))
        elif item != SNIPPET:  # which Rasa passes over
            message = f"En «steps» sobra «{item}»: cada elemento lleva «clave: valor»."
            found.error(owner, message, block.place)
    ways = prod(map(len, parts))
    left.steps -= min(ways, MAX_WAYS) * len(parts)
    if ways > MAX_WAYS or left.steps < 0:
        reader.refuse(
            f"Sus pasos «or» dan {ways} combinaciones, y caben {MAX_WAYS}; divídela en varias.", block.place
        )
        return []
    return [[step for steps in way for step in steps] for way in product(*parts)]

"""Reads the forms of a domain."""

from apps.chat.engines.project import Form
from apps.intents.botproject.findings import Findings, Place
from apps.intents.botproject.shape import get_texts, report_other_keys
from apps.intents.botproject.yamlfiles import Block

_KEYS = frozenset({"required_slots", "ignored_intents"})


def read_form(name: str, section: Block, found: Findings) -> tuple[Form, Place]:
    """A form without slots asks what its `validate_…` action says."""
    block = section[name]
    if block is None:
        return Form(name), section.place
    if not isinstance(block, Block):
        found.error(name, "El formulario debe llevar «required_slots» con su lista de slots.", section.place)
        return Form(name), section.place
    report_other_keys(block, _KEYS, name, found)
    if isinstance(block.get("required_slots"), str | Block):
        found.error(
            name, "«required_slots» debe ser una lista de slots; pon cada uno tras «- ».", block.place
        )
        return Form(name), block.place
    if "ignored_intents" in block and "required_slots" not in block:
        found.error(name, "Con «ignored_intents» Rasa exige «required_slots»; escríbelo.", block.place)
    slots = get_texts(block, "required_slots", name, found)
    return Form(name, slots, get_texts(block, "ignored_intents", name, found)), block.place

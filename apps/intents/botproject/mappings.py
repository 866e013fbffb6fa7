"""Reads how a slot is filled."""

from typing import Any

from apps.chat.engines.project import Mapping
from apps.intents.botproject.findings import Findings
from apps.intents.botproject.shape import get_blocks, get_text, get_texts, report_other_keys
from apps.intents.botproject.supported import MAPPING_TYPES
from apps.intents.botproject.yamlfiles import Block, plain

_KEYS = frozenset(
    {"type", "entity", "intent", "not_intent", "value", "action", "conditions", "role", "group"}
)
_CONDITION_KEYS = frozenset({"active_loop", "requested_slot"})
_NEEDED = {"from_entity": "entity", "from_intent": "value", "from_trigger_intent": "value"}


def read_mapping(slot: str, block: Block, found: Findings) -> Mapping | None:
    """None for a mapping that is wrong or that the embedded engine cannot do: both are reported."""
    report_other_keys(block, _KEYS, slot, found)
    mapping = Mapping(
        type=get_text(block, "type", slot, found),
        entity=get_text(block, "entity", slot, found),
        intents=get_texts(block, "intent", slot, found),
        not_intents=get_texts(block, "not_intent", slot, found),
        value=plain(block.get("value")),
        action=get_text(block, "action", slot, found),
        conditions=tuple(_conditions(slot, block, found)),
    )
    missing = _NEEDED.get(mapping.type, "")
    if missing and block.get(missing) in (None, ""):
        found.error(slot, f"Al mapping {mapping.type} le falta «{missing}»; escríbelo.", block.place)
        return None
    reason = _unsupported_part(mapping, block)
    if reason:
        found.unsupported(slot, reason, block.place)
        return None
    return mapping


def _conditions(slot: str, block: Block, found: Findings) -> list[dict[str, Any]]:
    """`active_loop` is always there, None for no form; `requested_slot` only where it matters."""
    conditions = []
    for item in get_blocks(block, "conditions", slot, found):
        report_other_keys(item, _CONDITION_KEYS, slot, found)
        condition: dict[str, Any] = {"active_loop": get_text(item, "active_loop", slot, found) or None}
        asked = get_text(item, "requested_slot", slot, found)
        if asked and condition["active_loop"]:
            condition["requested_slot"] = asked
        elif asked:
            message = "Sin «active_loop» la condición vale solo fuera de formularios; escribe el formulario."
            found.warning(slot, message, item.place)
        conditions.append(condition)
    return conditions


def _unsupported_part(mapping: Mapping, block: Block) -> str:
    if mapping.type not in MAPPING_TYPES:
        return f"Mapping «{mapping.type}»: no se ejecuta; usa {', '.join(sorted(MAPPING_TYPES))}."
    if block.get("role") or block.get("group"):
        return "El mapping distingue role o group de la entidad: no se ejecuta; usa otra entidad."
    return ""

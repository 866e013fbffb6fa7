"""Reads the slots of a domain and how they are filled."""

from typing import Any, get_args

from apps.chat.engines.project import Mapping, Slot, SlotType
from apps.intents.botproject.findings import Findings
from apps.intents.botproject.shape import (
    get_blocks,
    get_flag,
    get_list,
    get_text,
    get_texts,
    report_other_keys,
)
from apps.intents.botproject.supported import EMBEDDED_ACTIONS, MAPPING_TYPES
from apps.intents.botproject.yamlfiles import Block, plain

SLOT_TYPES: tuple[SlotType, ...] = get_args(SlotType)

_SLOT_KEYS = frozenset({"type", "initial_value", "influence_conversation", "values", "mappings"})
_MAPPING_KEYS = frozenset(
    {"type", "entity", "intent", "not_intent", "value", "action", "conditions", "role", "group"}
)


def read_slot(name: str, block: Block, found: Findings) -> Slot:
    report_other_keys(block, _SLOT_KEYS, name, found)
    slot_type = _slot_type(name, block, found)
    values = tuple(_word(value) for value in get_list(block, "values", name, found))
    if slot_type == "categorical" and not values:
        found.error(name, "El slot categorical no tiene valores; escríbelos en «values».", block.place)
    if "mappings" not in block:
        found.error(
            name, "Al slot le falta «mappings»; si solo lo llena una acción: «- type: custom».", block.place
        )
    mappings = [
        mapping
        for item in get_blocks(block, "mappings", name, found)
        if (mapping := _mapping(name, item, found)) is not None
    ]
    return Slot(
        name=name,
        type=slot_type,
        initial=plain(block.get("initial_value")),
        influences=get_flag(block, "influence_conversation", slot_type != "any", name, found),
        values=values,
        mappings=tuple(mappings),
    )


def _slot_type(name: str, block: Block, found: Findings) -> SlotType:
    written = get_text(block, "type", name, found)
    for known in SLOT_TYPES:
        if written == known:
            return known
    if "." in written:
        found.unsupported(
            name, f"Tipo de slot propio «{written}»: usa uno de {', '.join(SLOT_TYPES)}.", block.place
        )
    else:
        found.error(name, f"Tipo de slot «{written}» desconocido: usa {', '.join(SLOT_TYPES)}.", block.place)
    return "any"


def _word(value: Any) -> str:
    """A categorical value as Rasa compares it: `true` stays "true"."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _mapping(slot: str, block: Block, found: Findings) -> Mapping | None:
    """None for a mapping that is wrong or that the embedded engine cannot do: both are reported."""
    report_other_keys(block, _MAPPING_KEYS, slot, found)
    mapping = Mapping(
        type=get_text(block, "type", slot, found),
        entity=get_text(block, "entity", slot, found),
        intents=get_texts(block, "intent", slot, found),
        not_intents=get_texts(block, "not_intent", slot, found),
        value=plain(block.get("value")),
        action=get_text(block, "action", slot, found),
    )
    missing = _missing_key(mapping)
    if missing:
        found.error(slot, f"Al mapping {mapping.type} le falta «{missing}»; escríbelo.", block.place)
        return None
    reason = _unsupported_part(mapping, block)
    if reason:
        found.unsupported(slot, reason, block.place)
        return None
    return mapping


def _missing_key(mapping: Mapping) -> str:
    if mapping.type == "from_entity" and not mapping.entity:
        return "entity"
    if mapping.type == "from_intent" and mapping.value is None:
        return "value"
    return ""


def _unsupported_part(mapping: Mapping, block: Block) -> str:
    if mapping.type not in MAPPING_TYPES:
        return f"Mapping «{mapping.type}»: no se ejecuta; usa {', '.join(sorted(MAPPING_TYPES))}."
    if block.get("conditions"):
        return "El mapping depende de un formulario («conditions»): no se ejecuta; quita la condición."
    if block.get("role") or block.get("group"):
        return "El mapping distingue role o group de la entidad: no se ejecuta; usa otra entidad."
    if mapping.action and mapping.action not in EMBEDDED_ACTIONS:
        return f"Lo llena la acción «{mapping.action}», que el motor embebido no tiene."
    return ""

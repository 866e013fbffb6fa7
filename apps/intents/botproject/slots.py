"""Reads the slots of a domain."""

from typing import Any, get_args

from apps.chat.engines.project import Slot, SlotType
from apps.intents.botproject.findings import Findings
from apps.intents.botproject.mappings import read_mapping
from apps.intents.botproject.shape import get_blocks, get_flag, get_list, get_text, report_other_keys
from apps.intents.botproject.yamlfiles import Block, plain

SLOT_TYPES: tuple[SlotType, ...] = get_args(SlotType)

_KEYS = frozenset({"type", "initial_value", "influence_conversation", "values", "mappings"})
_RANGE = frozenset({"min_value", "max_value"})


def read_slot(name: str, block: Block, found: Findings) -> Slot:
    slot_type = _slot_type(name, block, found)
    report_other_keys(block, _KEYS | _RANGE if slot_type == "float" else _KEYS, name, found)
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
        if (mapping := read_mapping(name, item, found)) is not None
    ]
    return Slot(
        name=name,
        type=slot_type,
        initial=plain(block.get("initial_value")),
        influences=get_flag(block, "influence_conversation", slot_type != "any", name, found),
        values=values,
        **_range(name, slot_type, block, found),
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


def _range(name: str, slot_type: SlotType, block: Block, found: Findings) -> dict[str, float]:
    """Bounds of a float slot where they are written; Rasa refuses empty ranges."""
    if slot_type != "float":
        return {}
    written = {key: block[key] for key in sorted(_RANGE & block.keys())}
    for key, value in written.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            found.error(name, f"«{key}» debe ser un número; corrígelo.", block.place)
            return {}
    if written.get("min_value", 0.0) >= written.get("max_value", 1.0):
        found.error(name, "«min_value» debe ser menor que «max_value»; corrígelos.", block.place)
        return {}
    return {key: float(value) for key, value in written.items()}

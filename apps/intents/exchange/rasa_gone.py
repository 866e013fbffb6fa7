"""Takes what names an intent that is gone out of rules, stories and slots as they are written."""

from collections.abc import Collection, Iterator
from typing import Any

from apps.intents.botproject.yamlfiles import Block
from apps.intents.knowledge import Filling

Item = dict[str, Any]


def without(item: Item, gone: Collection[str]) -> Item | None:
    """A rule or story without the ways of its `or` steps that name one of `gone`; None when none is left."""
    steps = item.get("steps")
    if not isinstance(steps, list):
        return item
    left = [_step_without(step, gone) for step in steps]
    if any(step is None for step in left):
        return None
    return {**item, "steps": left}


def _step_without(step: Any, gone: Collection[str]) -> Any:
    """An `or` of one way is that way."""
    ways = step.get("or") if isinstance(step, dict) else None
    if not isinstance(ways, list):
        return None if set(intents_in(step)) & set(gone) else step
    left = [way for way in ways if not set(intents_in(way)) & set(gone)]
    if len(left) == len(ways):
        return step
    return {**step, "or": left} if len(left) > 1 else left[0] if left else None


def intents_in(value: Any) -> Iterator[str]:
    """Those of a selector of answers by their first part."""
    if isinstance(value, list):
        for item in value:
            yield from intents_in(item)
    elif isinstance(value, dict):
        if isinstance(value.get("intent"), str):
            yield value["intent"].strip().removeprefix("/").split("/")[0]
        yield from intents_in(list(value.values()))


def slots_filled(slots: Any, filling: Filling) -> Any:
    """The domain's slots, their mappings naming the intents that there are."""
    if not isinstance(slots, dict):
        return slots
    return {name: _slot_filled(slot, filling) for name, slot in slots.items()}


def forms_filled(forms: Any, filling: Filling) -> Any:
    if not isinstance(forms, dict):
        return forms
    return {name: _with(form, "ignored_intents", filling, [name]) for name, form in forms.items()}


def _slot_filled(slot: Any, filling: Filling) -> Any:
    mappings = slot.get("mappings") if isinstance(slot, dict) else None
    if not isinstance(mappings, list):
        return slot
    left = [found for one in mappings if (found := _mapping_filled(one, filling)) is not None]
    return {**slot, "mappings": left}


def _mapping_filled(mapping: Any, filling: Filling) -> Any:
    if not isinstance(mapping, dict):
        return mapping
    written = _texts(mapping.get("intent"))
    intents = filling.named(written)
    if intents is None:
        return None
    if intents != written:
        mapping = {**mapping, "intent": intents}
    conditions = mapping.get("conditions")
    blocks = [one for one in conditions if isinstance(one, Block)] if isinstance(conditions, list) else []
    return _with(mapping, "not_intent", filling, [one.get("active_loop") for one in blocks])


def _with(holder: Any, key: str, filling: Filling, forms: list[Any]) -> Any:
    if not isinstance(holder, dict) or key not in holder:
        return holder
    written = _texts(holder[key])
    left = filling.left_out(written, forms)
    return holder if left == written else {**holder, key: left}


def _texts(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]

"""Reads the bot's answers with their variations."""

from collections.abc import Iterator
from typing import Any

from apps.chat.engines.project import DATES, Response, is_day
from apps.intents.botproject.findings import Findings
from apps.intents.botproject.shape import get_blocks, get_mapping, get_text, report_other_keys
from apps.intents.botproject.yamlfiles import Block, plain

_KEYS = frozenset(
    {"text", "buttons", "image", "custom", "attachment", "channel", "condition", "id", "metadata"}
)
_CONDITION_KEYS = frozenset({"type", "name", "value"})
_CONTENT_KEYS = ("text", "buttons", "image", "custom", "attachment")


def read_variations(name: str, section: Block, found: Findings) -> tuple[Response, ...]:
    """The variations of one answer that can be used; an answer without any is an error."""
    if not section[name]:
        found.error(
            name, "La respuesta no tiene variaciones; escribe al menos una con «- text:».", section.place
        )
        return ()
    blocks = get_blocks(section, name, name, found)
    variations = tuple(response for block in blocks if (response := _variation(name, block, found)))
    if variations and all(variation.conditions for variation in variations):
        found.warning(name, "Todas las variaciones tienen condición; añade una sin ella.", blocks[0].place)
    return variations


def _variation(name: str, block: Block, found: Findings) -> Response | None:
    report_other_keys(block, _KEYS, name, found)
    if not any(block.get(key) for key in _CONTENT_KEYS):
        found.error(name, "Variación sin contenido; escribe «text», «image» o «custom».", block.place)
        return None
    conditions = _conditions(name, block, found)
    if conditions is None:
        return None
    custom = get_mapping(block, "custom", name, found)
    return Response(
        text=get_text(block, "text", name, found),
        buttons=tuple(_buttons(name, block, found)),
        image=get_text(block, "image", name, found),
        custom=plain(custom) if custom else None,
        attachment=plain(block.get("attachment")),
        channel=get_text(block, "channel", name, found),
        conditions=conditions,
        **_dates(name, block, found),
    )


def _dates(name: str, block: Block, found: Findings) -> dict[str, str]:
    """Rasa has no word for them and leaves metadata alone; what else is in it is of no use here."""
    metadata = block.get("metadata")
    if not isinstance(metadata, Block):
        return {}
    dates = {key: get_text(metadata, key, name, found) for key in DATES}
    for key, text in dates.items():
        if text and not is_day(text):
            found.error(name, f"«{key}» no es una fecha; escríbela como 2026-05-31.", block.place)
    return dates


def _conditions(name: str, block: Block, found: Findings) -> dict[str, Any] | None:
    """Slot names with their wanted values; None when a condition is not of a slot."""
    conditions = {}
    for condition in get_blocks(block, "condition", name, found):
        report_other_keys(condition, _CONDITION_KEYS, name, found)
        kind, slot = condition.get("type"), get_text(condition, "name", name, found)
        if kind != "slot" or not slot:
            found.unsupported(
                name, f"Condición de tipo «{kind}»: usa «type: slot» con «name».", condition.place
            )
            return None
        conditions[slot] = plain(condition.get("value"))
    return conditions


def _buttons(name: str, block: Block, found: Findings) -> Iterator[dict[str, Any]]:
    for button in get_blocks(block, "buttons", name, found):
        if not get_text(button, "title", name, found):
            found.error(name, "Hay un botón sin «title»; escríbelo.", button.place)
        if not button.get("payload") and not button.get("url"):
            found.error(name, "Hay un botón sin «payload» ni «url»; escríbelo.", button.place)
        yield plain(button)

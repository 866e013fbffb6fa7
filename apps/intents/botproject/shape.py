"""Takes values of the expected shape out of YAML mappings; the wrong shape becomes a finding."""

from typing import Any

from apps.intents.botproject.findings import Findings
from apps.intents.botproject.yamlfiles import Block


def get_blocks(block: Block, key: str, owner: str, found: Findings) -> list[Block]:
    """The mappings listed under `key`; other items are reported and left out."""
    blocks = []
    for item in get_list(block, key, owner, found):
        if isinstance(item, Block):
            blocks.append(item)
        else:
            found.error(owner, f"En «{key}» sobra «{item}»: cada elemento lleva «clave: valor».", block.place)
    return blocks


def get_list(block: Block, key: str, owner: str, found: Findings) -> list[Any]:
    value = block.get(key)
    if value is None:
        return []
    if isinstance(value, list):
        return value
    found.error(owner, f"«{key}» debe ser una lista; pon cada elemento tras «- ».", block.place)
    return []


def get_mapping(block: Block, key: str, owner: str, found: Findings) -> Block:
    value = block.get(key)
    if isinstance(value, Block):
        return value
    if value is not None:
        found.error(owner, f"«{key}» debe llevar «clave: valor» en cada línea.", block.place)
    return Block(place=block.place)


def get_text(block: Block, key: str, owner: str, found: Findings) -> str:
    """A text, empty when it is missing; a number, list or truth value is reported."""
    value = block.get(key)
    if isinstance(value, str):
        return value.strip()
    if value is not None:
        found.error(owner, f"«{key}» debe ser un texto; ponlo entre comillas.", block.place)
    return ""


def get_texts(block: Block, key: str, owner: str, found: Findings) -> tuple[str, ...]:
    """One text or a list of texts."""
    value = block.get(key)
    items = value if isinstance(value, list) else [] if value is None else [value]
    if all(isinstance(item, str) for item in items):
        return tuple(items)
    found.error(owner, f"«{key}» debe ser un texto o una lista de textos.", block.place)
    return ()


def get_flag(block: Block, key: str, default: bool, owner: str, found: Findings) -> bool:
    value = block.get(key, default)
    if isinstance(value, bool):
        return value
    found.error(owner, f"«{key}» debe ser true o false.", block.place)
    return default


def report_other_keys(block: Block, known: frozenset[str], owner: str, found: Findings) -> None:
    """Names the keys of `block` that nobody reads."""
    for key in block:
        if key not in known:
            found.unsupported(
                owner, f"La clave «{key}» no se usa aquí; bórrala o corrige su nombre.", block.place
            )

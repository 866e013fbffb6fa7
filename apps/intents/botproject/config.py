"""Reads `config.yml`: the language, and which components mean something else here."""

from apps.intents.botproject.findings import Findings
from apps.intents.botproject.shape import get_blocks, get_text
from apps.intents.botproject.supported import COMPONENTS, ONLY_OPTIONS
from apps.intents.botproject.yamlfiles import Block

DEFAULT_LANGUAGE = "es"


def read_language(config: Block, found: Findings) -> str:
    return get_text(config, "language", "config", found) or DEFAULT_LANGUAGE


def component_names(config: Block, found: Findings) -> set[str]:
    """Names in the pipeline; components and options that cannot be followed are reported."""
    return {_check(block, found) for block in get_blocks(config, "pipeline", "config", found)}


def name_of(block: Block, found: Findings) -> str:
    """Of a component or policy; one of Rasa's may be written with its path."""
    written = get_text(block, "name", "config", found)
    return written.rpartition(".")[2] if written.startswith("rasa.") else written


def _check(block: Block, found: Findings) -> str:
    name = name_of(block, found)
    if name not in COMPONENTS:
        found.unsupported(name or "config", "El componente no se aplica; quítalo del pipeline.", block.place)
    for option, value in ONLY_OPTIONS.get(name, {}).items():
        if block.get(option, value) != value:
            shown = str(value).lower()
            found.unsupported(name, f"Solo se admite «{option}: {shown}»; cámbiala o quítala.", block.place)
    return name

"""Reads `config.yml`: the language, and which components and policies mean something else here."""

from apps.intents.botproject.findings import Findings
from apps.intents.botproject.shape import get_blocks, get_text
from apps.intents.botproject.supported import COMPONENTS, ONLY_OPTIONS, POLICIES
from apps.intents.botproject.yamlfiles import Block

DEFAULT_LANGUAGE = "es"


def read_language(config: Block, found: Findings) -> str:
    return get_text(config, "language", "config", found) or DEFAULT_LANGUAGE


def component_names(config: Block, found: Findings) -> set[str]:
    """Names in the pipeline; components, policies and options that cannot be followed are reported."""
    names = {
        _check(block, COMPONENTS, "El componente no se aplica; quítalo del pipeline.", found)
        for block in get_blocks(config, "pipeline", "config", found)
    }
    for block in get_blocks(config, "policies", "config", found):
        _check(block, POLICIES, "La política no se aplica; deja solo RulePolicy.", found)
    return names


def _check(block: Block, supported: frozenset[str], message: str, found: Findings) -> str:
    written = get_text(block, "name", "config", found)
    name = written.rpartition(".")[2] if written.startswith("rasa.") else written
    if name not in supported:
        found.unsupported(written or "config", message, block.place)
    for option, value in ONLY_OPTIONS.get(name, {}).items():
        if block.get(option, value) != value:
            found.unsupported(name, f"Solo se admite «{option}: {value}»; cámbiala o quítala.", block.place)
    return name

"""Which entities of a domain rules look at, for each intent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.intents.botproject.findings import Findings
from apps.intents.botproject.shape import get_texts
from apps.intents.botproject.yamlfiles import Block

INTENT_OPTIONS = frozenset({"use_entities", "ignore_entities", "is_retrieval_intent"})


@dataclass(slots=True)
class EntityUse:
    """What a domain says of entities and intents. Of an intent that says nothing the defaults count."""

    ignored_by_default: list[str] = field(default_factory=list)
    options: dict[str, Block] = field(default_factory=dict)

    def ignored(self, intent: str, entities: Iterable[str]) -> tuple[str, ...]:
        """Those of `entities` at which rules do not look when the intent is said, in their order."""
        block: Mapping[str, Any] = self.options.get(intent, {})
        used = _names(block, "use_entities", None)
        excluded = _names(block, "ignore_entities", self.ignored_by_default) or []
        if "use_entities" in block and block["use_entities"] is not True:
            used = used or []
        return tuple(name for name in entities if name in excluded or (used is not None and name not in used))


def read_intent_options(name: str, options: Block, use: EntityUse, found: Findings) -> None:
    use.options[name] = options
    for key in ("use_entities", "ignore_entities"):
        if not isinstance(options.get(key), bool):
            get_texts(options, key, name, found)
    for key in sorted(options.keys() - INTENT_OPTIONS):
        found.unsupported(name, f"«{key}» de la intención no se aplica; bórrala.", options.place)


def read_entity_options(name: str, options: Block, use: EntityUse, found: Findings) -> None:
    for key, value in options.items():
        if key != "influence_conversation":
            found.unsupported(
                name, f"«{key}» de la entidad no se aplica; usa entidades distintas.", options.place
            )
        elif value is False:
            use.ignored_by_default.append(name)


def _names(block: Mapping[str, Any], key: str, otherwise: list[str] | None) -> list[str] | None:
    value = block.get(key, otherwise)
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else None

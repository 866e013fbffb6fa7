"""What a Rasa project has and rasa/ lacks, as files for it: synonyms, lookups, slots, rules and more."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from apps.intents.botproject import Source
from apps.intents.botproject.yamlfiles import plain
from apps.intents.exchange.rasa_export import as_yaml

LISTS = ("intents", "entities", "actions")
MAPPINGS = ("slots", "forms", "responses")
NLU = ("intent", "synonym", "lookup", "regex")
NAMED = {"rules": "rule", "stories": "story"}


def files_beside(source: Source, own: Source, name: str) -> dict[str, str]:
    """Texts by their path in rasa/; what is there under the same name stays as it is there. May be empty."""
    stem = f"importado_{_slug(name)}.yml"
    domain: dict[str, Any] = {key: found for key in LISTS if (found := _new_items(source, own, key))}
    domain |= {key: part for key in MAPPINGS if (part := _new_entries(source, own, key))}
    data: dict[str, Any] = {"nlu": [item for key, item in _nlu(source).items() if key not in _nlu(own)]}
    for section, key in NAMED.items():
        there = {item.get(key) for item in own.items(section)}
        data[section] = [plain(item) for item in source.items(section) if item.get(key) not in there]
    parts = {f"domain/{stem}": domain, f"data/{stem}": {k: v for k, v in data.items() if v}}
    return {path: as_yaml({"version": "3.1", **held}) for path, held in parts.items() if held}


def _slug(name: str) -> str:
    plain_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain_name).strip("_")[:40] or "proyecto"


def _name(item: Any) -> str:
    """Of a domain's list item: a text, or a mapping of its name to more."""
    return str(next(iter(item), "")) if isinstance(item, Mapping) else str(item)


def _items(source: Source, key: str) -> Iterator[Any]:
    for file in source.domain:
        value = file.get(key)
        if isinstance(value, list):
            yield from value


def _new_items(source: Source, own: Source, key: str) -> list[Any]:
    there = {_name(item) for item in _items(own, key)}
    return [plain(item) for item in _items(source, key) if _name(item) not in there]


def _entries(source: Source, key: str) -> dict[str, Any]:
    found = [file.get(key) for file in source.domain]
    return {name: value for part in found if isinstance(part, dict) for name, value in part.items()}


def _new_entries(source: Source, own: Source, key: str) -> dict[str, Any]:
    there = _entries(own, key)
    return {name: plain(value) for name, value in _entries(source, key).items() if name not in there}


def _nlu(source: Source) -> dict[tuple[str, str], Any]:
    found = {}
    for item in source.items("nlu"):
        kind = next((kind for kind in NLU if kind in item), "")
        if kind:
            found[kind, str(item[kind])] = plain(item)
    return found

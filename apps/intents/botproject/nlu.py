"""Reads what the bot understands: intents with examples, synonyms, expressions and lists."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from apps.chat.engines.project import Example, Intent
from apps.intents.botproject.annotations import parse_example
from apps.intents.botproject.findings import Findings, Place
from apps.intents.botproject.shape import get_blocks, get_flag, get_mapping, get_text, report_other_keys
from apps.intents.botproject.yamlfiles import Block

_INTENT_KEYS = frozenset({"intent", "examples", "metadata"})
_METADATA_KEYS = frozenset({"title", "requires_auth"})
_EXAMPLE_KEYS = frozenset({"text", "metadata"})


@dataclass(slots=True)
class Nlu:
    """Everything under `nlu:` of all files. `retrieval` maps a selector's intent to its sub-intents."""

    intents: dict[str, Intent] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    regexes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lookups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    synonyms: dict[str, str] = field(default_factory=dict)
    retrieval: dict[str, list[str]] = field(default_factory=dict)


def read_nlu(files: Iterable[Block], found: Findings) -> Nlu:
    nlu = Nlu()
    for file in files:
        for item in get_blocks(file, "nlu", "nlu", found):
            _read_item(item, nlu, found)
    for base, names in nlu.retrieval.items():
        found.unsupported(
            base,
            f"Selector de respuestas con {len(names)} intenciones ({names[0]}…): no se ejecuta; "
            "crea una intención con su regla para cada una.",
            nlu.places[base],
        )
    return nlu


def _read_item(item: Block, nlu: Nlu, found: Findings) -> None:
    for kind, read in _READERS.items():
        if kind in item:
            name = get_text(item, kind, kind, found)
            if name:
                read(name, item, nlu, found)
            elif item[kind] in (None, ""):
                found.error(kind, f"A «{kind}:» le falta el nombre; escríbelo.", item.place)
            return
    found.error("nlu", "Elemento sin «intent», «synonym», «regex» ni «lookup»; corrígelo.", item.place)


def _read_intent(name: str, item: Block, nlu: Nlu, found: Findings) -> None:
    if "/" in name:
        nlu.retrieval.setdefault(name.split("/")[0], []).append(name)
        nlu.places.setdefault(name.split("/")[0], item.place)
        return
    report_other_keys(item, _INTENT_KEYS, name, found)
    metadata = get_mapping(item, "metadata", name, found)
    for key in sorted(metadata.keys() - _METADATA_KEYS):
        found.warning(
            name, f"En «metadata», «{key}» no se usa; ¿querías «title» o «requires_auth»?", item.place
        )
    nlu.places.setdefault(name, item.place)
    known = nlu.intents.get(name, Intent(name))
    nlu.intents[name] = replace(
        known,
        examples=known.examples + _examples(name, item, nlu, found),
        title=known.title or get_text(metadata, "title", name, found),
        requires_auth=known.requires_auth or get_flag(metadata, "requires_auth", False, name, found),
    )


def _examples(name: str, item: Block, nlu: Nlu, found: Findings) -> tuple[Example, ...]:
    examples = []
    for marked in _marked_sentences(name, item, found):
        annotated = parse_example(marked)
        if annotated.is_broken:
            found.error(name, f"Hay una marca de entidad mal escrita en «{marked}»; corrígela.", item.place)
        for entity in annotated.with_role:
            message = f"La entidad «{entity}» lleva role o group en «{marked}»: no se distinguen; quítalos."
            found.unsupported(name, message, item.place)
        for span in annotated.example.entities:
            surface = annotated.example.text[span.start : span.end]
            if span.value != surface:
                _add_synonym(surface, span.value, item.place, nlu, found)
        examples.append(annotated.example)
    return tuple(examples)


def _marked_sentences(name: str, item: Block, found: Findings) -> list[str]:
    if not isinstance(item.get("examples"), list):
        return _lines(name, item, found)
    sentences = []
    for block in get_blocks(item, "examples", name, found):
        report_other_keys(block, _EXAMPLE_KEYS, name, found)
        sentence = get_text(block, "text", name, found)
        if sentence:
            sentences.append(sentence)
        else:
            found.error(name, "Hay un ejemplo sin «text»; escríbelo o bórralo.", block.place)
    return sentences


def _lines(name: str, item: Block, found: Findings) -> list[str]:
    """The entries of an `examples: |` block, one a line after "- "."""
    lines = []
    for line in get_text(item, "examples", name, found).splitlines():
        if line.startswith("-"):
            lines.append(line[1:].strip())
        elif line.strip():
            found.error(
                name, f"La línea «{line.strip()}» debe empezar por «- » sin sangría de más.", item.place
            )
    if "" in lines:
        found.warning(name, "Hay un ejemplo vacío; bórralo.", item.place)
    return [line for line in lines if line]


def _read_synonym(name: str, item: Block, nlu: Nlu, found: Findings) -> None:
    for written in _lines(name, item, found):
        _add_synonym(written, name, item.place, nlu, found)


def _add_synonym(written: str, value: str, place: Place, nlu: Nlu, found: Findings) -> None:
    if nlu.synonyms.setdefault(written, value) != value:
        message = f"«{written}» es sinónimo de «{nlu.synonyms[written]}» y de «{value}»; deja uno."
        found.error(written, message, place)


def _read_regex(name: str, item: Block, nlu: Nlu, found: Findings) -> None:
    patterns = []
    for pattern in _lines(name, item, found):
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError):
            found.error(name, f"La expresión «{pattern}» no es válida; corrígela.", item.place)
        else:
            patterns.append(pattern)
    nlu.regexes[name] = nlu.regexes.get(name, ()) + tuple(patterns)


def _read_lookup(name: str, item: Block, nlu: Nlu, found: Findings) -> None:
    nlu.lookups[name] = nlu.lookups.get(name, ()) + tuple(_lines(name, item, found))


_READERS: dict[str, Callable[[str, Block, Nlu, Findings], None]] = {
    "intent": _read_intent,
    "synonym": _read_synonym,
    "regex": _read_regex,
    "lookup": _read_lookup,
}

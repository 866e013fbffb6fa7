"""Reads the domain: which intents, entities, slots, answers and actions there are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from apps.chat.engines.project import Form, Response, Slot
from apps.intents.botproject.findings import Findings, Place
from apps.intents.botproject.forms import read_form
from apps.intents.botproject.known_entities import EntityUse, read_entity_options, read_intent_options
from apps.intents.botproject.responses import read_variations
from apps.intents.botproject.shape import get_flag, get_list, get_mapping, report_other_keys
from apps.intents.botproject.slots import read_slot
from apps.intents.botproject.yamlfiles import Block

_KEYS = frozenset(
    {"version", "intents", "entities", "slots", "responses", "actions", "forms", "session_config"}
)
_SESSION_KEYS = frozenset({"session_expiration_time", "carry_over_slots_to_new_session"})


@dataclass(slots=True)
class Domain:
    """The domain files merged. `places` holds where each (section, name) was declared first."""

    intents: list[str] = field(default_factory=list)
    entities: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    forms: dict[str, Form] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)
    responses: dict[str, tuple[Response, ...]] = field(default_factory=dict)
    retrieval: set[str] = field(default_factory=set)
    use: EntityUse = field(default_factory=EntityUse)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    session_expiration_minutes: float = 60
    carry_over_slots: bool = True

    def ignored_entities(self, intent: str) -> tuple[str, ...]:
        return self.use.ignored(intent, self.entities)


def read_domain(files: Iterable[Block], found: Findings) -> Domain:
    domain = Domain()
    for file in files:
        report_other_keys(file, _KEYS, "domain", found)
        _read_intents(file, domain, found)
        _read_entities(file, domain, found)
        _read_slots(file, domain, found)
        read_responses(file, domain, found)
        _read_forms(file, domain, found)
        _read_session(file, domain, found)
        for item in get_list(file, "actions", "actions", found):
            for name, _ in _named(item, "actions", file, found):
                _declare("actions", name, domain.actions, domain, file.place)
    return domain


def read_responses(file: Block, domain: Domain, found: Findings) -> None:
    """Adds the answers of a domain or data file to the domain."""
    section = get_mapping(file, "responses", "responses", found)
    for name in section:
        if "/" in name:
            domain.retrieval.add(name.split("/")[0])
            found.unsupported(
                name, "Respuesta de un selector: no se da; crea una «utter_…» con su regla.", section.place
            )
        elif name in domain.responses:
            found.error(name, "La respuesta está definida dos veces; deja una.", section.place)
        else:
            domain.places["responses", name] = _place_of(section[name], section)
            domain.responses[name] = read_variations(name, section, found)


def _read_intents(file: Block, domain: Domain, found: Findings) -> None:
    for item in get_list(file, "intents", "intents", found):
        for name, options in _named(item, "intents", file, found):
            _declare("intents", name, domain.intents, domain, file.place)
            if options and options.get("is_retrieval_intent"):
                domain.retrieval.add(name)
            elif options:
                read_intent_options(name, options, domain.use, found)


def _read_entities(file: Block, domain: Domain, found: Findings) -> None:
    for item in get_list(file, "entities", "entities", found):
        for name, options in _named(item, "entities", file, found):
            _declare("entities", name, domain.entities, domain, file.place)
            if options:
                read_entity_options(name, options, domain.use, found)


def _named(item: Any, section: str, file: Block, found: Findings) -> list[tuple[str, Block | None]]:
    """`- nombre` or `- nombre: {opciones}`."""
    if isinstance(item, str):
        return [(item, None)]
    if isinstance(item, Block):
        return [(name, options if isinstance(options, Block) else None) for name, options in item.items()]
    found.error(section, f"«{item}» no es un nombre; ponlo entre comillas.", file.place)
    return []


def _read_slots(file: Block, domain: Domain, found: Findings) -> None:
    section = get_mapping(file, "slots", "slots", found)
    for name in section:
        block = get_mapping(section, name, name, found)
        if name in domain.slots:
            found.error(name, "El slot está definido dos veces; deja uno.", block.place)
            continue
        domain.places["slots", name] = block.place
        domain.slots[name] = read_slot(name, block, found)


def _read_forms(file: Block, domain: Domain, found: Findings) -> None:
    section = get_mapping(file, "forms", "forms", found)
    for name in section:
        if name in domain.forms:
            found.error(name, "El formulario está definido dos veces; deja uno.", section.place)
        else:
            domain.forms[name], domain.places["forms", name] = read_form(name, section, found)


def _read_session(file: Block, domain: Domain, found: Findings) -> None:
    section = get_mapping(file, "session_config", "session_config", found)
    report_other_keys(section, _SESSION_KEYS, "session_config", found)
    minutes = section.get("session_expiration_time", domain.session_expiration_minutes)
    if isinstance(minutes, int | float) and not isinstance(minutes, bool) and minutes >= 0:
        domain.session_expiration_minutes = minutes
    else:
        found.error(
            "session_config", "«session_expiration_time» debe ser un número de minutos.", section.place
        )
    domain.carry_over_slots = get_flag(
        section, "carry_over_slots_to_new_session", domain.carry_over_slots, "session_config", found
    )


def _declare(section: str, name: str, names: list[str], domain: Domain, place: Place) -> None:
    if name not in names:
        names.append(name)
        domain.places[section, name] = place


def _place_of(value: Any, section: Block) -> Place:
    first = value[0] if isinstance(value, list) and value else value
    return first.place if isinstance(first, Block) else section.place

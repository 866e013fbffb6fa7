"""Loads a Rasa 3.1 project folder."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from apps.chat.engines.project import BotProject, Intent
from apps.intents.botproject import config, entities, policy_checks, references
from apps.intents.botproject.answer_checks import check_answers
from apps.intents.botproject.contradictions import check_completeness, check_contradictions
from apps.intents.botproject.domain import Domain, read_domain, read_responses
from apps.intents.botproject.findings import Findings
from apps.intents.botproject.form_checks import check_forms
from apps.intents.botproject.nlu import Nlu, read_nlu
from apps.intents.botproject.policies import read_policies
from apps.intents.botproject.rules import Rules, read_rules
from apps.intents.botproject.sentences import check_sentences
from apps.intents.botproject.shape import report_other_keys
from apps.intents.botproject.source import Source, read_source
from apps.intents.botproject.yamlfiles import Block

_DATA_KEYS = frozenset({"version", "nlu", "rules", "stories", "responses"})


def load_project(path: Path) -> BotProject:
    """The project in `path`: `domain.yml` or `domain/`, every YAML file under `data/`, `config.yml`.

    What the embedded engine cannot run is left out of the project and named in its findings.
    Raises ProjectError when the folder is no project or one of its files is no plain YAML.
    """
    return load_with_source(path)[0]


def load_with_source(path: Path) -> tuple[BotProject, Source]:
    """The project, and its files as they are written. Raises ProjectError."""
    found = Findings()
    source = read_source(path, found)
    return _load(source, found), source


def _load(source: Source, found: Findings) -> BotProject:
    _check_versions([*source.domain, *source.data], found)
    domain = read_domain(source.domain, found)
    for file in source.data:
        report_other_keys(file, _DATA_KEYS, "data", found)
        read_responses(file, domain, found)
    nlu = read_nlu(source.data, found)
    domain.retrieval |= nlu.retrieval.keys()
    core = read_policies(source.config, found)
    rules = read_rules(source.data, domain, core.policies, found)
    intents = _join_intents(domain, nlu, found)
    language = config.read_language(source.config, found)
    components = config.component_names(source.config, found)
    policy_checks.check_policies(core, rules, domain, found)
    policy_checks.check_fallback(components, rules, found)
    _check(rules, intents, domain, nlu, source, found)
    entities.check_entities(nlu, domain, components, found)
    parts = {"intents": intents, "language": language, "policies": core.policies}
    return _join(domain, nlu, rules, **parts, findings=tuple(found.items))


def _join(domain: Domain, nlu: Nlu, rules: Rules, **parts: Any) -> BotProject:
    return BotProject(
        responses=domain.responses,
        slots=domain.slots,
        forms=domain.forms,
        rules=tuple(rule for rule, _ in rules.rules),
        stories=tuple(story for story, _ in rules.stories),
        actions=tuple(domain.actions),
        entities=tuple(domain.entities),
        regexes=nlu.regexes,
        lookups=nlu.lookups,
        synonyms=nlu.synonyms,
        session_expiration_minutes=domain.session_expiration_minutes,
        carry_over_slots=domain.carry_over_slots,
        **parts,
    )


def _check_versions(files: Iterable[Block], found: Findings) -> None:
    for file in files:
        version = str(file.get("version", "3.1"))
        if version.partition(".")[0] != "3":
            message = f"El formato {version} no se lee igual; pasa el archivo al 3.1."
            found.unsupported(file.place.file, message, file.place)


def _join_intents(domain: Domain, nlu: Nlu, found: Findings) -> dict[str, Intent]:
    """Intents of the domain first, in its order, with their examples."""
    for name in sorted(nlu.intents.keys() - set(domain.intents)):
        found.warning(name, "La intención no está en el dominio; añádela a «intents».", nlu.places[name])
    names = [name for name in [*domain.intents, *nlu.intents] if name not in domain.retrieval]
    if not names:
        found.error("intents", "El proyecto no tiene intenciones; escribe alguna en data/ y en el dominio.")
    return {
        name: replace(nlu.intents.get(name, Intent(name)), ignored_entities=domain.ignored_entities(name))
        for name in names
    }


def _check(
    rules: Rules, intents: dict[str, Intent], domain: Domain, nlu: Nlu, source: Source, found: Findings
) -> None:
    names = set(intents)
    answered = {str(step.name) for item, _ in rules.items() for step in item.steps if step.kind == "intent"}
    places = {name: nlu.places.get(name) or domain.places["intents", name] for name in names}
    references.check_actions(domain, found)
    references.check_rules(rules, names, domain, found)
    check_contradictions(rules.rules, found)
    check_completeness(rules.rules, domain.slots, found)
    references.check_unanswered(names, answered | _filling(domain), places, found)
    check_answers(rules, names, domain, source.spoken, found)
    references.check_mappings(names, domain, found)
    check_forms(domain, names, rules.named_actions, found)
    check_sentences(intents.values(), answered, places, found)


def _filling(domain: Domain) -> set[str]:
    """Intents that are an answer to what a form asks."""
    asked = {name for form in domain.forms.values() for name in form.required_slots}
    mappings = [mapping for slot in domain.slots.values() if slot.name in asked for mapping in slot.mappings]
    return {intent for mapping in mappings for intent in mapping.intents}

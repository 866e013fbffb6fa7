"""Loads a Rasa 3.1 project folder."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from apps.chat.engines.project import BotProject, Intent
from apps.intents.botproject import config, entities, references
from apps.intents.botproject.domain import Domain, read_domain, read_responses
from apps.intents.botproject.findings import Findings, ProjectError
from apps.intents.botproject.nlu import Nlu, read_nlu
from apps.intents.botproject.rules import Rules, read_rules
from apps.intents.botproject.sentences import check_sentences
from apps.intents.botproject.shape import report_other_keys
from apps.intents.botproject.yamlfiles import Block, Budget, read_mapping

_DATA_KEYS = frozenset({"version", "nlu", "rules", "stories", "responses"})
_SUFFIXES = frozenset({".yml", ".yaml"})


def load_project(path: Path) -> BotProject:
    """The project in `path`: `domain.yml` or `domain/`, every YAML file under `data/`, `config.yml`.

    What the embedded engine cannot run is left out of the project and named in its findings.
    Raises ProjectError when the folder is no project or one of its files is no plain YAML.
    """
    return read_project(path)[0]


def read_project(path: Path) -> tuple[BotProject, dict[str, int]]:
    """As `load_project`, and how many forms, rules and stories the files have, runnable or not."""
    found, budget = Findings(), Budget()
    settings = _read_config(path)
    domain_files = _read_domain_files(path, found, budget)
    data_files = _read_folder(path, "data", budget)
    _check_versions([*domain_files, *data_files], found)
    domain = read_domain(domain_files, found)
    for file in data_files:
        report_other_keys(file, _DATA_KEYS, "data", found)
        read_responses(file, domain, found)
    nlu = read_nlu(data_files, found)
    domain.retrieval |= nlu.retrieval.keys()
    rules = read_rules(data_files, domain, found)
    intents = _join_intents(domain, nlu, found)
    language = config.read_language(settings, found)
    _check(rules, intents, domain, nlu, found)
    entities.check_entities(nlu, domain, config.component_names(settings, found), found)
    project = _join(domain, nlu, rules, intents=intents, language=language, findings=tuple(found.items))
    written = {key: sum(_length(file.get(key)) for file in data_files) for key in ("rules", "stories")}
    return project, {**written, "forms": len(domain.forms)}


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list) else 0


def _join(domain: Domain, nlu: Nlu, rules: Rules, **parts: Any) -> BotProject:
    return BotProject(
        responses=domain.responses,
        slots=domain.slots,
        rules=tuple(rule for rule, _ in rules.rules),
        actions=tuple(domain.actions),
        entities=tuple(domain.entities),
        regexes=nlu.regexes,
        lookups=nlu.lookups,
        synonyms=nlu.synonyms,
        session_expiration_minutes=domain.session_expiration_minutes,
        carry_over_slots=domain.carry_over_slots,
        **parts,
    )


def _read_config(path: Path) -> Block:
    if not path.is_dir():
        raise ProjectError(f"No existe la carpeta «{path}»; revisa la ruta del proyecto del bot.")
    if not (path / "config.yml").is_file():
        raise ProjectError(f"Falta config.yml en «{path}»; no es un proyecto de Rasa.")
    return read_mapping(path / "config.yml", "config.yml")


def _read_domain_files(path: Path, found: Findings, budget: Budget) -> list[Block]:
    single = path / "domain.yml"
    if not single.is_file():
        return _read_folder(path, "domain", budget)
    if (path / "domain").is_dir():
        found.error("domain", "Hay domain.yml y domain/, y Rasa solo lee domain.yml; deja uno de los dos.")
    return [read_mapping(single, single.name, budget)]


def _read_folder(path: Path, name: str, budget: Budget) -> list[Block]:
    if not (path / name).is_dir():
        raise ProjectError(f"Falta la carpeta {name}/ en «{path}»; no es un proyecto de Rasa.")
    files = sorted(file for file in (path / name).rglob("*") if _is_yaml(file.relative_to(path), file))
    return [read_mapping(file, file.relative_to(path).as_posix(), budget) for file in files]


def _is_yaml(shown: Path, file: Path) -> bool:
    """Hidden files and folders are editors' and not the project's, as for Rasa."""
    is_hidden = any(part.startswith(".") for part in shown.parts)
    return file.suffix in _SUFFIXES and not is_hidden and file.is_file()


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
    return {name: nlu.intents.get(name, Intent(name)) for name in names}


def _check(rules: Rules, intents: dict[str, Intent], domain: Domain, nlu: Nlu, found: Findings) -> None:
    names = set(intents)
    answered = {str(step.name) for rule, _ in rules.rules for step in rule.steps if step.kind == "intent"}
    places = {name: nlu.places.get(name) or domain.places["intents", name] for name in names}
    references.check_actions(domain, found)
    references.check_rules(rules, names, domain, found)
    references.check_unanswered(names, answered, places, found)
    references.check_responses(rules, names, domain, found)
    references.check_mappings(names, domain, found)
    check_sentences(intents.values(), answered, places, found)

"""The files of a bot project as they are written: what BotProject has no word for is still in here."""

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from apps.intents.botproject.findings import Findings, ProjectError
from apps.intents.botproject.spoken import Spoken, read_spoken
from apps.intents.botproject.yamlfiles import Block, Budget, read_mapping

TEST_PREFIX = "test_"
"""Of files that hold test stories, which Rasa does not train on."""
_SUFFIXES = frozenset({".yml", ".yaml"})


@dataclass(frozen=True, slots=True)
class Source:
    """The top-level mapping of every file, in the order of their names."""

    config: Block = field(default_factory=Block)
    domain: tuple[Block, ...] = ()
    data: tuple[Block, ...] = ()
    spoken: Spoken = field(default_factory=Spoken)

    def items(self, section: str) -> list[Block]:
        """The mappings listed under `nlu`, `rules` or `stories` of all data files but those of tests."""
        found: list[Any] = []
        for file in self.data:
            value = file.get(section)
            if isinstance(value, list) and not is_test_file(file):
                found += value
        return [item for item in found if isinstance(item, Block)]


def is_test_file(file: Block) -> bool:
    return PurePosixPath(file.place.file).name.startswith(TEST_PREFIX)


def read_source(path: Path, found: Findings) -> Source:
    """Raises ProjectError when the folder is no project or one of its files is no plain YAML."""
    config, budget = _read_config(path), Budget()
    domain = _read_domain_files(path, found, budget)
    return Source(config, tuple(domain), tuple(_read_folder(path, "data", budget)), read_spoken(path))


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

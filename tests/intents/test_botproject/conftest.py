"""A small good project, written into a folder and changed by each test."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import pytest

from apps.chat.engines.project import BotProject
from apps.intents.botproject import load_project

Loader = Callable[..., BotProject]


def examples(*sentences: str, filler: str, count: int = 10) -> str:
    """An `examples: |` block of the sentences, filled up to `count` with sentences of this intent alone."""
    numbers = ["uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez"]
    lines = [*sentences, *(f"{filler} {number}" for number in numbers)][:count]
    return indent("\n".join(f"- {line}" for line in lines), "    ")


GOOD = {
    "config.yml": """
        recipe: default.v1
        language: es
        pipeline:
        - name: WhitespaceTokenizer
        - name: RegexFeaturizer
        - name: CountVectorsFeaturizer
        - name: DIETClassifier
          entity_recognition: false
        - name: RegexEntityExtractor
        - name: EntitySynonymMapper
        - name: FallbackClassifier
          threshold: 0.5
        policies:
        - name: RulePolicy
        """,
    "domain/base.yml": """
        version: "3.1"
        intents:
        - saludo
        - menu
        responses:
          utter_saludo:
          - text: Hola.
          utter_menu:
          - text: Este es el menú.
        """,
    "data/nlu.yml": (
        f'version: "3.1"\nnlu:\n- intent: saludo\n  examples: |\n{examples("hola", filler="buenas")}\n'
        f"- intent: menu\n  examples: |\n{examples('menú', filler='ver el menú')}\n"
    ),
    "data/rules.yml": """
        version: "3.1"
        rules:
        - rule: saludo
          steps:
          - intent: saludo
          - action: utter_saludo
        - rule: menu
          steps:
          - intent: menu
          - action: utter_menu
        """,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "bot", GOOD)


@pytest.fixture
def load(folder: Path) -> Loader:
    """Loads the good project with these files added or replaced."""

    def load_with(files: dict[str, str] | None = None) -> BotProject:
        return load_project(write(folder, files or {}))

    return load_with


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return folder


def said(project: BotProject) -> list[tuple[str, str, str]]:
    return [(finding.severity, finding.name, finding.message) for finding in project.findings]


def assert_says(project: BotProject, *expected: tuple[str, str, str]) -> None:
    """The findings are exactly these: severity, name, and words of the message."""
    heard = said(project)
    assert [finding[:2] for finding in heard] == [finding[:2] for finding in expected], heard
    for (_, _, message), (_, _, words) in zip(heard, expected, strict=True):
        assert words in message
        assert message.endswith(".") or message.endswith("?")

"""The actions also run on Python 3.10, which Rasa 3.6 needs, and without Django."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "rasa/actions").glob("*.py"))
NEWER = {
    "datetime.UTC",
    "enum.StrEnum",
    "typing.Self",
    "typing.override",
    "tomllib",
    "typing.assert_never",
    "typing.Never",
}
"""Names of the standard library that 3.10 does not have and that one reaches for."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_syntax_and_the_names_are_of_python_310(path: Path) -> None:
    tree = ast.parse(path.read_text(), feature_version=(3, 10))
    named = {
        f"{node.module}.{one.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level
        for one in node.names
    }
    named |= {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    assert not named & NEWER
    assert not any(isinstance(node, ast.TryStar) for node in ast.walk(tree))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_inside_the_package_imports_are_relative(path: Path) -> None:
    tree = ast.parse(path.read_text())
    absolute = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level]
    assert not [
        name for name in absolute if name and name.split(".")[0] in ("rasa", "actions", "apps", "django")
    ]


def test_they_are_imported_as_actions_with_nothing_but_urllib3() -> None:
    """As the action server sees them: inside `rasa/`, where no package is called `rasa`."""
    code = (
        "import sys, actions.registry, actions.host, actions.http_backend, actions.rehearsal;"
        "foreign = {'django', 'rasa', 'requests', 'apps'} & set(sys.modules);"
        "print(len(actions.registry.ACTIONS), foreign or '-')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "rasa", capture_output=True, text=True, check=True
    )
    count, found = done.stdout.split(" ", 1)
    assert int(count) > 30
    assert found.strip() == "-"

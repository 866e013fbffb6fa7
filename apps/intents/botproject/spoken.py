"""The answers that a project's actions give, as far as their code names them; it is read, never run."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

MAX_FILES = 200
MAX_BYTES = 500_000
_NAME = re.compile(r"utter_(?P<rest>\w*)(?P<opening>\{)?")


@dataclass(slots=True)
class Spoken:
    """`beginnings` are of names that the code puts together: `f"utter_{intent}"` has "utter_"."""

    exact: set[str] = field(default_factory=set)
    beginnings: set[str] = field(default_factory=set)
    is_seen: bool = False
    """Whether there was any code: else nobody knows what it says."""

    def names(self, response: str, intents: Iterable[str]) -> bool:
        if response in self.exact or any(
            response.startswith(one) for one in self.beginnings if one != "utter_"
        ):
            return True
        return "utter_" in self.beginnings and response.removeprefix("utter_") in intents


def read_spoken(folder: Path) -> Spoken:
    """From the Python files in `actions/`, or `actions.py`."""
    spoken = Spoken()
    files = [folder / "actions.py", *sorted((folder / "actions").rglob("*.py"))]
    for file in files[:MAX_FILES]:
        if not file.is_file() or file.is_symlink():
            continue
        spoken.is_seen = True
        with file.open("rb") as opened:
            text = opened.read(MAX_BYTES).decode("utf-8", "replace")
        for match in _NAME.finditer(text):
            (spoken.beginnings if match["opening"] else spoken.exact).add(f"utter_{match['rest']}")
    return spoken

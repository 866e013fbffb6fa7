"""What became of a collection's documents, as an import says it at its end."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

MAX_EXAMPLES = 5
MAX_REASONS = 200
Found = dict[str, Any]
"""`{"count": n, "examples": [key, …]}`."""


@dataclass(slots=True)
class Tally:
    """`skipped` and `notes` by their text; `unknown` are fields that nobody read, with how many had them."""

    read: int = 0
    new: int = 0
    existing: int = 0
    skipped: dict[str, Found] = field(default_factory=dict)
    notes: dict[str, Found] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)

    @property
    def left_out(self) -> int:
        return sum(found["count"] for found in self.skipped.values())

    def skip(self, key: object, reason: str) -> None:
        _add(self.skipped, key, reason)

    def note(self, key: object, text: str) -> None:
        _add(self.notes, key, text)

    def see(self, names: Iterable[str], known: frozenset[str]) -> None:
        """Counts the fields that are not known, by their plain names."""
        for name in names:
            if name not in known and (name in self.unknown or len(self.unknown) < MAX_REASONS):
                self.unknown[name] = self.unknown.get(name, 0) + 1

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def _add(found: dict[str, Found], key: object, text: str) -> None:
    if text not in found and len(found) >= MAX_REASONS:
        text = "otros motivos"
    entry = found.setdefault(text, {"count": 0, "examples": []})
    entry["count"] += 1
    if len(entry["examples"]) < MAX_EXAMPLES:
        shown = str(key)[:60]
        entry["examples"].append("".join(c if c.isprintable() else "?" for c in shown))

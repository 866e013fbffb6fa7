"""What an import did, or would do."""

import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal

Mode = Literal["skip", "merge", "replace"]
MAX_CHANGES = 200
"""What a preview shows."""
MODES: tuple[Mode, ...] = ("skip", "merge", "replace")


@dataclass(slots=True)
class Change:
    """What happens to one intent; `fields` are those that change beside examples and answers."""

    intent: str
    action: Literal["create", "update"]
    examples_added: list[str] = field(default_factory=list)
    examples_removed: list[str] = field(default_factory=list)
    answers_added: int = 0
    answers_removed: int = 0
    fields: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ImportReport:
    """`skipped` intents stay as they were; `errors` are `{"row", "message"}`, rows counted as in the file.

    `changes` are the first MAX_CHANGES alone; `notes` say what the file has that was not imported.
    """

    created: int = 0
    updated: int = 0
    skipped: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    _hash: Any = field(default_factory=hashlib.sha256)

    def add_error(self, row: int, message: str) -> None:
        self.errors.append({"row": row, "message": message})

    def add_change(self, change: Change) -> None:
        if change.action == "create":
            self.created += 1
        else:
            self.updated += 1
        if len(self.changes) < MAX_CHANGES:
            self.changes.append(change)
        self._hash.update(repr(change).encode())

    @property
    def fingerprint(self) -> str:
        """The same for the same changes: whether what was previewed is still what would happen."""
        return str(self._hash.hexdigest())

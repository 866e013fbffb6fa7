"""What an import did, or would do."""

from dataclasses import dataclass, field
from typing import Any, Literal

Mode = Literal["skip", "merge", "replace"]
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
    """`skipped` intents stay as they were; `errors` are `{"row", "message"}`, rows counted as in the file."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def add_error(self, row: int, message: str) -> None:
        self.errors.append({"row": row, "message": message})

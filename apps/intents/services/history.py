"""What was done to intents, for the audit: one entry a change, examples and answers with it."""

from collections.abc import Iterable
from copy import copy
from typing import Any

from apps.core import audit
from apps.intents.knowledge import IntentData
from apps.intents.models import Answer, Intent

FIELDS = ("title", "description", "requires_auth", "is_active", "tags", "owner")
RICH = ("buttons", "image", "custom", "attachment", "channel", "conditions", "valid_from", "valid_until")


class Change:
    """An intent as it is stored, until note() says what has become of it."""

    def __init__(self, stored: Intent, answers: list[Any] | None) -> None:
        self.stored, self.answers = stored, answers
        self.texts: dict[str, Any] = {}

    def examples(self, gone: list[str], new: list[str]) -> None:
        if gone or new:
            self.texts["examples"] = (gone, new)

    def note(self) -> None:
        now = Intent.objects.get(pk=self.stored.pk)
        changes = {**audit.difference(self.stored, now, FIELDS), **self.texts}
        if self.answers is not None and (answers := answers_of(now)) != self.answers:
            changes["answers"] = (self.answers, answers)
        if changes:
            audit.note(now, changes)


def begin(intent: Intent, with_answers: bool) -> Change:
    stored = Intent.objects.get(pk=intent.pk)
    return Change(stored, answers_of(stored) if with_answers else None)


def note_created(pairs: Iterable[tuple[Intent, IntentData]]) -> None:
    audit.note_many(((row, _whole(row, data)) for row, data in pairs), action=audit.CREATE)


def note_deleted(intent: Intent) -> None:
    examples = list(intent.examples.values_list("text", flat=True))
    lost = {**audit.difference(intent, None, FIELDS), "examples": (examples, [])}
    audit.note(intent, {**lost, "answers": (answers_of(intent), [])}, action=audit.DELETE)


def note_moved(intent: Intent, *, gone: list[str] = [], new: list[str] = []) -> None:  # noqa: B006 - only read
    """Examples that a decision of the inbox took from it or gave it."""
    if gone or new:
        audit.note(intent, {"examples": (gone, new)})


def note_erased(intent: Intent, count: int) -> None:
    """Examples that a person's words were made into: how many, and not what they said."""
    audit.note(intent, {"examples": ([f"{count} ×"], [])})


def answers_of(intent: Intent) -> list[Any]:
    return [_answer(row) for row in intent.answers.all()]


def _answer(row: Answer) -> Any:
    """The text alone, or with whatever else the answer has."""
    rich = {name: value for name in RICH if (value := getattr(row, name))}
    if not rich:
        return row.text
    return {
        "text": row.text,
        **{name: copy(v) if isinstance(v, (dict, list)) else str(v) for name, v in rich.items()},
    }


def _whole(row: Intent, data: IntentData) -> dict[str, Any]:
    texts: dict[str, tuple[list[str], list[str]]] = {
        "examples": ([], list(data.examples)),
        "answers": ([], [answer.text for answer in data.answers]),
    }
    return {**audit.difference(None, row, FIELDS), **{k: v for k, v in texts.items() if v[1]}}

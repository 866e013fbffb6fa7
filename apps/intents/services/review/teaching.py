"""Wordings of a group become examples of an intent, each remembering the message that it was taken from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.core.text import printable
from apps.intents.botproject.annotations import parse_example
from apps.intents.models import MAX_SENTENCE, Example, Intent, Origin, ReviewGroup, ReviewItem
from apps.intents.services import history
from apps.intents.services.intents import example_key
from apps.intents.services.review.personal import personal_data_in

MAX_WORDINGS = 200
"""Of one group, the newest: more examples of one question would unbalance the model."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence to add. `key` is that of the messages it stands for, where it was edited."""

    text: str
    key: str = ""


@dataclass(slots=True)
class Taught:
    """`added` and `known` are counts: new examples, and wordings that the intent had already.

    `refused` says what was not added: `{"text", "code", "message"}`. Of an undo `returned` counts the
    examples that are in their former intent again, and `refused` has those that are not.
    """

    added: int = 0
    known: int = 0
    returned: int = 0
    refused: list[dict[str, str]] = field(default_factory=list)


def wordings_of(group: ReviewGroup) -> list[ReviewItem]:
    """The newest message of each different wording, newest first; at most MAX_WORDINGS."""
    rows = ReviewItem.objects.filter(group=group).order_by("-at", "pk")
    found: dict[str, ReviewItem] = {}
    for item in rows.iterator(chunk_size=500):
        found.setdefault(item.key, item)
        if len(found) == MAX_WORDINGS:
            break
    return list(found.values())


def teach(
    *, group: ReviewGroup, intent: Intent, wordings: Sequence[Wording] | None = None, is_forced: bool = False
) -> Taught:
    """Adds them, or all wordings of the group, to the end of the intent's examples.

    A sentence of another intent is only taken from there when that is forced. Raises Invalid when nothing
    is left to add. To be called in a transaction.
    """
    items = {item.key: item for item in wordings_of(group)}
    given = _as_written(items.values()) if wordings is None else _by_key(wordings)
    taught = Taught()
    usable = {key: one for key, one in given.items() if not _is_refused(one, wordings is None, taught)}
    there = Example.objects.filter(key__in=list(usable)).select_related("intent")
    holders = {row.key: row for row in sorted(there, key=lambda row: row.intent_id == intent.pk)}
    last = Example.objects.filter(intent=intent).aggregate(last=Max("position"))["last"]
    position = -1 if last is None else last
    homes: set[Any] = set()
    came: list[str] = []
    for key, wording in usable.items():
        held, items_key, home = holders.get(key), wording.key or key, None
        if held is not None and held.intent_id == intent.pk:
            example = held
            taught.known += 1
        elif held is not None and not is_forced:
            taught.refused.append(_elsewhere(wording.text, held.intent.name))
            continue
        else:
            position += 1
            taught.added += 1
            came.append(wording.text)
            source = items.get(items_key) or next(iter(items.values()), None)
            if held is not None:
                home = held.intent_id
                homes.add(home)
                history.note_moved(held.intent, gone=[held.text])
                example = _move(held, intent, position)
            else:
                example = _make(wording, key, intent, position, source)
        items_of = ReviewItem.objects.filter(group=group, key=items_key)
        items_of.update(example=example, moved_from=home)
    if not (taught.added or taught.known):
        raise Invalid(errors=_as_errors(taught.refused) if taught.refused else [_nothing()])
    history.note_moved(intent, new=came)
    Intent.objects.filter(pk__in={intent.pk, *homes}).update(updated_at=timezone.now())
    return taught


def _as_written(items: Iterable[ReviewItem]) -> dict[str, Wording]:
    return {item.key: Wording(item.text, item.key) for item in items}


def _by_key(wordings: Iterable[Wording]) -> dict[str, Wording]:
    """Under the key that the example will have; the first of those that are the same."""
    found: dict[str, Wording] = {}
    for one in wordings:
        text = " ".join(printable(one.text).split())
        if text:
            found.setdefault(example_key(text), Wording(text, one.key))
    return found


def _is_refused(wording: Wording, is_as_written: bool, taught: Taught) -> bool:
    """A student's brackets are no entity marks: such a message is edited first."""
    text = wording.text
    marked = parse_example(text)
    personal = personal_data_in(marked.example.text)
    if personal:
        row = ("personal_data", _("«%(text)s» %(what)s: edítala antes de añadirla."))
    elif marked.is_broken or (is_as_written and marked.example.entities):
        row = ("broken_mark", _("«%(text)s» tiene corchetes que parecen una entidad: edítala."))
    elif len(text) > MAX_SENTENCE:
        row = ("too_long", _("«%(text)s…» es demasiado larga."))
    else:
        return False
    message = row[1] % {"text": text[:80], "what": personal}
    taught.refused.append({"text": text, "code": row[0], "message": message})
    return True


def _elsewhere(text: str, intent: str) -> dict[str, str]:
    message = _("«%(text)s» ya es un ejemplo de «%(intent)s».") % {"text": text[:80], "intent": intent}
    return {"text": text, "code": "in_another_intent", "message": message}


def _as_errors(refused: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    return [{"field": "texts", "code": row["code"], "message": row["message"]} for row in refused]


def _nothing() -> dict[str, str]:
    return {"field": "texts", "code": "required", "message": _("Elige al menos una forma que añadir.")}


def _move(example: Example, intent: Intent, position: int) -> Example:
    example.intent, example.position = intent, position
    example.save(update_fields=["intent", "position"])
    return example


def _make(wording: Wording, key: str, intent: Intent, position: int, source: ReviewItem | None) -> Example:
    turn: Any = source.turn_id if source else None
    return Example.objects.create(
        intent=intent,
        position=position,
        text=wording.text,
        key=key,
        origin=Origin.REVIEW,
        source_turn_id=turn,
    )

"""Saved conversations: made, changed, rehearsed, and brought up to what the bot answers."""

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.chat.engines.embedded.model import LoadedModel
from apps.core.db import run_atomically
from apps.core.errors import Conflict, Invalid
from apps.core.text import printable
from apps.intents.models import SavedConversation
from apps.intents.rehearsals import Outcome, Rehearsal, Turn, play, read_turns, rehearse_turns
from apps.intents.rehearsals.comparing import Variations
from apps.intents.rehearsals.turns import to_json, turns_of

MAX_NAME, MAX_DESCRIPTION = 120, 1000
MAX_SECONDS = 300.0
"""Of all conversations together; thousands of turns take less."""
CHANGEABLE = frozenset({"name", "description", "turns", "is_active"})


def record_conversation(says: Iterable[Turn], model: LoadedModel) -> tuple[Turn, ...]:
    """The turns with what the model answers now. Raises Conflict when its dialogue breaks."""
    asked = tuple(turn.as_said for turn in says)
    answered: list[Turn] = []
    replies = play(model, asked)
    try:
        for turn in asked:
            answered.append(turn.answered(next(replies)))
    except Exception as error:  # whatever a model's dialogue raises
        text = _("El bot falla en el turno %d; corrige la intención y entrena de nuevo.") % (
            len(answered) + 1
        )
        raise Conflict(text, code="dialogue_broke") from error
    return tuple(answered)


def rehearse(saved: SavedConversation, model: LoadedModel, variations: Variations | None = None) -> Rehearsal:
    """Turn by turn: the intent, the texts (whichever variation) and the titles of the buttons."""
    return rehearse_turns(name=saved.name, turns=turns_of(saved.turns), model=model, variations=variations)


def rehearse_rows(
    rows: Iterable[SavedConversation], model: LoadedModel, seconds: float
) -> dict[Any, Rehearsal]:
    """By key; those for which there was no time are missing."""
    variations, end = Variations(model.dialogue.project), time.monotonic() + seconds
    return {row.pk: rehearse(row, model, variations) for row in rows if time.monotonic() < end}


def rehearse_each(
    rows: Iterable[SavedConversation],
    model: LoadedModel,
    seconds: float = MAX_SECONDS,
    tell: Callable[[], None] = lambda: None,
) -> Outcome:
    """What there is no time for is untried. `tell` is called before each; what it raises leaves."""
    variations, outcome = Variations(model.dialogue.project), Outcome()
    end = time.monotonic() + seconds
    for saved in rows:
        tell()
        if time.monotonic() < end:
            outcome.add(rehearse(saved, model, variations))
        else:
            outcome.untried.append(saved.name)
    return outcome


def rehearse_all(
    model: LoadedModel, seconds: float = MAX_SECONDS, tell: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """`{"passed": int, "failed": [{name, turn, say, expected, got}]}` of the active ones.

    Those for which there was no time have failed.
    """
    outcome = rehearse_each(SavedConversation.objects.filter(is_active=True), model, seconds, tell)
    late = {"turn": 1, "say": "", "expected": "", "got": _("No hubo tiempo de ensayarla.")}
    return {
        "passed": outcome.passed,
        "failed": [*outcome.failed, *({"name": name, **late} for name in outcome.untried)],
    }


def create_conversation(
    *,
    name: str,
    turns: Sequence[Any],
    description: str = "",
    is_active: bool = True,
    created_by: Any = None,
    model: LoadedModel | None = None,
) -> SavedConversation:
    """Turns that expect nothing take what `model` answers, when there is one.

    Raises Invalid (name, description, turns, turns.1…) and Conflict when the name is taken.
    """
    name, description = _named(name), _described(description)
    read = _completed(read_turns(list(turns)), model)

    def create() -> SavedConversation:
        _refuse_taken(name)
        return SavedConversation.objects.create(
            name=name,
            description=description,
            turns=to_json(read),
            is_active=is_active,
            created_by=created_by,
        )

    return _unless_taken(create)


def change_conversation(
    *, saved: SavedConversation, model: LoadedModel | None = None, **changes: Any
) -> SavedConversation:
    """Onto the row as it is now. Raises as create_conversation."""
    if unknown := set(changes) - CHANGEABLE:
        raise TypeError(f"not changeable: {', '.join(sorted(unknown))}")
    if "name" in changes:
        changes["name"] = _named(changes["name"])
    if "description" in changes:
        changes["description"] = _described(changes["description"])
    if "turns" in changes:
        changes["turns"] = to_json(_completed(read_turns(list(changes["turns"])), model))

    def change() -> SavedConversation:
        if "name" in changes:
            _refuse_taken(changes["name"], but=saved)
        for field, value in changes.items():
            setattr(saved, field, value)
        saved.updated_at = timezone.now()
        saved.save(update_fields=[*changes, "updated_at"])
        return saved

    return _unless_taken(change)


def accept_as_expected(
    saved: SavedConversation, model: LoadedModel, numbers: Collection[int] | None = None
) -> int:
    """What the model answers is expected from now on, in these turns or in all; how many have changed.

    Turns that are right, by another variation too, stay. Raises Invalid (turns), and Conflict when the
    dialogue breaks.
    """
    rehearsal = rehearse(saved, model)
    if unknown := set(numbers or ()) - {turn.number for turn in rehearsal.turns}:
        raise Invalid.field("turns", _("No hay un turno %d.") % min(unknown))
    wrong = [turn for turn in rehearsal.to_accept if numbers is None or turn.number in numbers]
    if any(turn.got is None for turn in wrong):
        raise Conflict(_("El bot falla en esta conversación: no hay qué aceptar."), code="dialogue_broke")
    answers = {turn.number: turn.got for turn in wrong if turn.got is not None}
    if answers:
        turns = [answers.get(turn.number, turn.expected) for turn in rehearsal.turns]
        change_conversation(saved=saved, turns=to_json(turns))
    return len(answers)


def turns_to_accept(saved: SavedConversation, model: LoadedModel) -> int:
    """How many turns accept_as_expected would change."""
    return sum(turn.got is not None for turn in rehearse(saved, model).to_accept)


def _completed(turns: tuple[Turn, ...], model: LoadedModel | None) -> tuple[Turn, ...]:
    if model is None or all(turn.expects for turn in turns):
        return turns
    recorded = record_conversation(turns, model)
    return tuple(turn if turn.expects else now for turn, now in zip(turns, recorded, strict=True))


def _named(name: str) -> str:
    name = " ".join(printable(name).split())
    if not name:
        raise Invalid.field("name", _("Escribe un nombre."), "required")
    if len(name) > MAX_NAME:
        raise Invalid.field("name", _("Usa hasta %d caracteres.") % MAX_NAME, "max_length")
    return name


def _described(description: str) -> str:
    description = printable(description).strip()
    if len(description) > MAX_DESCRIPTION:
        raise Invalid.field("description", _("Usa hasta %d caracteres.") % MAX_DESCRIPTION, "max_length")
    return description


def _refuse_taken(name: str, but: SavedConversation | None = None) -> None:
    rows = SavedConversation.objects.filter(name=name)
    if (rows.exclude(pk=but.pk) if but else rows).exists():
        raise _taken()


def _unless_taken(work: Callable[[], SavedConversation]) -> SavedConversation:
    try:
        return run_atomically(work)
    except IntegrityError:
        raise _taken() from None


def _taken() -> Conflict:
    return Conflict(_("Ya existe una conversación de prueba con ese nombre."))

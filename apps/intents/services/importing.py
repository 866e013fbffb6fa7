"""Intents from rows of a file: a bad intent is reported and stops no other."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, get_args

from django.db import IntegrityError
from django.utils.translation import gettext as _

from apps.core.db import run_atomically
from apps.core.errors import AppError, Invalid
from apps.intents.exchange.report import Change, ImportReport, Mode
from apps.intents.exchange.rows import FIELDS, FLAGS, ImportRow
from apps.intents.knowledge import TEXTS, IntentData, undated
from apps.intents.models import Answer, Example, Intent, Origin
from apps.intents.selectors import known_intents
from apps.intents.services import history
from apps.intents.services.checks import check
from apps.intents.services.intents import (
    answer_rows,
    change_intent,
    create_intent,
    distinct_examples,
    example_key,
    example_rows,
)
from apps.intents.services.shared import SharedSentences

BATCH = 200


@dataclass(slots=True)
class _Gathered:
    """Everything that the file says of one intent; `line` is where it begins."""

    line: int
    data: IntentData
    given: set[str]


@dataclass(slots=True)
class _Plan:
    line: int
    data: IntentData
    change: Change
    updates: dict[str, Any] = field(default_factory=dict)


def import_intents(
    *,
    rows: Iterable[ImportRow],
    mode: Mode = "skip",
    origin: str = Origin.IMPORT,
    owner: Any = None,
    dry_run: bool = False,
    tell: Callable[[Change], None] = lambda change: None,
) -> ImportReport:
    """Rows of one intent are put together, and it is written as a whole or, when one is bad, not at all.

    Intents that exist: `skip` leaves them; `merge` adds examples, answers and texts that are missing;
    `replace` makes what the file gives just so. `owner` is for new ones alone. `tell` hears of all changes.
    `rows` are read twice, so that few of them are in memory at a time. Raises Invalid (field mode).
    """
    if mode not in get_args(Mode):
        raise Invalid.field("mode", _("Elige skip, merge o replace."), "invalid_mode")
    report = ImportReport(notes=getattr(rows, "notes", ()))
    shared = SharedSentences(remembers=dry_run)
    for batch in _batches(_gather(list(rows) if isinstance(rows, Iterator) else rows, report)):
        plans = list(_plans(batch, mode, report))
        if not dry_run:
            plans = _apply(plans, origin, owner, report)
        shared.look_at([plan.data for plan in plans])
        for plan in plans:
            report.add_change(plan.change)
            tell(plan.change)
    report.notes = (*report.notes, *shared.notes)
    report.errors.sort(key=lambda error: error["row"])
    return report


def _gather(rows: Iterable[ImportRow], report: ImportReport) -> Iterator[_Gathered]:
    """Every good intent, as soon as its last row has been read."""
    last = _last_rows(rows, report)
    parts: dict[str, list[ImportRow]] = {}
    for place, row in enumerate(rows):
        name = row.data.name
        if name not in last:
            continue
        parts.setdefault(name, []).append(row)
        if place == last[name]:
            of_intent = parts.pop(name)
            yield _Gathered(of_intent[0].line, *_together(of_intent))


def _last_rows(rows: Iterable[ImportRow], report: ImportReport) -> dict[str, int]:
    """By intent, without those of which a row is bad: these are reported."""
    last: dict[str, int] = {}
    bad = {""}
    for place, row in enumerate(rows):
        message = row.error or _fault(row.data)
        if message:
            report.add_error(row.line, message)
            bad.add(row.data.name)
        last[row.data.name] = place
    return {name: place for name, place in last.items() if name not in bad}


def _together(rows: Sequence[ImportRow]) -> tuple[IntentData, set[str]]:
    """Examples and answers of all rows; of the rest what the first row with something in it says."""
    given = {name for row in rows for name in row.given}
    values: dict[str, Any] = {
        "examples": tuple(distinct_examples(text for row in rows for text in row.data.examples)),
        "answers": tuple(_distinct(answer for row in rows for answer in row.data.answers)),
    }
    for name in TEXTS:
        values[name] = next((text for row in rows if (text := getattr(row.data, name))), "")
    for name in FLAGS & given:
        values[name] = next(getattr(row.data, name) for row in rows if name in row.given)
    return replace(rows[0].data, **values), given


def _fault(data: IntentData) -> str:
    try:
        check(data)
    except Invalid as error:
        return str(error.text)
    return ""


def _batches(gathered: Iterator[_Gathered]) -> Iterator[Sequence[_Gathered]]:
    while batch := list(islice(gathered, BATCH)):
        yield batch


def _plans(gathered: Sequence[_Gathered], mode: Mode, report: ImportReport) -> Iterator[_Plan]:
    known = {one.name: one for one in known_intents(one.data.name for one in gathered)}
    for one in gathered:
        old = known.get(one.data.name)
        if old is None:
            change = Change(one.data.name, "create", list(one.data.examples))
            change.answers_added = len(one.data.answers)
            yield _Plan(one.line, one.data, change)
            continue
        wanted = old if mode == "skip" else (_merged if mode == "merge" else _replaced)(old, one)
        updates = {n: v for n in sorted(FIELDS) if (v := getattr(wanted, n)) != getattr(old, n)}
        if updates:
            yield _Plan(one.line, wanted, _change(old, wanted, updates), updates)
        else:
            report.skipped += 1


def _merged(old: IntentData, one: _Gathered) -> IntentData:
    there = {example_key(text) for text in old.examples}
    examples = [text for text in one.data.examples if example_key(text) not in there]
    said = [undated(answer) for answer in old.answers]
    answers = [answer for answer in one.data.answers if undated(answer) not in said]
    texts = {name: getattr(old, name) or getattr(one.data, name) for name in TEXTS}
    return replace(old, examples=(*old.examples, *examples), answers=(*old.answers, *answers), **texts)


def _replaced(old: IntentData, one: _Gathered) -> IntentData:
    return replace(old, **{name: getattr(one.data, name) for name in one.given})


def _change(old: IntentData, new: IntentData, updates: dict[str, Any]) -> Change:
    return Change(
        new.name,
        "update",
        examples_added=[text for text in new.examples if text not in set(old.examples)],
        examples_removed=[text for text in old.examples if text not in set(new.examples)],
        answers_added=sum(answer not in old.answers for answer in new.answers),
        answers_removed=sum(answer not in new.answers for answer in old.answers),
        fields=[name for name in updates if name not in {"examples", "answers"}],
    )


def _apply(plans: Sequence[_Plan], origin: str, owner: Any, report: ImportReport) -> list[_Plan]:
    """Writes them, and gives those that were written."""
    creating = [plan for plan in plans if not plan.updates]
    done = _create_together(creating, origin, owner)
    if not done:  # somebody made one of them meanwhile
        done = [plan for plan in creating if _is_created(plan, origin, owner, report)]
    return done + [plan for plan in plans if plan.updates and _is_updated(plan, origin, report)]


def _create_together(plans: Sequence[_Plan], origin: str, owner: Any) -> list[_Plan]:
    """All in one transaction, or none."""

    def work() -> None:
        intents = [
            Intent(name=plan.data.name, owner=owner, **{n: getattr(plan.data, n) for n in {*TEXTS, *FLAGS}})
            for plan in plans
        ]
        pairs = [(intent, plan.data) for intent, plan in zip(intents, plans, strict=True)]
        Intent.objects.bulk_create(intents)
        examples = [row for intent, data in pairs for row in example_rows(intent, data.examples, origin)]
        Example.objects.bulk_create(examples, batch_size=500)
        answers = [row for intent, data in pairs for row in answer_rows(intent, data.answers)]
        Answer.objects.bulk_create(answers, batch_size=500)
        history.note_created(pairs)

    try:
        run_atomically(work)
    except (IntegrityError, AppError):
        return []
    return list(plans)


def _is_created(plan: _Plan, origin: str, owner: Any, report: ImportReport) -> bool:
    try:
        create_intent(data=plan.data, origin=origin, owner=owner)
    except AppError as error:
        report.add_error(plan.line, str(error.text))
        return False
    return True


def _is_updated(plan: _Plan, origin: str, report: ImportReport) -> bool:
    """A query for the intent alone; what is the same is not written."""
    try:
        intent = Intent.objects.filter(name=plan.data.name).first()
        if intent is None:
            create_intent(data=plan.data, origin=origin)
        else:
            change_intent(intent=intent, origin=origin, **plan.updates)
    except AppError as error:
        report.add_error(plan.line, str(error.text))
        return False
    return True


def _distinct(answers: Iterable[Any]) -> list[Any]:
    return list({repr(answer): answer for answer in answers}.values())

"""Making, changing and deleting intents: the same rules for API, admin, commands and imports."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.chat.engines.project import DATES, Response
from apps.core.db import run_atomically
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.text import printable, storable
from apps.intents.botproject.annotations import parse_example
from apps.intents.botproject.sentences import bare
from apps.intents.knowledge import TEXTS, IntentData, rules_naming
from apps.intents.models import MAX_SENTENCE, NAME, Answer, Example, Intent, Origin
from apps.intents.services import history
from apps.intents.services.checks import check, cleaned
from apps.intents.services.project import project_files

BATCH = 500
CHANGEABLE = frozenset({"title", "description", "requires_auth", "is_active", "tags", "owner"})


def create_intent(*, data: IntentData, origin: str = Origin.STAFF, owner: Any = None) -> Intent:
    """Raises Invalid (fields intent, examples, responses) and Conflict when the name is taken."""
    data = cleaned(data)
    check(data)
    try:
        return run_atomically(lambda: _create(data, origin, owner))
    except IntegrityError:
        raise _taken(data.name) from None


def _create(data: IntentData, origin: str, owner: Any) -> Intent:
    if Intent.objects.filter(name=data.name).exists():
        raise _taken(data.name)
    row = Intent.objects.create(
        name=data.name,
        title=data.title,
        description=data.description,
        requires_auth=data.requires_auth,
        is_active=data.is_active,
        tags=data.tags,
        owner=owner,
    )
    write_examples(row, data.examples, origin)
    write_answers(row, data.answers)
    history.note_created([(row, data)])
    return row


def change_intent(
    *,
    intent: Intent,
    examples: Sequence[str] | None = None,
    answers: Sequence[Response] | None = None,
    origin: str = Origin.STAFF,
    **changes: Any,
) -> Intent:
    """Examples and answers, where given, become just these. Raises Invalid."""
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise TypeError(f"not changeable: {', '.join(sorted(unknown))}")
    texts: dict[str, Any] = {name: printable(changes[name]) for name in TEXTS if name in changes}
    given = cleaned(IntentData(intent.name, tuple(examples or ()), tuple(answers or ()), **texts))
    check(given)
    changes |= {**texts, "updated_at": timezone.now()}
    for name, value in changes.items():
        setattr(intent, name, value)

    def write() -> None:
        change = history.begin(intent, answers is not None)
        intent.save(update_fields=list(changes))  # what somebody else changed meanwhile stays
        if examples is not None:
            change.examples(*write_examples(intent, given.examples, origin))
        if answers is not None:
            write_answers(intent, given.answers)
        change.note()

    run_atomically(write)
    return intent


def check_name_stays(*, intent: Intent, name: str) -> None:
    """Rules, buttons and logs speak of an intent by its name. Raises Invalid."""
    if name != intent.name:
        text = _("El nombre de una intención no cambia; crea otra con el nombre nuevo y borra esta.")
        raise Invalid.field("intent", text, "name_is_fixed")


def check_free(*, intent: Intent) -> None:
    """Raises Conflict while rules of rasa/ need it, naming them."""
    rules = rules_naming(project_files(), intent.name)
    if rules:
        names = ", ".join(f"«{name}»" for name in rules[:5])
        text = _("No se puede borrar: la usan las reglas %(rules)s. Desactívala o cambia antes las reglas.")
        raise Conflict(text % {"rules": names}, code="intent_in_use")


def delete_intent(*, intent: Intent) -> None:
    """Raises Conflict as check_free() does."""
    check_free(intent=intent)

    def delete() -> None:
        history.note_deleted(intent)
        intent.delete()

    run_atomically(delete)


def intent_named(name: str) -> Intent:
    """Raises NotFound."""
    row = Intent.objects.filter(name=name).first() if NAME.fullmatch(name) else None
    if row is None:
        raise NotFound(_("No hay una intención con ese nombre."))
    return row


def write_examples(intent: Intent, texts: Iterable[str], origin: str) -> tuple[list[str], list[str]]:
    """These become the examples, in this order; one that was there stays, and what refers to it with it.

    What went, and what came.
    """
    wanted, rows = distinct_examples(texts), list(intent.examples.all())
    before = {row.text: row for row in reversed(rows)}
    kept = {before[text].pk for text in wanted if text in before}
    gone = [row.pk for row in rows if row.pk not in kept]
    for start in range(0, len(gone), BATCH):
        Example.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    moved = []
    for place, text in enumerate(wanted):
        found = before.get(text)
        if found is not None and found.position != place:
            found.position = place
            moved.append(found)
    Example.objects.bulk_update(moved, ["position"], batch_size=BATCH)
    new = [row for row in example_rows(intent, wanted, origin) if row.text not in before]
    Example.objects.bulk_create(new, batch_size=BATCH)
    return [row.text for row in rows if row.pk not in kept], [row.text for row in new]


def write_answers(intent: Intent, answers: Iterable[Response]) -> None:
    intent.answers.all().delete()
    Answer.objects.bulk_create(answer_rows(intent, answers), batch_size=BATCH)


def example_rows(intent: Intent, texts: Iterable[str], origin: str) -> list[Example]:
    """Unsaved."""
    return [
        Example(intent=intent, position=place, text=text, key=example_key(text), origin=origin)
        for place, text in enumerate(texts)
    ]


def answer_rows(intent: Intent, answers: Iterable[Response]) -> list[Answer]:
    """Unsaved."""
    return [
        Answer(
            intent=intent,
            position=place,
            text=answer.text,
            buttons=list(answer.buttons),
            image=answer.image,
            custom=answer.custom,
            attachment=answer.attachment,
            channel=answer.channel,
            conditions=answer.conditions,
            **{name: date.fromisoformat(day) if (day := getattr(answer, name)) else None for name in DATES},
        )
        for place, answer in enumerate(answers)
    ]


@lru_cache(maxsize=8192)
def example_key(text: str) -> str:
    """What makes two sentences the same: without marks, case, accents and signs."""
    return bare(parse_example(text).example.text)[:MAX_SENTENCE]


def distinct_examples(texts: Iterable[str]) -> list[str]:
    """Without blanks and repetitions, the first wording of each kept."""
    kept: dict[str, str] = {}
    for text in (storable(" ".join(text.split())) for text in texts):
        if text:
            kept.setdefault(example_key(text), text)
    return list(kept.values())


def _taken(name: str) -> Conflict:
    return Conflict(_("La intención «%(name)s» ya existe.") % {"name": name}, code="intent_exists")

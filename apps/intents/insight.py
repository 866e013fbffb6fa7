"""What staff are told about an intent while they edit it: live checks, before anything is trained."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rapidfuzz import fuzz, process

from apps.chat.engines.project import BotProject, Response
from apps.intents.botproject.annotations import parse_example
from apps.intents.botproject.findings import ProjectError
from apps.intents.botproject.sentences import WANTED_EXAMPLES, bare
from apps.intents.knowledge import rules_naming
from apps.intents.models import MAX_SENTENCE, Example, Intent
from apps.intents.services.project import project_files
from apps.intents.stale import is_stale, said_of_dates

NEAR = 90
"""Percent of likeness (rapidfuzz.fuzz.ratio) from which two sentences are near the same."""
UNBALANCED = 5
"""So many times more, or fewer, examples than the median intent."""
MAX_OWN, MAX_OTHERS = 300, 20_000  # sentences compared pairwise: well under a second
MAX_KEYS = 1000
MAX_NEAR = 20


@dataclass(frozen=True, slots=True)
class Note:
    """A warning; `line` (from 1) is the example's that it speaks of, 0 when it speaks of the intent."""

    code: str
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Size:
    """What the list of intents has to know of each, also of those that are not on its page."""

    pk: Any
    examples: int
    is_active: bool
    tags: tuple[str, ...] = ()
    owner: tuple[Any, str] | None = None


def notes_on(
    *, pk: Any, name: str, lines: Sequence[str], answers: int, dates: Sequence[Response] = ()
) -> list[Note]:
    """Everything about one intent, as it is being written; `pk` is None while it is new.

    Of `dates` only the dates of its answers count.
    """
    return [
        *size_notes(pk=pk, name=name, count=count_distinct(lines), answers=answers),
        *out_of_date(dates),
        *repeated_lines(lines),
        *line_notes(pk, lines),
    ]


def size_notes(*, pk: Any, name: str, count: int, answers: int) -> list[Note]:
    others = [size.examples for size in sizes() if size.pk != pk and size.is_active]
    return [*few_examples(count), *unbalanced(count, others), *no_answer(name, answers, files_now())]


def line_notes(pk: Any, lines: Sequence[str]) -> list[Note]:
    """Of each line by itself."""
    return [*broken_marks(lines), *elsewhere(pk, lines)]


def count_distinct(lines: Iterable[str]) -> int:
    return len({key for _line, _text, key in _keyed(lines)})


def few_examples(count: int) -> list[Note]:
    if count >= WANTED_EXAMPLES:
        return []
    text = ngettext(
        "Tiene %(count)d ejemplo; escribe al menos %(wanted)d.",
        "Tiene %(count)d ejemplos; escribe al menos %(wanted)d.",
        count,
    )
    return [Note("few_examples", text % {"count": count, "wanted": WANTED_EXAMPLES})]


def unbalanced(count: int, others: Sequence[int]) -> list[Note]:
    """Against the other active intents; too few is already said below ten."""
    middle = median(others) if others else 0
    figures = {"count": count, "middle": round(middle)}
    if middle and count > UNBALANCED * max(middle, WANTED_EXAMPLES):
        text = _("Tiene %(count)d ejemplos y lo usual son %(middle)d: el bot la elegirá de más. Recórtala.")
        return [Note("too_large", text % figures)]
    if count >= WANTED_EXAMPLES and count * UNBALANCED < middle:
        text = _("Tiene %(count)d ejemplos y lo usual son %(middle)d: el bot la elegirá poco. Escribe más.")
        return [Note("too_small", text % figures)]
    return []


def no_answer(name: str, answers: int, files: BotProject | None) -> list[Note]:
    """None when the files answer it: with a response of that name, or by rules of their own."""
    if answers or (files and (f"utter_{name}" in files.responses or rules_naming(files, name))):
        return []
    return [Note("no_answer", _("No tiene respuesta; escribe al menos una."))]


def out_of_date(answers: Sequence[Response]) -> list[Note]:
    today = timezone.localdate().isoformat()
    told = [
        Note("stale_answer", _("Respuesta %(number)d: %(text)s") % {"number": number, "text": text})
        for number, answer in enumerate(answers, 1)
        if is_stale(answer, today) and (text := said_of_dates(answer, today))
    ]
    if answers and not any(answer.is_valid_on(today) for answer in answers):
        text = _(
            "Ninguna respuesta vale hoy: una vez entrenado, el bot dice que la información está en revisión."
        )
        return [Note("no_valid_answer", text), *told]
    return told


def broken_marks(lines: Iterable[str]) -> list[Note]:
    text = _("La marca de entidad está mal escrita; escríbela así: [técnico](programa).")
    return [Note("broken_mark", text, line) for line, raw in _numbered(lines) if parse_example(raw).is_broken]


def repeated_lines(lines: Iterable[str]) -> list[Note]:
    first: dict[str, int] = {}
    notes = []
    for line, _raw, key in _keyed(lines):
        if key in first:
            text = _("Repite la línea %(first)d; se guarda una sola.") % {"first": first[key]}
            notes.append(Note("repeated", text, line))
        first.setdefault(key, line)
    return notes


def elsewhere(pk: Any, lines: Iterable[str]) -> list[Note]:
    """The same sentence, or nearly, in another active intent."""
    names = dict(Intent.objects.filter(is_active=True).exclude(pk=pk).values_list("pk", "name"))
    rows = Example.objects.order_by().values_list("key", "intent_id")[:MAX_OTHERS]
    others = [(key, names[owner]) for key, owner in rows if owner in names]
    owners: dict[str, str] = {}
    for key, owner in others:
        owners.setdefault(key, owner)
    same, rest = [], []
    for line, _raw, key in _keyed(lines):
        if key not in owners:
            rest.append((line, key))
            continue
        text = _("Está también en «%(intent)s»; déjala en una sola intención.") % {"intent": owners[key]}
        same.append(Note("same_elsewhere", text, line))
    return [*same, *_near(rest[:MAX_OWN], others)]


def _near(lines: Sequence[tuple[int, str]], others: Sequence[tuple[str, str]]) -> list[Note]:
    if not lines or not others:
        return []
    keys = [key for key, _owner in others]
    notes = []
    for line, key in lines:
        found = process.extractOne(key, keys, scorer=fuzz.ratio, score_cutoff=NEAR)
        if found is None:
            continue
        text = _("Se parece a «%(sentence)s», de «%(intent)s»; deja la que sirva.")
        notes.append(
            Note("near_elsewhere", text % {"sentence": found[0], "intent": others[found[2]][1]}, line)
        )
    return notes[:MAX_NEAR]


def sizes() -> list[Size]:
    """Every intent's; one query."""
    columns = ("pk", "is_active", "tags", "owner_id", "owner__nombre", "owner__email", "n")
    rows = Intent.objects.order_by("name").annotate(n=Count("examples")).values_list(*columns)
    return [
        Size(pk, count, is_active, tags_of(tags), (owner, nombre or email) if owner else None)
        for pk, is_active, tags, owner, nombre, email, count in rows
    ]


def tags_of(text: str) -> tuple[str, ...]:
    """The tags of a line like `notas, académico`, each once."""
    return tuple(dict.fromkeys(tag for tag in (part.strip() for part in text.split(",")) if tag))


def warning_counts(rows: Sequence[Any], known: Sequence[Size]) -> dict[Any, int]:
    """How many warnings each row of a list has (rows of `with_counts`); by keys alone, in two queries."""
    shared = _shared_sentences([row.pk for row in rows])
    active = [size.examples for size in known if size.is_active]
    files = files_now()
    return {
        row.pk: shared.get(row.pk, 0)
        + getattr(row, "n_stale", 0)
        + len(few_examples(row.n_examples))
        + len(unbalanced(row.n_examples, active))
        + len(no_answer(row.name, row.n_answers, files))
        for row in rows
    }


def _shared_sentences(intents: Sequence[Any]) -> dict[Any, int]:
    """For each intent, how many of its sentences another one has too."""
    repeated = (
        Example.objects.filter(intent__is_active=True)
        .order_by()
        .values("key")
        .annotate(n=Count("intent", distinct=True))
        .filter(n__gt=1)
        .values_list("key", flat=True)
    )
    keys = list(repeated[:MAX_KEYS])
    rows = Example.objects.filter(key__in=keys, intent__in=intents).order_by().values_list("intent_id")
    counts: dict[Any, int] = {}
    for (intent,) in rows if keys else ():
        counts[intent] = counts.get(intent, 0) + 1
    return counts


def rules_holding(name: str) -> list[str]:
    """Rules of rasa/ that need the intent; nothing when the files cannot be read."""
    files = files_now()
    return rules_naming(files, name) if files else []


def files_now() -> BotProject | None:
    """rasa/ as it stands; None when it cannot be read."""
    try:
        return project_files()
    except ProjectError:
        return None


def _numbered(lines: Iterable[str]) -> list[tuple[int, str]]:
    """Lines with something in them; too long ones are refused when they are saved, and not looked at."""
    given = ((line, text.strip()) for line, text in enumerate(lines, 1))
    return [(line, text) for line, text in given if 0 < len(text) <= MAX_SENTENCE]


def _keyed(lines: Iterable[str]) -> list[tuple[int, str, str]]:
    return [(line, text, bare(parse_example(text).example.text)) for line, text in _numbered(lines)]

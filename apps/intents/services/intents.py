"""Making, changing and deleting intents: the same rules for API, admin, commands and imports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import IntegrityError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.chat.engines.project import Response
from apps.core.db import atomic
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.text import printable, storable
from apps.intents.botproject.annotations import parse_example
from apps.intents.botproject.sentences import bare
from apps.intents.botproject.supported import BUILTIN_INTENTS
from apps.intents.knowledge import IntentData, rules_naming
from apps.intents.models import MAX_ANSWER, MAX_SENTENCE, NAME, Answer, Example, Intent, Origin
from apps.intents.services.project import project_files

CHANGEABLE = frozenset({"title", "description", "requires_auth", "is_active", "tags", "owner"})
RESERVED = frozenset({"need_auth", "default", "fallback", "offer_human", "modo_limitado", "test"})
"""Whose `utter_…` the bot says by itself, and what the API calls an action."""
TEXTS = ("title", "description", "tags")


def create_intent(*, data: IntentData, origin: str = Origin.STAFF, owner: Any = None) -> Intent:
    """Raises Invalid (fields intent, examples, responses) and Conflict when the name is taken."""
    data = cleaned(data)
    check(data)
    try:
        with atomic():
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
    except IntegrityError:
        raise _taken(data.name) from None
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
    examples = None if examples is None else given.examples
    answers = None if answers is None else given.answers
    with atomic():
        for name, value in changes.items():
            setattr(intent, name, value)
        intent.save(update_fields=list(changes))  # what somebody else changed meanwhile stays
        if examples is not None:
            write_examples(intent, examples, origin)
        if answers is not None:
            write_answers(intent, answers)
    return intent


def check_name_stays(*, intent: Intent, name: str) -> None:
    """Rules, buttons and logs speak of an intent by its name. Raises Invalid."""
    if name != intent.name:
        text = _("El nombre de una intención no cambia; crea otra con el nombre nuevo y borra esta.")
        raise Invalid.field("intent", text, "name_is_fixed")


def delete_intent(*, intent: Intent) -> None:
    """Raises Conflict while rules of rasa/ need it, naming them."""
    rules = rules_naming(project_files(), intent.name)
    if rules:
        names = ", ".join(f"«{name}»" for name in rules[:5])
        text = _("No se puede borrar: la usan las reglas %(rules)s. Desactívala o cambia antes las reglas.")
        raise Conflict(text % {"rules": names}, code="intent_in_use")
    with atomic():
        intent.delete()


def intent_named(name: str) -> Intent:
    """Raises NotFound."""
    row = Intent.objects.filter(name=name).first() if NAME.fullmatch(name) else None
    if row is None:
        raise NotFound(_("No hay una intención con ese nombre."))
    return row


def cleaned(data: IntentData) -> IntentData:
    """Without control characters, which spreadsheets and YAML cannot hold: one would break every export."""
    texts: dict[str, Any] = {name: printable(getattr(data, name)) for name in TEXTS}
    return replace(
        data,
        examples=tuple(map(printable, data.examples)),
        answers=tuple(replace(answer, text=printable(answer.text)) for answer in data.answers),
        **texts,
    )


def check(data: IntentData) -> None:
    """Raises Invalid with a row per thing that is wrong."""
    errors = [*_name_errors(data.name), *_text_errors(data)]
    errors += [*_example_errors(data.examples), *_answer_errors(data.answers)]
    if errors:
        raise Invalid(errors=errors)


def write_examples(intent: Intent, texts: Iterable[str], origin: str) -> None:
    """These become the examples, in this order; one that was there keeps its origin."""
    before = {row.text: row.origin for row in intent.examples.all()}
    intent.examples.all().delete()
    rows = example_rows(intent, distinct_examples(texts), origin, before)
    Example.objects.bulk_create(rows, batch_size=500)


def write_answers(intent: Intent, answers: Iterable[Response]) -> None:
    intent.answers.all().delete()
    Answer.objects.bulk_create(answer_rows(intent, answers), batch_size=500)


def example_rows(
    intent: Intent, texts: Iterable[str], origin: str, before: Mapping[str, str] | None = None
) -> list[Example]:
    """Unsaved; `before` holds the origins of texts that were there."""
    known = before or {}
    return [
        Example(
            intent=intent, position=place, text=text, key=example_key(text), origin=known.get(text, origin)
        )
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
        )
        for place, answer in enumerate(answers)
    ]


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


def _name_errors(name: str) -> list[dict[str, str]]:
    if name in RESERVED or name in BUILTIN_INTENTS:
        text = _("El bot usa «%(name)s» para sí mismo. Elige otro nombre.") % {"name": name}
        return [{"field": "intent", "code": "reserved_name", "message": text}]
    if NAME.fullmatch(name):
        return []
    text = _("Usa de 2 a 64 letras minúsculas, números y «_», sin tildes; empieza por una letra.")
    return [{"field": "intent", "code": "invalid_name", "message": text}]


def _max_length(model: type[Model], name: str) -> int:
    return int(getattr(model._meta.get_field(name), "max_length", 0) or 0)


def _text_errors(data: IntentData) -> list[dict[str, str]]:
    """SQLite stores longer ones; PostgreSQL would fail."""
    errors = []
    for name in TEXTS:
        longest = _max_length(Intent, name)
        if len(getattr(data, name)) > longest:
            message = _("Puede tener hasta %(max)d caracteres.") % {"max": longest}
            errors.append({"field": name, "code": "too_long", "message": message})
    for answer in data.answers:
        for name in ("image", "channel"):
            longest = _max_length(Answer, name)
            if len(getattr(answer, name)) > longest:
                message = _("«%(name)s» puede tener hasta %(max)d caracteres.")
                message = message % {"name": name, "max": longest}
                errors.append({"field": "responses", "code": "too_long", "message": message})
    return errors


def _example_errors(examples: Iterable[str]) -> list[dict[str, str]]:
    errors = []
    for text in examples:
        if len(text) > MAX_SENTENCE:
            message = _("Un ejemplo tiene más de %(max)d caracteres.") % {"max": MAX_SENTENCE}
            errors.append({"field": "examples", "code": "too_long", "message": message})
        elif parse_example(text).is_broken:
            message = _("Hay una marca de entidad mal escrita en «%(text)s».") % {"text": text[:80]}
            errors.append({"field": "examples", "code": "broken_mark", "message": message})
    return errors


def _answer_errors(answers: Iterable[Response]) -> list[dict[str, str]]:
    errors = []
    for answer in answers:
        if not (answer.text.strip() or answer.image or answer.custom or answer.attachment or answer.buttons):
            message = _("Hay una respuesta vacía; escríbela o quítala.")
            errors.append({"field": "responses", "code": "empty", "message": message})
        elif len(answer.text) > MAX_ANSWER:
            message = _("Una respuesta tiene más de %(max)d caracteres.") % {"max": MAX_ANSWER}
            errors.append({"field": "responses", "code": "too_long", "message": message})
        if any(not _is_button(button) for button in answer.buttons):
            message = _("Un botón necesita texto, y además un mensaje que enviar o una dirección.")
            errors.append({"field": "responses", "code": "invalid_button", "message": message})
    return errors


def _is_button(button: Any) -> bool:
    """As in the files, where the loader refuses others."""
    return isinstance(button, dict) and bool(
        button.get("title") and (button.get("payload") or button.get("url"))
    )


def _taken(name: str) -> Conflict:
    return Conflict(_("La intención «%(name)s» ya existe.") % {"name": name}, code="intent_exists")

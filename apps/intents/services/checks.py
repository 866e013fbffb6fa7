"""What an intent must be, whoever writes it: API, admin, commands and imports."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from apps.chat.engines.project import EXPIRED, Response
from apps.core.errors import Invalid
from apps.core.text import printable
from apps.intents.botproject.annotations import parse_example
from apps.intents.botproject.findings import ProjectError
from apps.intents.botproject.supported import BUILTIN_INTENTS
from apps.intents.knowledge import TEXTS, IntentData, is_button, is_safe_address
from apps.intents.models import MAX_ANSWER, MAX_SENTENCE, NAME, Answer, Intent
from apps.intents.services.project import project_files

ACTIONS = frozenset({"test"})
"""What the API calls an action under /api/admin/intents/."""

OWN_ANSWERS = frozenset({EXPIRED.removeprefix("utter_")})
"""What the bot says by itself, whatever the files."""


def said_by_the_bot() -> frozenset[str]:
    """Names whose `utter_…` the files of rasa/ say by themselves: such an intent would take it over."""
    try:
        return _said_by_the_bot()
    except ProjectError:
        return frozenset()


@lru_cache(maxsize=1)
def _said_by_the_bot() -> frozenset[str]:
    """Once a process: an import asks for every row, and these files come with a deployment."""
    files = project_files()
    return frozenset(name.removeprefix("utter_") for name in files.responses) - files.intents.keys()


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


def _name_errors(name: str) -> list[dict[str, str]]:
    if name in ACTIONS | BUILTIN_INTENTS | OWN_ANSWERS | said_by_the_bot():
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
        if answer.valid_until and answer.valid_from > answer.valid_until:
            message = _("Una respuesta vence antes de empezar: va del %(first)s al %(last)s.")
            message = message % {"first": answer.valid_from, "last": answer.valid_until}
            errors.append({"field": "responses", "code": "invalid_dates", "message": message})
        if any(not is_button(button) for button in answer.buttons):
            message = _("Un botón necesita texto, y además un mensaje que enviar o una dirección.")
            errors.append({"field": "responses", "code": "invalid_button", "message": message})
        buttons = [button for button in answer.buttons if is_button(button)]
        addresses = [*filter(None, (button.get("url") for button in buttons)), *filter(None, [answer.image])]
        for address in addresses:
            if not is_safe_address(address):
                message = _("La dirección «%(url)s» no sirve: debe empezar por https://, mailto: o tel:.")
                message = message % {"url": str(address)[:80]}
                errors.append({"field": "responses", "code": "invalid_address", "message": message})
    return errors

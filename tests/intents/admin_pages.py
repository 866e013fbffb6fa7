"""What the tests of the intents' pages in Django admin share."""

from typing import Any

from django.test import Client
from django.urls import reverse

from apps.chat.engines.project import Response
from apps.intents.knowledge import IntentData
from apps.intents.models import Answer, Example, Intent
from apps.intents.services.intents import create_intent

LIST = "/admin/intents/intent/"
ADD = f"{LIST}add/"
TRAIN = "Los cambios estarán en el bot después de entrenar."
BUTTON = {"title": "Menú", "payload": "/menu", "kind": "quick"}
FULL = Response(
    text="Hola.\nElige:",
    buttons=(BUTTON,),
    image="https://ejemplo.edu.co/a.png",
    custom={"type": "card"},
    channel="web",
    conditions={"programa": "técnico"},
)


def make(name: str = "notas", **more: Any) -> Intent:
    values = {"examples": ("ver mis notas", "¿cuánto saqué?"), "answers": (FULL, Response(text="Otra"))}
    return create_intent(data=IntentData(name, **{**values, **more}))


def of(intent: Intent, verb: str = "change") -> str:
    return reverse(f"admin:intents_intent_{verb}", args=[intent.pk])


def rows(prefix: str, *given: dict[str, str], initial: int = 0) -> dict[str, str]:
    """A form set as the browser sends it."""
    form = {f"{prefix}-TOTAL_FORMS": str(len(given)), f"{prefix}-INITIAL_FORMS": str(initial)}
    for place, row in enumerate(given):
        form |= {f"{prefix}-{place}-{name}": value for name, value in row.items()}
    return form


def answers(*texts: str) -> dict[str, str]:
    form = rows("responses", *({"text": text} for text in texts))
    for place in range(len(texts)):
        form |= rows(f"responses-{place}-buttons")
    return form


def shown(page: Client, intent: Intent) -> dict[str, str]:
    """What the browser would send of the page as it is shown."""
    form = page.get(of(intent)).context["adminform"].form
    sent = {name: form[name].value() for name in form.fields if name != "responses"}
    sent |= {f"responses-{key}": value for key, value in form.answers.management_form.initial.items()}
    for answer in form.answers:
        sent |= {answer.add_prefix(name): answer[name].value() for name in answer.fields}
        buttons = answer.buttons
        sent |= {f"{buttons.prefix}-{key}": value for key, value in buttons.management_form.initial.items()}
        for row in buttons:
            sent |= {row.add_prefix(name): row[name].value() for name in row.fields}
    return {
        key: str(value) for key, value in sent.items() if value not in (None, "null") and value is not False
    }


def act(page: Client, action: str, *intents: Intent, confirmed: bool = False) -> Any:
    data: dict[str, Any] = {"action": action, "_selected_action": [str(row.pk) for row in intents]}
    return page.post(LIST, data | ({"confirmed": "yes"} if confirmed else {}))


def said(page: Client) -> str:
    return page.get(LIST).content.decode()


def texts(intent: Intent) -> list[str]:
    return list(intent.examples.values_list("text", flat=True))


def many(intents: int, sentences: int) -> list[Intent]:
    rows = Intent.objects.bulk_create(Intent(name=f"i{n:03}", title=f"Título {n}") for n in range(intents))
    texts = [
        (row, f"pregunta {row.name} sobre {n} cosas distintas") for row in rows for n in range(sentences)
    ]
    Example.objects.bulk_create(Example(intent=row, text=text, key=text) for row, text in texts)
    Answer.objects.bulk_create(Answer(intent=row, text="Respuesta") for row in rows)
    return rows

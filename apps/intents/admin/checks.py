"""What the page of an intent asks while somebody types: the same checks as when it is opened."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from apps.intents import insight
from apps.intents.models import Intent

MAX_LINES = 40
MAX_COUNT = 10_000


@require_GET
def live_checks(request: HttpRequest) -> JsonResponse:
    """`lines`: what there is to say of each `line`, "" for nothing; `notes`: of the whole intent."""
    if not any(request.user.has_perm(f"intents.{verb}_intent") for verb in ("add", "change")):
        raise PermissionDenied
    asked = request.GET
    pk, lines = _key(asked.get("pk", "")), asked.getlist("line")[:MAX_LINES]
    told = {note.line: note.text for note in insight.line_notes(pk, lines)} if lines else {}
    notes = insight.size_notes(
        pk=pk,
        name=asked.get("name", ""),
        count=_number(asked.get("count")),
        answers=_number(asked.get("answers")),
    )
    found = [told.get(number, "") for number in range(1, len(lines) + 1)]
    return JsonResponse({"lines": found, "notes": [note.text for note in notes]})


def _key(text: str) -> Any:
    """None for an intent that is being written for the first time."""
    try:
        return Intent._meta.pk.to_python(text) if text else None
    except ValidationError:
        return None


def _number(text: str | None) -> int:
    return min(int(text), MAX_COUNT) if text and text.isascii() and text.isdecimal() and len(text) < 9 else 0

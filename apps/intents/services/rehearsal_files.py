"""Saved conversations that come and go as JSON, and those that come with the project."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from apps.core.db import atomic
from apps.core.errors import Invalid
from apps.intents.models import SavedConversation
from apps.intents.services.rehearsals import change_conversation, create_conversation

STARTERS = Path(__file__).parents[1] / "data" / "conversations.json"
MAX_BYTES = 5 * 2**20
KEYS = frozenset({"name", "description", "is_active", "turns"})


def export_conversations() -> str:
    rows = SavedConversation.objects.order_by("name")
    shown = [
        {key: getattr(row, key) for key in ("name", "description", "is_active", "turns")} for row in rows
    ]
    return json.dumps(shown, ensure_ascii=False, indent=2) + "\n"


def import_conversations(content: bytes) -> tuple[int, int]:
    """Those of a known name become as in the file; how many are new and how many changed.

    All or nothing. Raises Invalid, naming the conversation.
    """
    rows = _read(content)
    known = {row.name: row for row in SavedConversation.objects.all()}
    created = changed = 0
    with atomic():
        for row in rows:
            try:
                if saved := known.get(" ".join(str(row["name"]).split())):
                    if any(getattr(saved, key) != value for key, value in row.items() if key != "name"):
                        change_conversation(saved=saved, **{k: v for k, v in row.items() if k != "name"})
                        changed += 1
                else:
                    saved = create_conversation(**row)
                    known[saved.name] = saved
                    created += 1
            except Invalid as error:
                raise Invalid(f"«{row['name']}»: {error.text}", errors=error.errors) from None
    return created, changed


def add_starters() -> int:
    """What a fresh machine begins with; conversations whose name is taken stay. How many were added."""
    known = set(SavedConversation.objects.values_list("name", flat=True))
    missing = [row for row in json.loads(STARTERS.read_text("utf-8")) if row["name"] not in known]
    for row in missing:
        create_conversation(**row)
    return len(missing)


def _read(content: bytes) -> Sequence[dict[str, Any]]:
    if len(content) > MAX_BYTES:
        raise Invalid(_("El archivo pesa más de 5 MB."))
    try:
        rows = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Invalid(_("El archivo no es JSON.")) from None
    if not isinstance(rows, list):
        raise Invalid(_("El archivo debe ser una lista de conversaciones."))
    for place, row in enumerate(rows, 1):
        if not _is_conversation(row):
            raise Invalid(
                _("La conversación %d no es un objeto con name, turns y, si acaso, description e is_active.")
                % place
            )
    return rows


def _is_conversation(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and {"name", "turns"} <= set(row) <= KEYS
        and isinstance(row["name"], str)
        and isinstance(row["turns"], list)
        and isinstance(row.get("description", ""), str)
        and isinstance(row.get("is_active", True), bool)
    )

"""How somebody wants the chat to look: read and changed by the token's subject."""

from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from apps.accounts.models import UserSettings

CHANGEABLE = frozenset({"language", "theme", "font_scale", "high_contrast"})


def preferences_of(*, subject: str) -> UserSettings:
    """What is stored, or the defaults; nothing is written."""
    return UserSettings.objects.filter(pk=subject).first() or UserSettings(subject=subject)


def change_preferences(*, subject: str, **changes: Any) -> UserSettings:
    """Changes what is given and keeps the rest, also of a change made at the same moment."""
    if unknown := set(changes) - CHANGEABLE:
        raise TypeError(f"not changeable: {', '.join(sorted(unknown))}")
    if changes and not _update(subject, changes):
        _create(subject, changes)
    return preferences_of(subject=subject)


def _update(subject: str, changes: dict[str, Any]) -> int:
    return UserSettings.objects.filter(pk=subject).update(**changes, updated_at=timezone.now())


def _create(subject: str, changes: dict[str, Any]) -> None:
    """Without a transaction: on MongoDB two at once would conflict, where one key is enough."""
    try:
        UserSettings(subject=subject, **changes).save(force_insert=True)
    except IntegrityError:
        _update(subject, changes)

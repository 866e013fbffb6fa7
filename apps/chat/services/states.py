"""What a bot engine remembers of a conversation: shown to staff, and forgotten at their word."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.chat.engine import rasa_engine
from apps.chat.engines.base import EngineError
from apps.chat.engines.embedded.store import ConversationState
from apps.chat.errors import as_app_error
from apps.chat.models import Conversation
from apps.core import audit
from apps.core.errors import Conflict


@dataclass(frozen=True, slots=True)
class Remembered:
    """Slots that have a value, and the rest of the state by the engine's own names."""

    slots: dict[str, Any] = field(default_factory=dict)
    rest: dict[str, Any] = field(default_factory=dict)


def embedded_state(conversation: Conversation) -> Remembered | None:
    """None when the embedded engine remembers nothing."""
    if not conversation.state:
        return None
    return _remembered(asdict(ConversationState.from_json(conversation.state)))


def rasa_state(sender: str) -> Remembered:
    """Asks Rasa, within the time of a turn. Raises BotUnavailable and BotTimeout."""
    try:
        return _remembered(rasa_engine().tracker(sender))
    except EngineError as error:
        raise as_app_error(error) from error


def _remembered(state: dict[str, Any]) -> Remembered:
    slots = {name: value for name, value in (state.get("slots") or {}).items() if not _is_empty(value)}
    rest = {name: value for name, value in state.items() if name != "slots" and not _is_empty(value)}
    return Remembered(dict(sorted(slots.items())), rest)


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {}, ())


def forget_state(*, conversation: Conversation) -> None:
    """The embedded engine begins anew with this sender; what was said stays in the log. Raises Conflict."""
    now = timezone.now()
    free = Q(locked_until__isnull=True) | Q(locked_until__lt=now)
    if not Conversation.objects.filter(free, pk=conversation.pk).update(state="", updated_at=now):
        raise Conflict(_("El bot está respondiendo ahora en esta conversación. Inténtalo de nuevo."))
    audit.note(conversation, {"state": ("kept", "forgotten")})
    conversation.state = ""

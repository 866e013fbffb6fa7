"""Where a conversation begins: sessions that end by silence."""

from apps.chat.engines.embedded.store import ConversationState
from apps.chat.engines.project import BotProject


def begins_session(state: ConversationState, project: BotProject, now: float) -> bool:
    """Whether it is the first message, or the first after the project's time of silence (0: never)."""
    if state.last_turn_at is None:
        return not state.events
    minutes = project.session_expiration_minutes
    return minutes > 0 and now - state.last_turn_at > minutes * 60

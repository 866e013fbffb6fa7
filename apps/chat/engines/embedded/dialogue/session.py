"""Where a conversation begins again: sessions that end by silence."""

from apps.chat.engines.embedded.dialogue.slots import fit_slots
from apps.chat.engines.embedded.store import ConversationState
from apps.chat.engines.project import BotProject


def enter_session(state: ConversationState, project: BotProject, now: float) -> bool:
    """Makes the state fit the project and the hour; whether this message begins a session.

    After the project's time of silence (0: never) what was going on is forgotten; slots only when the project
    does not carry them over.
    """
    is_new = state.last_turn_at is None or _has_expired(state.last_turn_at, project, now)
    if is_new:
        state.misses, state.wish, state.active_loop, state.latest_intent = 0, None, None, None
        if not project.carry_over_slots:
            state.slots = {}
    state.slots = fit_slots(project, state.slots)
    state.last_turn_at = now
    return is_new


def _has_expired(last_turn_at: float, project: BotProject, now: float) -> bool:
    minutes = project.session_expiration_minutes
    return minutes > 0 and now - last_turn_at > minutes * 60

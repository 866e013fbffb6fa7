"""Deciding what to say and do: rules, stories, forms, actions, slots, responses, protected intents."""

from apps.chat.engines.embedded.dialogue.dialogue import Answer, Dialogue
from apps.chat.engines.embedded.dialogue.utterance import Utterance

__all__ = ["Answer", "Dialogue", "Utterance"]

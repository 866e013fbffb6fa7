"""Conversations as tests: what is said, what is expected, and whether a model answers so."""

from apps.intents.rehearsals.playing import Outcome, Rehearsal, TurnOutcome, play, rehearse_turns
from apps.intents.rehearsals.turns import Turn, read_turns

__all__ = ["Outcome", "Rehearsal", "Turn", "TurnOutcome", "play", "read_turns", "rehearse_turns"]

"""Patterns that could hold up a turn are refused before training."""

import pytest

from apps.chat.engines.embedded import TrainingError
from apps.chat.engines.embedded.nlu import patterns
from apps.chat.engines.project import BotProject

SOUND = (
    r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}",
    r"(?<![\d+])(?:\+?57[ -]?)?(?:3\d{2}|60\d)[ -]?\d{3}[ -]?\d{4}(?!\d)",
    r"https?://[^\s<>\"']{3,300}",
    r"(?:uno|dos)+(?P<x>tres)?\b",
    "ñandú…",
)
NO_REGEX = ("(", "[a", "*x", "a{2,1}")
HANGING = (r"(a+)+$", r"^ID (\w+\s?)+\.$", r"(x+x+)+y", r"\w*\w*\w*\w*x")


def project(*written: str) -> BotProject:
    return BotProject(entities=("dato",), regexes={"dato": written})


def test_sound_patterns_pass() -> None:
    patterns.check_patterns(project(*SOUND))
    patterns.check_patterns(project())


@pytest.mark.parametrize("pattern", NO_REGEX)
def test_a_pattern_that_does_not_compile_is_named(pattern: str) -> None:
    with pytest.raises(TrainingError, match="no es una expresión regular") as refusal:
        patterns.check_patterns(project(SOUND[0], pattern))
    assert pattern in str(refusal.value)


@pytest.mark.parametrize("pattern", HANGING)
def test_a_pattern_that_could_hang_a_turn_is_named(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "START_SECONDS", 0.3)
    monkeypatch.setattr(patterns, "SECONDS_PER_PATTERN", 0.2)
    with pytest.raises(TrainingError, match="demasiado lento") as refusal:
        patterns.check_patterns(project(pattern))
    assert pattern in str(refusal.value)


@pytest.mark.parametrize("broken", ["import sys; sys.exit(1)", "raise MemoryError"])
def test_a_trial_that_breaks_is_told_in_spanish(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_CHILD", broken)
    with pytest.raises(TrainingError, match="No se pudieron probar"):
        patterns.check_patterns(project(SOUND[0]))

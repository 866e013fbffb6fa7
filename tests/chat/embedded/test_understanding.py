"""What the small bot makes of sentences."""

import pytest

from apps.chat.engines.embedded import EmbeddedEngine

NONSENSE = ("asdf qwerty zxcv", "jkl", "wxkq vbnm", "zzz xkcd", "", "   ", "блин 你好", "∑∏∫", "…", "\x00")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hola", "saludo"),
        ("HOLAAAAA", "saludo"),
        ("muestrame mis nota", "ver_notas"),
        ("a que ora es la clase", "horario"),
        ("ver notas", "ver_notas"),
    ],
)
def test_a_sentence_is_understood_with_typos_and_without_accents(
    bot: EmbeddedEngine, text: str, intent: str
) -> None:
    parse = bot.parse(text)
    assert parse.intent == intent
    assert [guess.confidence for guess in parse.ranking] == sorted(
        (guess.confidence for guess in parse.ranking), reverse=True
    )
    assert parse.ranking[0].confidence == parse.confidence
    assert len(parse.ranking) == 6
    assert sum(guess.confidence for guess in parse.ranking) <= 1 + 1e-9


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_falls_below_the_threshold(bot: EmbeddedEngine, school_model: object, text: str) -> None:
    figures = school_model.figures  # type: ignore[attr-defined]
    assert bot.parse(text).confidence < figures["threshold"]


def test_a_sentence_with_nothing_known_has_no_guess(bot: EmbeddedEngine) -> None:
    parse = bot.parse("你好")
    assert (parse.intent, parse.confidence, parse.ranking) == (None, 0.0, ())


def test_the_text_of_a_parse_is_the_text_that_was_said(bot: EmbeddedEngine) -> None:
    assert bot.parse("  ¿Hólá?  ").text == "  ¿Hólá?  "

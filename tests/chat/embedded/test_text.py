"""What the model sees of a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from apps.chat.engines.embedded.nlu.text import Folded, char_grams, clean, fold, normalise, word_grams

CHARS = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), lowercase=False).build_analyzer()
WORDS = TfidfVectorizer(analyzer="word", ngram_range=(1, 2), lowercase=False).build_analyzer()


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("¿CÓMO ESTÁS?", "¿como estas?"),
        ("El niño", "el nino"),
        ("holaaaaaa", "holaa"),
        ("escríbeme a Ana.Rojas+1@correo.edu.co ya", "escribeme a xcorreox ya"),
        ("mira https://zajuna.sena.edu.co/x?y=1 y www.sena.edu.co", "mira xenlacex y xenlacex"),
        ("mi cédula es 1.023.456", "mi cedula es xnumerox"),
        ("ﬁn de ｃｌａｓｅ", "fin de clase"),
        ("ho\u200bla", "hola"),
        ("  a \n\t b  ", "a b"),
        ("", ""),
    ],
)
def test_spellings_that_mean_the_same_look_the_same(written: str, seen: str) -> None:
    assert normalise(written) == seen


@given(st.text(max_size=60))
def test_grams_are_those_of_scikit_learn(text: str) -> None:
    normal = normalise(text)
    assert sorted(char_grams(normal)) == sorted(CHARS(normal))
    assert sorted(word_grams(normal)) == sorted(WORDS(normal))


@given(st.text(alphabet=st.characters(), max_size=40))
def test_cleaning_keeps_every_offset_and_leaves_what_can_be_stored(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) == len(text)
    assert "\x00" not in cleaned
    cleaned.encode()


def test_a_long_message_is_cut_and_cannot_unfold() -> None:
    assert len(clean("a" * 5000)) == 4000
    assert len(normalise("\ufdfa" * 4000)) <= 4000
    assert len(Folded.of("\ufdfa" * 4000).text) <= 4000


@pytest.mark.parametrize("text", ["árbol ﬁno", "a\u0301rbol", "ÑANDÚ", "plain", "😀 notas"])
def test_a_folded_text_knows_where_its_letters_stood(text: str) -> None:
    folded = Folded.of(text)
    assert folded.text == fold(text)
    start, end = folded.span(0, len(folded.text), text)
    assert text[start:end] == text


def test_a_combining_accent_belongs_to_the_letter_before_it() -> None:
    text = "sesio\u0301n"
    folded = Folded.of(text)
    assert folded.span(4, 5, text) == (4, 6)

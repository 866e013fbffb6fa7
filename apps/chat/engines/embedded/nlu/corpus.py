"""What a model is taught: a project's sentences, the names of its intents, and gibberish."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.chat.engines.embedded.errors import TrainingError
from apps.chat.engines.embedded.nlu.gibberish import NUMBERS, WALKS, sentences
from apps.chat.engines.embedded.nlu.text import normalise
from apps.chat.engines.project import BotProject

Labels = NDArray[np.intp]

SEED = 20
NAME_EXAMPLES = 2
"""How often an intent's own name counts as an example: it is what its author would call it."""
INTENTS_PER_GIBBERISH, LEAST_GIBBERISH = 2, 10
"""Sentences of gibberish that are trained on as a class of their own, which is never answered.

Measured on rasa/ (43 intents, 943 examples): at the same threshold 2.5 % of unseen gibberish is answered
and not 13 %, for one point of coverage. Twice as many cost two points.
"""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Sentences, each once per intent however it is spelt, with the position of their intent in `intents`."""

    intents: tuple[str, ...]
    originals: tuple[str, ...]
    """As somebody wrote them."""
    texts: tuple[str, ...]
    """As the linear model sees them."""
    labels: Labels


@dataclass(frozen=True, slots=True)
class Lessons:
    """Every sentence that any model of a corpus learns: the corpus's own first, then `taught_always`."""

    texts: tuple[str, ...]
    labels: Labels
    taught_always: Labels

    def with_rows(self, rows: Labels) -> Labels:
        """Rows of these sentences of the corpus, and of what every model learns."""
        return np.concatenate([rows, self.taught_always])


def read_corpus(project: BotProject) -> Corpus:
    """Intents without a usable sentence (reached only by button) are left out. Raises TrainingError."""
    known: dict[str, dict[str, str]] = {}
    for name, intent in sorted(project.intents.items()):
        for example in intent.examples:
            if normal := normalise(example.text):
                known.setdefault(name, {}).setdefault(normal, example.text)
    if len(known) < 2:
        raise TrainingError(
            f"Hacen falta dos intenciones con ejemplos y hay {len(known)}: añade ejemplos y entrena."
        )
    return Corpus(
        intents=tuple(known),
        originals=tuple(original for texts in known.values() for original in texts.values()),
        texts=tuple(normal for texts in known.values() for normal in texts),
        labels=np.repeat(np.arange(len(known), dtype=np.intp), [len(texts) for texts in known.values()]),
    )


def lessons_of(corpus: Corpus) -> Lessons:
    """Gibberish has the label after the last intent's."""
    count = len(corpus.intents)
    names = [name.replace("_", " ") for name in corpus.intents] * NAME_EXAMPLES
    nonsense = [*WALKS, *NUMBERS, *sentences(max(LEAST_GIBBERISH, count // INTENTS_PER_GIBBERISH), SEED)]
    labels = [corpus.labels, np.tile(np.arange(count), NAME_EXAMPLES), np.full(len(nonsense), count)]
    first, texts = len(corpus.texts), (*corpus.originals, *names, *nonsense)
    return Lessons(texts, np.concatenate(labels), np.arange(first, len(texts)))

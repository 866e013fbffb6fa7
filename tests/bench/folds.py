"""The sentences of this repository's bot, dealt into folds and misspelt: one file to judge every engine by.

`python -m tests.bench.folds PATH` writes `{"sentences": [{"text", "intent", "fold", "unaccented", "typos",
"noisy"}]}`. The same project gives the same file.
"""

import json
import os
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np

from apps.chat.engines.embedded.nlu.evaluation import stratified_folds, with_typos
from apps.chat.engines.embedded.nlu.text import fold, normalise
from apps.chat.engines.project import BotProject

SEED = 20


def dealt(project: BotProject, seed: int = SEED) -> list[dict[str, Any]]:
    """Every sentence once per intent, however it is spelt, with its held-out fold and three ways to spoil it.

    `unaccented` has no accents and random case, `typos` a typo per eight letters, `noisy` both.
    """
    sentences = [
        (text, name)
        for name, intent in sorted(project.intents.items())
        for text in _distinct([example.text for example in intent.examples])
    ]
    names = sorted({name for _, name in sentences})
    labels = np.asarray([names.index(name) for _, name in sentences], dtype=np.intp)
    folds = stratified_folds(labels, seed).tolist()
    rng = random.Random(seed)
    return [
        {"text": text, "intent": name, "fold": number, **_spoilt(text, rng)}
        for (text, name), number in zip(sentences, folds, strict=True)
    ]


def write_folds(project: BotProject, path: Path) -> None:
    path.write_text(json.dumps({"sentences": dealt(project)}, ensure_ascii=False, indent=1), encoding="utf-8")


def read_folds(path: Path) -> list[dict[str, Any]]:
    sentences: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["sentences"]
    return sentences


def bot_project() -> BotProject:
    """The project in rasa/, without a database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tutorbot.settings")
    os.environ.setdefault("APP_ENV", "test")
    import django

    django.setup()
    from apps.intents.services.project import project_files

    return project_files()


def _distinct(texts: list[str]) -> list[str]:
    kept: dict[str, str] = {}
    for text in texts:
        kept.setdefault(normalise(text), text)
    return [text for normal, text in kept.items() if normal]


def _spoilt(text: str, rng: random.Random) -> dict[str, str]:
    unaccented = "".join(char.upper() if rng.random() < 0.5 else char for char in fold(text))
    return {
        "unaccented": unaccented,
        "typos": with_typos(text, rng),
        "noisy": with_typos(unaccented, rng),
    }


if __name__ == "__main__":
    write_folds(bot_project(), Path(sys.argv[1]))

"""A project of any size with made-up words: intents have words of their own and share many others."""

import random

from apps.chat.engines.project import BotProject, Example, Intent, Response, Rule, Step

SEED = 7
OWN_WORDS, SHARED_WORDS = 14, 400
SHORT_WORDS = ("a", "de", "el", "en", "la", "mi", "no", "por", "que", "un", "y", "cómo", "para", "quiero")
_ONSETS = (
    "b",
    "br",
    "c",
    "ch",
    "d",
    "f",
    "g",
    "gr",
    "j",
    "l",
    "ll",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "t",
    "tr",
    "v",
)
_ENDS = ("", "", "", "n", "r", "s", "l")
_VOWELS = "aeiouáéó"


def large_project(intents: int, examples: int, seed: int = SEED) -> BotProject:
    """The same arguments give the same project; every intent has a rule and an answer."""
    rng = random.Random(seed)
    shared = _words(rng, SHARED_WORDS)
    own = [_words(rng, OWN_WORDS) for _ in range(intents)]
    names = [f"{own[i][0]}_{i:03d}" for i in range(intents)]
    known = {
        name: Intent(
            name, tuple(Example(_sentence(rng, own[i], own[i - 1], shared)) for _ in range(examples))
        )
        for i, name in enumerate(names)
    }
    return BotProject(
        intents=known,
        responses={f"utter_{name}": (Response(text=f"Sobre {name}."),) for name in names},
        rules=tuple(Rule(name, (Step("intent", name), Step("action", f"utter_{name}"))) for name in names),
    )


def _words(rng: random.Random, count: int) -> list[str]:
    return ["".join(_syllable(rng) for _ in range(rng.choice((2, 2, 3, 3, 4)))) for _ in range(count)]


def _syllable(rng: random.Random) -> str:
    return rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_ENDS)


def _sentence(rng: random.Random, own: list[str], neighbour: list[str], shared: list[str]) -> str:
    """One or two words of its own among shared ones, at times one of the intent next to it."""
    words = rng.sample(own, rng.choice((1, 1, 2))) + rng.sample(shared, rng.randint(1, 4))
    words += rng.sample(SHORT_WORDS, rng.randint(1, 3))
    words += rng.sample(neighbour, rng.choice((0, 0, 0, 1)))
    rng.shuffle(words)
    return " ".join(words)

"""A bot of three intents in a folder and a data folder of its own: trained in a moment, and soon changed."""

from pathlib import Path
from typing import Any

from django.conf import settings

from apps.chat import engine as engines
from apps.chat.engines.embedded import EmbeddedEngine

CONFIG = "recipe: default.v1\nlanguage: es\npipeline: []\npolicies: []\n"
SENTENCES: dict[str, tuple[str, ...]] = {
    "saludo": ("hola", "buenas tardes", "qué tal", "buen día", "saludos a todos"),
    "menu": ("menú", "ver el menú", "quiero el menú", "muéstrame las opciones", "qué opciones hay"),
    "notas": ("mis notas", "ver mis calificaciones", "cuánto saqué", "nota del examen", "mis resultados"),
}


class SmallBot:
    """`write()` changes the files; the engine is the process's own while the fixture lasts."""

    def __init__(self, folder: Path) -> None:
        self.rasa = folder / "rasa"
        (self.rasa / "data").mkdir(parents=True)
        (self.rasa / "config.yml").write_text(CONFIG)
        self.write()

    @property
    def engine(self) -> EmbeddedEngine:
        return engines.embedded_engine()

    @property
    def models(self) -> Path:
        folder: Path = settings.ENV.DATA_DIR / "models"
        return folder

    def write(self, sentences: dict[str, tuple[str, ...]] | None = None, **answers: str) -> None:
        """These intents, each with a rule and one answer: `notas="Otra cosa."`."""
        known = sentences or SENTENCES
        domain = ['version: "3.1"', f"intents: [{', '.join(known)}]", "responses:"]
        nlu, rules = ['version: "3.1"', "nlu:"], ["rules:"]
        for name, texts in known.items():
            domain.append(f"  utter_{name}: [{{text: {answers.get(name, f'Respuesta de {name}.')}}}]")
            nlu += [f"- intent: {name}", "  examples: |", *(f"    - {text}" for text in texts)]
            rules.append(f"- {{rule: {name}, steps: [{{intent: {name}}}, {{action: utter_{name}}}]}}")
        (self.rasa / "domain.yml").write_text("\n".join(domain) + "\n")
        (self.rasa / "data/nlu.yml").write_text("\n".join([*nlu, *rules]) + "\n")

    def answer(self, text: str) -> str:
        """The first text that it says now."""
        from apps.chat.engines.base import UserMessage

        return str(self.engine.reply(UserMessage(sender="anonimo", text=text)).messages[0]["text"])


def use_small_bot(settings: Any, env: Any, folder: Path) -> SmallBot:
    settings.BASE_DIR = folder
    env(DATA_DIR=folder / "data")
    engines.embedded_engine.cache_clear()
    return SmallBot(folder)

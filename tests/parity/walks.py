"""Random conversations by a seed: buttons on the screen, sentences of the examples, answers to forms."""

import random
from collections.abc import Callable, Mapping
from typing import Any

from apps.chat.engines.project import BotProject

WALKS, TURNS = 30, 20
ANSWERS = {
    "nombre": ("Ana Rojas", "soy Luis Peña"),
    "email": ("ana@ejemplo.edu.co", "mi correo es luis.p@ejemplo.edu.co", "ana @ ejemplo"),
    "documento": ("1020304050", "omitir", "no tengo"),
    "mensaje": (
        "No me carga la guía de la semana dos",
        "ayuda",
        "La evidencia que subí no aparece en el curso",
    ),
    "preferencia": ("correo", "omitir", "chat"),
    "telefono": ("3001234567", "omitir"),
    "confirmar": ("/afirmar", "/negar", "sí"),
    "nivel": ("4", "1", "muy bien"),
    "comentario": ("Me ayudó mucho", "omitir"),
}
INTERRUPTIONS = (
    "cancelar",
    "¿qué cursos hay?",
    "quiero hablar con una persona",
    "/menu",
    "/ver_certificados",
)
Say = Callable[[str, bool], tuple[list[Mapping[str, Any]], str | None]]
"""Says a text, known or not; the messages that came, and the slot that a form asks for now."""


def walk(number: int, project: BotProject, say: Say, seed: int, turns: int = TURNS) -> None:
    """Says `turns` things; the same number and seed choose alike while the bot answers alike."""
    dice = random.Random(f"{seed}-{number}")
    examples = [one.text for intent in project.intents.values() for one in intent.examples]
    is_known, messages, asked = dice.random() < 0.5, [], None
    for _ in range(turns):
        if dice.random() < 0.05:
            is_known = not is_known
        messages, asked = say(_choose(dice, messages, asked, examples), is_known)


def _choose(
    dice: random.Random, messages: list[Mapping[str, Any]], asked: str | None, examples: list[str]
) -> str:
    fitting = [texts for part, texts in ANSWERS.items() if asked and asked.endswith(part)]
    if fitting and dice.random() < 0.75:
        return dice.choice(fitting[0])
    if fitting and dice.random() < 0.5:
        return dice.choice(INTERRUPTIONS)
    payloads = [b["payload"] for m in messages for b in m.get("buttons") or () if b.get("payload")]
    if payloads and dice.random() < 0.65:
        return str(dice.choice(payloads))
    return dice.choice(examples)

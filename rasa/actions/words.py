"""The few words that stand beside data from the back end, such as titles of a card's buttons."""

from .types import Tracker

WORDS = {
    "es": {
        "view": "Ver",
        "download": "Descargar",
        "number": "N.º",
        "menu": "Menú principal",
        "correo": "correo",
        "telefono": "teléfono",
        "chat": "este chat",
    },
    "en": {
        "view": "View",
        "download": "Download",
        "number": "No.",
        "menu": "Main menu",
        "correo": "e-mail",
        "telefono": "phone",
        "chat": "this chat",
    },
}


def language(tracker: Tracker) -> str:
    return "en" if tracker.slots.get("idioma") == "en" else "es"


def word(name: str, tracker: Tracker) -> str:
    return WORDS[language(tracker)][name]

"""The few words that stand beside data from the back end, such as titles of a card's buttons."""

from datetime import date

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
        "begin_soporte": "crear un caso",
        "begin_pqrs": "poner una PQRS",
        "begin_humano": "hablar con una persona",
        "begin_tutor": "escribir a mi tutor",
    },
    "en": {
        "view": "View",
        "download": "Download",
        "number": "No.",
        "menu": "Main menu",
        "correo": "e-mail",
        "telefono": "phone",
        "chat": "this chat",
        "begin_soporte": "open a case",
        "begin_pqrs": "file a complaint",
        "begin_humano": "talk to a person",
        "begin_tutor": "write to my tutor",
    },
}


MONTHS = {
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "en": "January February March April May June July August September October November December",
}


def day(iso: str, tracker: Tracker) -> str:
    """A day of the back end as people read it; what is no ISO day stays as it is."""
    try:
        told = date.fromisoformat(iso)
    except ValueError:
        return iso
    month = MONTHS[language(tracker)].split()[told.month - 1]
    parted = " " if language(tracker) == "en" else " de "
    return parted.join((str(told.day), month, str(told.year)))


def language(tracker: Tracker) -> str:
    return "en" if tracker.slots.get("idioma") == "en" else "es"


def word(name: str, tracker: Tracker) -> str:
    return WORDS[language(tracker)][name]

"""The slots of the bot's forms, by name; they stand in the domain under the same names."""

from collections.abc import Iterable

from .types import SlotSet, Tracker

SOPORTE, ENCUESTA, RECUPERAR = "soporte_form", "encuesta_form", "recuperar_form"

OMITTED = "omitir"
"""What an optional slot holds when its question was skipped."""

SOPORTE_ANSWERS = (
    "soporte_nombre",
    "soporte_email",
    "soporte_documento",
    "soporte_mensaje",
    "soporte_preferencia",
    "soporte_telefono",
)
KEPT = {
    SOPORTE: (*SOPORTE_ANSWERS, "soporte_tipo", "soporte_key"),
    ENCUESTA: ("encuesta_nivel", "encuesta_comentario", "encuesta_key"),
}
"""What is saved of a form that will be gone on with."""

INTERRUPTIONS = "interrupciones"
"""Other questions in a row, of the form that is open."""

SLOTS = {
    SOPORTE: (
        *KEPT[SOPORTE],
        "soporte_confirmar",
        "soporte_editar",
        "soporte_errores",
        "en_riesgo",
        INTERRUPTIONS,
    ),
    ENCUESTA: (*KEPT[ENCUESTA], "encuesta_errores", INTERRUPTIONS),
    RECUPERAR: ("recuperar_email", "recuperar_errores", INTERRUPTIONS),
}
ERRORS = {SOPORTE: "soporte_errores", ENCUESTA: "encuesta_errores", RECUPERAR: "recuperar_errores"}
QUESTION, RETRIED = "pending_question", "reintento"
AUTHOR = "autor"
"""Whose all of these are: the person's `sub`, "" or nothing while nobody is known."""


def cleared(*forms: str) -> tuple[SlotSet, ...]:
    return tuple(SlotSet(slot, None) for form in forms for slot in SLOTS[form])


def all_cleared() -> tuple[SlotSet, ...]:
    return (*cleared(*SLOTS), SlotSet(QUESTION, None), SlotSet(RETRIED, None))


def text_of(tracker: Tracker, slot: str) -> str:
    """The slot's text; "" for one that is empty or was skipped."""
    value = tracker.slots.get(slot)
    return "" if value is None or value == OMITTED else str(value).strip()


def is_filled(tracker: Tracker, slots: Iterable[str]) -> bool:
    return any(tracker.slots.get(slot) is not None for slot in slots)


def person(tracker: Tracker) -> str:
    """Who writes, as far as it is verified; "" for somebody unknown."""
    return str((tracker.claims or {}).get("sub") or "")


def is_own_form(tracker: Tracker) -> bool:
    """Whether what the forms hold is of the person who writes now.

    What somebody unknown began is of whoever writes: with a login they become its author (authors.noticed).
    """
    return (tracker.slots.get(AUTHOR) or person(tracker)) == person(tracker)


def unsent_form(tracker: Tracker) -> str | None:
    """The form that is open, or was begun and neither sent nor cancelled; whose it is, is_own_form says."""
    if tracker.active_form in SLOTS:
        return tracker.active_form
    if tracker.slots.get("soporte_key") and text_of(tracker, "soporte_mensaje"):
        return SOPORTE
    if tracker.slots.get("encuesta_key") and tracker.slots.get("encuesta_nivel") is not None:
        return ENCUESTA
    return None

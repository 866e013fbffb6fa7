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

SLOTS = {
    SOPORTE: (
        *KEPT[SOPORTE],
        "soporte_confirmar",
        "soporte_editar",
        "soporte_autor",
        "soporte_errores",
        "en_riesgo",
    ),
    ENCUESTA: (*KEPT[ENCUESTA], "encuesta_errores"),
    RECUPERAR: ("recuperar_email", "recuperar_errores"),
}
ERRORS = {SOPORTE: "soporte_errores", ENCUESTA: "encuesta_errores", RECUPERAR: "recuperar_errores"}
QUESTION, RETRIED = "pending_question", "reintento"


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


def unsent_form(tracker: Tracker) -> str | None:
    """The form that is open, or that this person began and neither sent nor cancelled."""
    if tracker.active_form in SLOTS:
        return tracker.active_form
    is_own = tracker.slots.get("soporte_autor") in (person(tracker), None)
    if is_own and tracker.slots.get("soporte_key") and text_of(tracker, "soporte_mensaje"):
        return SOPORTE
    if tracker.slots.get("encuesta_key") and tracker.slots.get("encuesta_nivel") is not None:
        return ENCUESTA
    return None

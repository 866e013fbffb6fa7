"""A form that is left half done: saved, gone on with, or thrown away."""

from contextlib import suppress
from typing import Any

from .backend import Backend, BackendError, Progress
from .form_slots import (
    INTERRUPTIONS,
    KEPT,
    QUESTION,
    RECUPERAR,
    SLOTS,
    all_cleared,
    cleared,
    is_own_form,
    unsent_form,
)
from .support import LISTEN
from .support_start import taken_over
from .types import Event, FollowupAction, Result, SlotSet, Tracker, say


def action_greet(tracker: Tracker, backend: Backend) -> Result:
    """The welcome; with something half done also the offer to go on with it."""
    welcome = say("utter_saludo")
    is_own = is_own_form(tracker)
    if tracker.active_form in SLOTS:
        return Result((welcome, say("utter_form_open")) if is_own else (welcome,))
    if not ((is_own and unsent_form(tracker)) or _saved(tracker, backend)):
        return Result((welcome,))
    return Result((welcome, say("utter_offer_resume")), (SlotSet(QUESTION, "reanudar"), LISTEN))


def _saved(tracker: Tracker, backend: Backend) -> Progress | None:
    """None also when the back end cannot be asked: nobody is kept from a welcome."""
    try:
        return backend.load_progress(tracker)
    except BackendError:
        return None


def action_save_progress(tracker: Tracker, backend: Backend) -> Result:
    """Says that something is saved only when it is; what another person began stays as it is."""
    leaving = tracker.slots.get(QUESTION) == "terminar"
    form = unsent_form(tracker)
    if form == RECUPERAR:
        return Result((say("utter_no_se_guarda"),), cleared(RECUPERAR))
    if form is None:
        return Result((say("utter_salir_sin_guardar" if leaving else "utter_nada_que_guardar"),))
    if not is_own_form(tracker):
        return Result((say("utter_need_auth"),))
    asked = tracker.slots.get("requested_slot")
    slots = {slot: tracker.slots[slot] for slot in KEPT[form] if _is_kept(tracker, slot, asked)}
    try:
        backend.save_progress(tracker, Progress(form, slots))
    except BackendError:
        return Result((say("utter_backend_unavailable"),))
    return Result((say("utter_guardar_y_salir" if leaving else "utter_guardar_progreso"),), cleared(form))


def _is_kept(tracker: Tracker, slot: str, asked: Any) -> bool:
    value = tracker.slots.get(slot)
    return value is not None and not (slot == asked and value == tracker.text)


def action_resume_progress(tracker: Tracker, backend: Backend) -> Result:
    """What was left in this conversation, or else what was saved, here or on another device.

    What was saved stays there while something else is unsent.
    """
    is_open, unsent = tracker.active_form in SLOTS, unsent_form(tracker)
    if unsent and not is_own_form(tracker):
        return Result(() if is_open else (say("utter_need_auth"),), () if is_open else (LISTEN,))
    if is_open:
        return Result((say("utter_form_open"),))
    if unsent:
        return _gone_on_with(unsent, (SlotSet("soporte_confirmar", None), SlotSet(INTERRUPTIONS, None)))
    try:
        saved = backend.load_progress(tracker)
    except BackendError:
        return Result((say("utter_backend_unavailable"),))
    if saved is None or saved.form not in KEPT:
        return Result((say("utter_reanudar"),), (SlotSet(QUESTION, None),))
    # what could not be discarded is offered once more: better twice than never
    with suppress(BackendError):
        backend.discard_progress(tracker)
    return _gone_on_with(saved.form, _restored(tracker, saved))


def _gone_on_with(form: str, events: tuple[Event, ...]) -> Result:
    return Result((say("utter_reanudar_form"),), (*events, SlotSet(QUESTION, None), FollowupAction(form)))


def _restored(tracker: Tracker, saved: Progress) -> tuple[Event, ...]:
    slots = {slot: value for slot, value in saved.slots.items() if slot in KEPT[saved.form]}
    filled = (SlotSet(slot, slots.get(slot)) for slot in SLOTS[saved.form])
    return (*taken_over(tracker), *filled)


def action_discard_progress(tracker: Tracker, backend: Backend) -> Result:
    try:
        backend.discard_progress(tracker)
    except BackendError:
        return Result((say("utter_backend_unavailable"),))
    return Result((say("utter_progress_discarded"),), all_cleared())

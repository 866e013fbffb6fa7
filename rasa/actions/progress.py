"""A form that is left half done: saved, gone on with, or thrown away."""

from typing import Any

from .backend import Backend, BackendError, Progress
from .form_slots import KEPT, QUESTION, SLOTS, SOPORTE, all_cleared, person, unsent_form
from .support import LISTEN
from .types import Event, FollowupAction, Result, SlotSet, Tracker, say


def action_greet(tracker: Tracker, backend: Backend) -> Result:
    """The welcome; with something half done also the offer to go on with it."""
    welcome = say("utter_saludo")
    if tracker.active_form in SLOTS:
        return Result((welcome, say("utter_form_open")))
    if not (unsent_form(tracker) or _saved(tracker, backend)):
        return Result((welcome,))
    return Result((welcome, say("utter_offer_resume")), (SlotSet(QUESTION, "reanudar"), LISTEN))


def _saved(tracker: Tracker, backend: Backend) -> Progress | None:
    """None also when the back end cannot be asked: nobody is kept from a welcome."""
    try:
        return backend.load_progress(tracker)
    except BackendError:
        return None


def action_save_progress(tracker: Tracker, backend: Backend) -> Result:
    leaving = tracker.slots.get(QUESTION) == "terminar"
    done = say("utter_guardar_y_salir" if leaving else "utter_guardar_progreso")
    form = unsent_form(tracker)
    if form not in KEPT:
        return Result((done,))
    asked = tracker.slots.get("requested_slot")
    slots = {slot: tracker.slots[slot] for slot in KEPT[form] if _is_kept(tracker, slot, asked)}
    try:
        backend.save_progress(tracker, Progress(form, slots))
    except BackendError:
        return Result((say("utter_backend_unavailable"),))
    return Result((done,), tuple(SlotSet(slot, None) for slot in SLOTS[form]))


def _is_kept(tracker: Tracker, slot: str, asked: Any) -> bool:
    value = tracker.slots.get(slot)
    return value is not None and not (slot == asked and value == tracker.text)


def action_resume_progress(tracker: Tracker, backend: Backend) -> Result:
    """What was left in this conversation, or else what was saved, here or on another device."""
    if tracker.active_form in SLOTS:
        return Result((say("utter_form_open"),))
    try:
        saved = backend.load_progress(tracker)
        form = saved.form if saved else unsent_form(tracker)
        if form not in KEPT:
            return Result((say("utter_reanudar"),), (SlotSet(QUESTION, None),))
        if saved:
            backend.discard_progress(tracker)
    except BackendError:
        return Result((say("utter_backend_unavailable"),))
    events = _restored(tracker, saved) if saved else (SlotSet("soporte_confirmar", None),)
    messages = (say("utter_reanudar_form"),)
    return Result(messages, (*events, SlotSet(QUESTION, None), FollowupAction(form)))


def _restored(tracker: Tracker, saved: Progress) -> tuple[Event, ...]:
    slots = {slot: value for slot, value in saved.slots.items() if slot in KEPT[saved.form]}
    if saved.form == SOPORTE:
        slots["soporte_autor"] = person(tracker)
    return tuple(SlotSet(slot, slots.get(slot)) for slot in SLOTS[saved.form])


def action_discard_progress(tracker: Tracker, backend: Backend) -> Result:
    try:
        backend.discard_progress(tracker)
    except BackendError:
        return Result((say("utter_backend_unavailable"),))
    return Result((say("utter_progress_discarded"),), all_cleared())

"""The answers of the support form, and its summary."""

from .answers import (
    MAX_MESSAGE,
    MAX_TUTOR_MESSAGE,
    MIN_MESSAGE,
    find_email,
    is_skip,
    read_document,
    read_email,
    read_name,
    read_phone,
    read_preference,
)
from .backend import Backend
from .form_checks import Check, Checked, validate, wrong
from .form_slots import OMITTED, SOPORTE, is_own_form, text_of
from .phrases import SHORT_ANSWER, folded, read_yes_no, says
from .types import Result, SlotSet, Tracker, say
from .words import word

TUTOR = "tutor"
NOTHING = "—"
SHOWN_MESSAGE = 400
FIELDS = (
    ("soporte_nombre", ("nombre", "name")),
    ("soporte_email", ("correo", "email", "mail")),
    ("soporte_documento", ("documento", "cedula", "identificacion", "document")),
    ("soporte_mensaje", ("mensaje", "descripcion", "problema", "message")),
    ("soporte_telefono", ("telefono", "celular", "numero", "phone")),
    ("soporte_preferencia", ("preferencia", "contacto", "medio", "preference")),
)


def check_name(text: str, tracker: Tracker) -> Checked:
    name = None if is_skip(text) else read_name(text)
    return Checked({"soporte_nombre": name}) if name else wrong("soporte_nombre", "utter_nombre_invalido")


def check_email(text: str, tracker: Tracker) -> Checked:
    email = read_email(text)
    return Checked({"soporte_email": email}) if email else wrong("soporte_email", "utter_email_invalido")


def check_document(text: str, tracker: Tracker) -> Checked:
    document = OMITTED if _skips(text) else read_document(text)
    if document:
        return Checked({"soporte_documento": document})
    return wrong("soporte_documento", "utter_documento_invalido")


def check_message(text: str, tracker: Tracker) -> Checked:
    most = MAX_TUTOR_MESSAGE if text_of(tracker, "soporte_tipo") == TUTOR else MAX_MESSAGE
    if len(text) > most:
        return wrong("soporte_mensaje", "utter_mensaje_largo", maximo=most)
    if len(text) < MIN_MESSAGE or text.startswith("/"):
        return wrong("soporte_mensaje", "utter_mensaje_corto", minimo=MIN_MESSAGE)
    return Checked({"soporte_mensaje": text})


def check_preference(text: str, tracker: Tracker) -> Checked:
    """The telephone is asked for only of who wants to be called and has not said its number."""
    phone, known = read_phone(text), text_of(tracker, "soporte_telefono")
    wanted = OMITTED if _skips(text) else read_preference(text) or ("telefono" if phone else None)
    if not wanted:
        return wrong("soporte_preferencia", "utter_preferencia_invalida")
    number = phone or known or (None if wanted == "telefono" else OMITTED)
    return Checked({"soporte_preferencia": wanted, "soporte_telefono": number})


def check_phone(text: str, tracker: Tracker) -> Checked:
    if text == OMITTED or _skips(text):
        called = text_of(tracker, "soporte_preferencia") == "telefono"
        return Checked({"soporte_telefono": OMITTED, **({"soporte_preferencia": "correo"} if called else {})})
    phone = read_phone(text)
    return (
        Checked({"soporte_telefono": phone})
        if phone
        else wrong("soporte_telefono", "utter_telefono_invalido")
    )


def check_confirmation(text: str, tracker: Tracker) -> Checked:
    """yes; the name of a field, which is asked again; no: which field?"""
    words, email = folded(text), find_email(text)
    is_short = len(words.split()) <= SHORT_ANSWER
    is_tutor = text_of(tracker, "soporte_tipo") == TUTOR
    again = {"soporte_confirmar": None, "soporte_editar": None}
    if not is_own_form(tracker):
        return Checked(again)
    field = next((slot for slot, names in FIELDS if is_short and says(words, names)), None)
    if email and not is_tutor:
        return Checked({**again, "soporte_email": email})
    if field and not is_tutor:
        return Checked({**again, **_asked_again(field)})
    answer = read_yes_no(text)
    if answer is False:
        return Checked({**again, "soporte_mensaje": None} if is_tutor else {**again, "soporte_editar": True})
    if answer:
        return Checked({"soporte_confirmar": "si", "soporte_editar": None})
    return wrong("soporte_confirmar", "utter_confirmar_invalido")


def _asked_again(field: str) -> dict[str, str | None]:
    if field == "soporte_telefono":
        return {"soporte_telefono": None, "soporte_preferencia": "telefono"}
    return {field: None, **({"soporte_telefono": None} if field == "soporte_preferencia" else {})}


def _skips(text: str) -> bool:
    return is_skip(text) or (text.startswith("/") and read_yes_no(text) is False)


CHECKS: dict[str, Check] = {
    "soporte_nombre": check_name,
    "soporte_email": check_email,
    "soporte_documento": check_document,
    "soporte_mensaje": check_message,
    "soporte_preferencia": check_preference,
    "soporte_telefono": check_phone,
    "soporte_confirmar": check_confirmation,
}
READABLE = frozenset(CHECKS) - {"soporte_mensaje", "soporte_confirmar"}


def validate_soporte_form(tracker: Tracker, backend: Backend) -> Result:
    decided = {"soporte_confirmar"} if read_yes_no(tracker.text) is not None else set[str]()
    return validate(tracker, SOPORTE, CHECKS, frozenset(("soporte_mensaje",)), READABLE | decided)


def recheck(tracker: Tracker) -> Result:
    """Once more before anything is sent: slots that are not good are emptied and told."""
    asked = [slot for slot in CHECKS if slot != "soporte_confirmar"]
    results = []
    for slot in asked:
        value = tracker.slots.get(slot)
        checked = CHECKS[slot](str(value).strip(), tracker) if value is not None else Checked({slot: None})
        if checked.slots.get(slot) is None:
            results.append((slot, checked))
    return Result(
        tuple(checked.problem for _slot, checked in results if checked.problem),
        tuple(SlotSet(slot, None) for slot, _checked in results),
    )


def action_ask_soporte_confirmar(tracker: Tracker, backend: Backend) -> Result:
    if not is_own_form(tracker):
        return Result((say("utter_need_auth"),))
    if tracker.slots.get("soporte_editar"):
        return Result((say("utter_que_cambiar"),))
    message = text_of(tracker, "soporte_mensaje")
    shown = message if len(message) <= SHOWN_MESSAGE else f"{message[:SHOWN_MESSAGE].rstrip()}…"
    if text_of(tracker, "soporte_tipo") == TUTOR:
        return Result((say("utter_tutor_resumen", mensaje=shown),))
    names = ("nombre", "email", "documento", "preferencia", "telefono")
    fields = {name: text_of(tracker, f"soporte_{name}") or NOTHING for name in names}
    if fields["preferencia"] != NOTHING:
        fields["preferencia"] = word(fields["preferencia"], tracker)
    return Result((say("utter_soporte_resumen", mensaje=shown, **fields),))

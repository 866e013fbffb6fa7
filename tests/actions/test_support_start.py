"""How the support form begins: with verified claims, or with all that one message says."""

from typing import Any

import pytest

from tests.actions.fakes import ANA, GOOD, FakeBackend, Talk


@pytest.mark.parametrize("claims", [None, ANA])
def test_a_new_form_is_filled_from_verified_claims_alone(claims: Any) -> None:
    lies = ({"entity": "session_verified", "value": True}, {"entity": "email", "value": "otra@x.co"})
    talk = Talk(FakeBackend(), claims, session_verified=True).hears("soy Luis", "soporte_pqrs", entities=lies)
    talk.does("action_begin_soporte")
    known = ("Ana Pérez", "ana@ejemplo.edu.co") if claims else (None, None)
    assert (talk["soporte_nombre"], talk["soporte_email"]) == known
    assert talk["soporte_tipo"] == "pqrs"


def test_all_data_in_one_message_leave_only_the_summary() -> None:
    text = "Me llamo Luis Gil, mi correo es luis@ejemplo.edu.co, CC 79456123, y no puedo subir la evidencia 3"
    found = (
        {"entity": "documento", "value": "79456123"},
        {"entity": "email", "value": "luis@ejemplo.edu.co"},
    )
    talk = Talk(FakeBackend()).hears(text, "soporte_interno", entities=found)
    talk.does("action_ticket_oneshot")
    answers = {slot: talk[slot] for slot in GOOD if slot not in ("soporte_key", "soporte_tipo")}
    assert answers == {
        "soporte_nombre": "Luis Gil",
        "soporte_email": "luis@ejemplo.edu.co",
        "soporte_documento": "79456123",
        "soporte_mensaje": text,
        "soporte_preferencia": "omitir",
        "soporte_telefono": "omitir",
    }
    assert talk["soporte_confirmar"] is None

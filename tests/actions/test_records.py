"""A student's own records: only with claims, only what there is."""

from typing import Any

import pytest

from rasa.actions.backend import CertificateView, Refused
from tests.actions.fakes import ANA, FakeBackend, Talk

PAPERS = [
    CertificateView("Constancia", "Constancia de estudio", "ADSO", "2026-06-01", "", "AB-1"),
    CertificateView("Excel", "Certificado de curso", "Excel", "2026-05-31", "https://x.co/1", "C-9912"),
]
OWN = ("action_certificates", "action_certificate_search", "action_student_state", "action_tutor")


@pytest.mark.parametrize("action", [*OWN, "action_mail_tutor", "action_ticket_status"])
def test_nobody_without_claims_sees_anything(action: str) -> None:
    talk = Talk(FakeBackend(papers=PAPERS), None, session_verified=True).hears(
        "muéstrame", "ver_certificados"
    )
    assert talk.does(action) == ["utter_need_auth"]
    assert talk["deseo"] is not None


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("no_record", "utter_no_record"),
        ("email_not_verified", "utter_email_not_verified"),
        ("password_change_required", "utter_cambiar_contrasena"),
        ("something_new", "utter_backend_unavailable"),
    ],
)
@pytest.mark.parametrize(
    "action", ["action_certificates", "action_student_state", "action_tutor", "action_mail_tutor"]
)
def test_a_refusal_is_told_as_what_it_is(action: str, code: str, told: str) -> None:
    assert Talk(FakeBackend(refusal=Refused(code)), ANA).hears("x", "x").does(action) == [told]


@pytest.mark.parametrize(
    "action", ["action_certificates", "action_student_state", "action_tutor", "action_ticket_status"]
)
def test_a_back_end_that_is_down_is_told(action: str) -> None:
    assert Talk(FakeBackend(is_down=True), ANA).hears("x", "x").does(action) == ["utter_backend_unavailable"]


@pytest.mark.parametrize(("language", "titles"), [("es", ["Ver", "Descargar"]), ("en", ["View", "Download"])])
def test_certificates_are_cards_and_only_what_can_be_opened_has_buttons(
    language: str, titles: list[str]
) -> None:
    talk = Talk(FakeBackend(papers=PAPERS), ANA, idioma=language).hears(
        "mis certificados", "ver_certificados"
    )
    (shown,) = talk.result("action_certificates").messages
    assert (shown.response, shown.fields) == ("utter_certificates", {"total": 2})
    first, second = (shown.custom or {})["cards"]
    assert "buttons" not in first
    assert [button["title"] for button in second["buttons"]] == titles
    assert {button["url"] for button in second["buttons"]} == {"https://x.co/1"}


@pytest.mark.parametrize(
    ("language", "issued", "shown"),
    [
        ("es", "2026-03-01", "Constancia de estudio · ADSO · 1 de marzo de 2026"),
        ("en", "2026-12-31", "Constancia de estudio · ADSO · 31 December 2026"),
        ("es", "", "Constancia de estudio · ADSO"),
        ("es", "pronto", "Constancia de estudio · ADSO · pronto"),
    ],
)
def test_a_card_has_a_day_to_read_and_no_empty_part(language: str, issued: str, shown: str) -> None:
    paper = CertificateView("Constancia", "Constancia de estudio", "ADSO", issued)
    talk = Talk(FakeBackend(papers=[paper]), ANA, idioma=language).hears("x", "ver_certificados")
    (message,) = talk.result("action_certificates").messages
    assert (message.custom or {})["cards"] == [{"title": "Constancia", "subtitle": shown}]


def _entity(name: str, value: str) -> tuple[dict[str, Any], ...]:
    return ({"entity": name, "value": value},)


@pytest.mark.parametrize(
    ("text", "entities", "told", "found"),
    [
        (
            "busca la constancia",
            _entity("tipo_certificado", "constancia de estudio"),
            "utter_certificates_found",
            1,
        ),
        ("busca el título", _entity("tipo_certificado", "título"), "utter_certificates_not_found", 0),
        ("busca el C-9912", (), "utter_certificates_found", 1),
        ("busca el 9912", (), "utter_certificates_found", 1),
        ("busca el 777777", (), "utter_certificates_not_found", 0),
        ("con el documento 79456123", _entity("documento", "79456123"), "utter_certificates", 2),
        ("quiero buscar un certificado", (), "utter_certificate_search_how", 0),
        ("/buscar_certificado", (), "utter_certificate_search_how", 0),
    ],
)
def test_one_is_searched_for_by_type_number_or_document(
    text: str, entities: Any, told: str, found: int
) -> None:
    talk = Talk(FakeBackend(papers=PAPERS), ANA).hears(text, "buscar_certificado", entities=entities)
    (said,) = talk.result("action_certificate_search").messages
    assert said.response == told
    assert len((said.custom or {"cards": []})["cards"]) == found


def test_state_and_tutor_show_a_dash_for_what_is_unknown() -> None:
    talk = Talk(FakeBackend(), ANA).hears("mi estado", "estado_estudiante")
    (state,) = talk.result("action_student_state").messages
    (tutor,) = talk.result("action_tutor").messages
    assert state.fields["estado"] == "En formación"
    assert (state.fields["inicio"], state.fields["fin"]) == ("20 de enero de 2026", "—")
    assert tutor.fields == {
        "nombre": "Marta Ruiz",
        "correo": "marta@ejemplo.edu.co",
        "telefono": "—",
        "horario": "—",
    }

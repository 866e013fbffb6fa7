"""A table goes through its pages in a real browser, without a violation of their policy."""

from typing import Any

import pytest
from playwright.sync_api import expect

from apps.accounts.models import StudentRecord, Tutor, User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.browser
LIST = "/admin/accounts/studentrecord/"
HEADER = "email,nombre,estado,programa,tutor_email"


def choose(page: Any, *rows: str) -> None:
    content = "\n".join((HEADER, *rows)).encode()
    page.locator("#id_import_file").set_input_files(
        {"name": "datos.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Ver qué cambia").click()


@pytest.fixture
def staff(page: Any, admin: User) -> Any:
    page.goto("/admin/")
    page.locator("#id_username").fill(admin.email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("[type=submit]").click()
    expect(page.locator("#user-tools")).to_be_visible()
    return page


def test_students_are_imported_changed_and_exported(staff: Any) -> None:
    Tutor.objects.create(nombre="Rosa Peña", email="rosa@ejemplo.edu.co")
    StudentRecord.objects.create(email="ana@ejemplo.edu.co", nombre="Ana", programa="Cocina")
    staff.goto(LIST)
    staff.get_by_role("link", name="Importar").click()
    choose(staff, "x@y.co,Luis,estudiando,Cocina,")
    expect(staff.get_by_role("alert")).to_contain_text("Fila 2")
    choose(
        staff,
        "ana@ejemplo.edu.co,Ana Rojas,Aplazado,Cocina,rosa@ejemplo.edu.co",
        "luis@ejemplo.edu.co,Luis,Certificado,Cocina,",
    )
    expect(staff.locator("tr.sheet-update ins").first).to_have_text("Ana Rojas")
    assert staff.locator("tr.sheet-new th").evaluate("n => getComputedStyle(n).backgroundColor") != (
        "rgba(0, 0, 0, 0)"
    )
    staff.get_by_role("button", name="Confirmar e importar").click()
    expect(staff.locator(".messagelist")).to_contain_text("1 nuevos, 1 cambiados")
    staff.get_by_role("link", name="Exportar").click()
    staff.locator("#id_format").select_option(label="xlsx")
    with staff.expect_download() as download:
        staff.get_by_role("button", name="Descargar").click()
    assert download.value.suggested_filename.startswith("estudiantes_")


def test_a_tutor_is_found_by_typing(staff: Any) -> None:
    Tutor.objects.create(nombre="Rosa Peña", email="rosa@ejemplo.edu.co")
    staff.goto(f"{LIST}add/")
    staff.locator(".field-tutor .select2-selection").click()
    staff.locator(".select2-search__field").fill("peñ")
    staff.get_by_role("option", name="Rosa Peña").click()
    expect(staff.locator(".field-tutor .select2-selection__rendered")).to_contain_text("Rosa Peña")
    staff.get_by_role("link", name="Agregar certificado adicional").or_(
        staff.locator(".add-row a")
    ).first.click()
    expect(staff.locator("#id_certificates-0-tipo")).to_be_visible()

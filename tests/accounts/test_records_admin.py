"""Students' records in Django admin: lists, forms, exports, and who may see them."""

import csv
import io
import re

import openpyxl
import pytest
from django.test import Client

from apps.accounts.models import Certificate, StudentRecord, Tutor, User
from tests.accounts.sheets import (
    CERTIFICATES,
    INLINE,
    ROWS,
    STUDENTS,
    TUTORS,
    confirm,
    exported,
    table,
    upload,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_files_waiting")]


@pytest.fixture
def hostile(db: None) -> StudentRecord:
    return StudentRecord.objects.create(
        email="eva@ejemplo.edu.co", nombre='=HYPERLINK("x")', programa="+1;2", ficha="-1", jornada="@x\x07"
    )


def test_a_csv_export_is_harmless_and_imports_back(office: Client, hostile: StudentRecord) -> None:
    answer = exported(office, STUDENTS, "0")
    assert re.search(r'filename="?estudiantes_\d{8}_\d{6}\.csv', answer["Content-Disposition"])
    assert answer.content.startswith(b"\xef\xbb\xbf")
    row = next(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert (row["nombre"], row["programa"], row["ficha"]) == ('\'=HYPERLINK("x")', "'+1;2", "'-1")
    assert (row["estado"], row["jornada"]) == ("Matriculado", "'@x\ufffd")
    StudentRecord.objects.update(jornada="")
    content = answer.content.replace("'@x\ufffd".encode(), b"")
    assert "El archivo no cambia nada" in upload(office, STUDENTS, content).text


def test_a_spreadsheet_export_holds_no_formulas_and_imports_back(
    office: Client, hostile: StudentRecord
) -> None:
    StudentRecord.objects.update(jornada="Mañana")
    answer = exported(office, STUDENTS, "1")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert '\'=HYPERLINK("x")' in [cell.value for cell in cells]
    assert "El archivo no cambia nada" in upload(office, STUDENTS, answer.content, "a.xlsx").text


def test_an_export_follows_the_filters_of_the_list(office: Client, rosa: Tutor) -> None:
    confirm(office, STUDENTS, upload(office, STUDENTS, table(*ROWS)))
    text = exported(office, STUDENTS, "0", "?estado__exact=certificado").content.decode()
    assert "luis@ejemplo.edu.co" in text
    assert "ana@ejemplo.edu.co" not in text


def test_soporte_and_strangers_see_none_of_this(client: Client, soporte: User, student: User) -> None:
    def asked(path: str) -> list[int]:
        pages = [
            client.get(path + page).status_code for page in ("", "import/", "import/example/", "export/")
        ]
        return [*pages, client.post(f"{path}process_import/").status_code]

    for path in (TUTORS, STUDENTS, CERTIFICATES):
        assert asked(path) == [302] * 5
        client.force_login(soporte)
        assert asked(path) == [403] * 5
        client.logout()


def test_the_list_is_searched_filtered_and_shows_certificates_inside(office: Client, rosa: Tutor) -> None:
    confirm(office, STUDENTS, upload(office, STUDENTS, table(*ROWS)))
    for query in ({"q": "1012"}, {"q": "Rojas"}, {"q": "ana@"}, {"estado__exact": "en_formacion"}):
        page = office.get(STUDENTS, query)
        assert "ana@ejemplo.edu.co" in page.text
        assert "luis@ejemplo.edu.co" not in page.text
        assert not INLINE.search(page.content.decode())
    ana = StudentRecord.objects.get(email="ana@ejemplo.edu.co")
    page = office.get(f"{STUDENTS}{ana.pk}/change/")
    assert not INLINE.search(page.content.decode())
    assert page.text.count('name="certificates-TOTAL_FORMS"') == 1
    found = office.get(
        "/admin/autocomplete/",
        {"app_label": "accounts", "model_name": "studentrecord", "field_name": "tutor", "term": "Peñ"},
    )
    assert [row["text"] for row in found.json()["results"]] == ["Rosa Peña"]


def test_a_record_is_made_by_hand_with_a_certificate_and_deleted_with_it(office: Client, rosa: Tutor) -> None:
    form = {
        "nombre": "Eva Gil",
        "email": " EVA@Ejemplo.edu.co ",
        "estado": "aplazado",
        "tutor": str(rosa.pk),
        "programa": "Sistemas",
        "certificates-TOTAL_FORMS": "1",
        "certificates-INITIAL_FORMS": "0",
        "certificates-0-tipo": "notas",
        "certificates-0-programa": "Sistemas",
        "certificates-0-fecha_emision": "2026-05-31",
    }
    assert office.post(f"{STUDENTS}add/", form).status_code == 302
    eva = StudentRecord.objects.get()
    assert (eva.email, eva.certificates.get().tipo) == ("eva@ejemplo.edu.co", "notas")
    twice = office.post(f"{STUDENTS}add/", form)
    assert "Ya existe" in twice.text
    chosen = {"action": "delete_selected", "_selected_action": [str(eva.pk)], "post": "yes"}
    assert office.post(STUDENTS + "?q=Eva", chosen).status_code == 302
    assert (StudentRecord.objects.count(), Certificate.objects.count(), Tutor.objects.count()) == (0, 0, 1)

"""Students' records from tables: previewed, confirmed, and written together."""

import csv
import io
import os
import re
from datetime import date

import pytest
from django.test import Client

from apps.accounts.models import Certificate, StudentRecord, Tutor
from tests.accounts.sheets import (
    CERTIFICATES,
    INLINE,
    ROWS,
    STUDENTS,
    TUTORS,
    confirm,
    sheet,
    table,
    upload,
    waiting,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_files_waiting")]


@pytest.mark.engines
def test_a_table_is_previewed_and_only_then_written(office: Client, rosa: Tutor) -> None:
    page = upload(office, STUDENTS, table(*ROWS))
    assert "Nuevas: <strong>2</strong>" in page.text
    assert "ana@ejemplo.edu.co" in page.text
    assert not StudentRecord.objects.exists()
    done = confirm(office, STUDENTS, page)
    assert "Listo: 2 nuevos, 0 cambiados y 0 sin cambios." in done.text
    ana, luis = StudentRecord.objects.order_by("email")
    assert (ana.email, ana.documento, ana.nombre) == ("ana@ejemplo.edu.co", "1012", "Ana Rojas")
    assert (ana.estado, ana.tutor) == ("en_formacion", rosa)
    assert (ana.fecha_inicio, ana.fecha_fin) == (date(2026, 2, 2), date(2027, 12, 15))
    assert (luis.estado, luis.tutor, luis.fecha_inicio, luis.ficha) == ("certificado", None, None, "")
    assert waiting() == []


@pytest.mark.engines
def test_what_did_not_change_is_left_alone(office: Client, rosa: Tutor) -> None:
    confirm(office, STUDENTS, upload(office, STUDENTS, table(*ROWS)))
    before = dict(StudentRecord.objects.values_list("email", "updated_at"))
    page = upload(office, STUDENTS, table(ROWS[0], ROWS[1].replace("Díaz", "Díaz Peña")))
    assert "Sin cambios: <strong>1</strong>" in page.text
    assert "<del>Luis Díaz</del> <ins>Luis Díaz Peña</ins>" in page.text
    assert "Listo: 0 nuevos, 1 cambiados y 1 sin cambios." in confirm(office, STUDENTS, page).text
    ana, luis = StudentRecord.objects.order_by("email")
    assert ana.updated_at == before["ana@ejemplo.edu.co"]
    assert luis.updated_at > before["luis@ejemplo.edu.co"]
    assert luis.nombre == "Luis Díaz Peña"
    assert "El archivo no cambia nada" in upload(office, STUDENTS, table(ROWS[0])).text


def test_a_column_that_is_not_there_is_not_touched_and_an_empty_cell_clears(
    office: Client, rosa: Tutor
) -> None:
    confirm(office, STUDENTS, upload(office, STUDENTS, table(*ROWS)))
    part = table(
        "ana@ejemplo.edu.co,Ana R.,aplazado,Sistemas,", header="email,nombre,estado,programa,tutor_email"
    )
    confirm(office, STUDENTS, upload(office, STUDENTS, part))
    ana = StudentRecord.objects.get(email="ana@ejemplo.edu.co")
    assert (ana.nombre, ana.estado, ana.documento, ana.tutor) == ("Ana R.", "aplazado", "1012", None)
    assert StudentRecord.objects.count() == 2


def test_files_that_nobody_confirmed_go_with_the_next_one(office: Client, rosa: Tutor) -> None:
    upload(office, STUDENTS, table(*ROWS))
    old = waiting()[0]
    os.utime(old, (1, 1))
    upload(office, STUDENTS, table(*ROWS))
    (new,) = waiting()
    assert new != old
    assert new.stat().st_mode & 0o777 == 0o600


def test_tutors_and_certificates_come_from_tables_too(office: Client) -> None:
    tutors = "email,nombre,telefono\nRosa@y.co,Rosa Peña,601 555 0101"
    confirm(office, TUTORS, upload(office, TUTORS, tutors.encode()))
    confirm(office, STUDENTS, upload(office, STUDENTS, table(*ROWS)))
    row = "ana@ejemplo.edu.co,Título,Sistemas,2026-05-31,Técnica,https://c.ejemplo.edu.co/1"
    header = "email,tipo,programa,fecha_emision,nombre,url"
    confirm(office, CERTIFICATES, upload(office, CERTIFICATES, table(row, header=header)))
    again = upload(office, CERTIFICATES, table(row.replace("Técnica", "Técnico"), header=header))
    assert "Cambian: <strong>1</strong>" in again.text
    confirm(office, CERTIFICATES, again)
    certificate = Certificate.objects.get()
    assert (certificate.student.email, certificate.tipo) == ("ana@ejemplo.edu.co", "titulo")
    assert (certificate.nombre, certificate.student.tutor.telefono) == ("Técnico", "601 555 0101")


@pytest.mark.engines
def test_what_was_taken_meanwhile_is_not_half_written(office: Client, rosa: Tutor) -> None:
    page = upload(office, STUDENTS, table(ROWS[1]))
    StudentRecord.objects.create(email="luis@ejemplo.edu.co", nombre="Otro", programa="P")
    assert "Listo: 0 nuevos, 1 cambiados" in confirm(office, STUDENTS, page).text
    page = upload(office, STUDENTS, table("eva@y.co,,Eva,aplazado,P,,,,,,", ROWS[0]))
    Tutor.objects.all().delete()
    assert "Los datos cambiaron mientras revisabas" in confirm(office, STUDENTS, page).text
    assert StudentRecord.objects.count() == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "", "0" * 32, "0" * 32 + ".csv"])
def test_a_confirmation_names_a_waiting_file_and_no_other(office: Client, name: str) -> None:
    form = {"import_file_name": name, "original_file_name": "a.csv", "format": "0", "resource": "0"}
    page = office.post(f"{STUDENTS}process_import/", form, follow=True)
    assert "La vista previa venció" in page.text


@pytest.mark.parametrize("given", ["0", "7", "xlsx", ""])
def test_a_confirmed_file_is_read_as_it_was_previewed(office: Client, given: str) -> None:
    content = sheet(["email", "nombre"], ["rosa@y.co", "Rosa Peña"])
    form = upload(office, TUTORS, content, "tutores.xlsx").context["confirm_form"].initial
    page = office.post(f"{TUTORS}process_import/", {**form, "format": given}, follow=True)
    assert "Listo: 1 nuevos" in page.text
    assert Tutor.objects.get().nombre == "Rosa Peña"


def test_a_confirmation_counts_once(office: Client, rosa: Tutor) -> None:
    page = upload(office, STUDENTS, table(*ROWS))
    confirm(office, STUDENTS, page)
    assert "La vista previa venció" in confirm(office, STUDENTS, page).text
    assert office.get(f"{STUDENTS}process_import/").status_code == 405


def test_the_page_documents_its_columns_and_offers_an_example_that_imports(office: Client) -> None:
    for path in (TUTORS, STUDENTS, CERTIFICATES):
        page = office.get(f"{path}import/")
        assert not INLINE.search(page.content.decode())
        example = office.get(page.context["example_url"])
        assert re.search(r"filename=ejemplo_\w+_\d{8}_\d{6}\.csv", example["Content-Disposition"])
        content = b"".join(example.streaming_content)  # type: ignore[attr-defined]
        for name in next(csv.reader(io.StringIO(content.decode("utf-8-sig")))):
            assert f"<code>{name}</code>" in page.text
        confirm(office, path, upload(office, path, content))
    assert (Tutor.objects.count(), StudentRecord.objects.count(), Certificate.objects.count()) == (2, 2, 2)

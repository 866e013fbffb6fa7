"""Files of every kind: what is read, what is refused, and in which words."""

import csv
import io
import zipfile
from datetime import date

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import Certificate, StudentRecord, Tutor
from apps.core.sheets import formats
from tests.accounts.sheets import (
    CERTIFICATES,
    HEADER,
    ROWS,
    STUDENTS,
    confirm,
    problems,
    sheet,
    table,
    upload,
    waiting,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_files_waiting")]


def test_a_csv_in_no_alphabet_is_refused_with_its_row(office: Client) -> None:
    text = b"email;nombre;estado\nana@ejemplo.edu.co;Mu\xf1oz;Aplazado\nb@ejemplo.edu.co;B\x81;Aplazado\n"
    assert "La fila 3 tiene caracteres que no se leen" in problems(upload(office, STUDENTS, text))
    assert not StudentRecord.objects.exists()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x@y.co,,Ana,estudiando,P,,,,,,", "Fila 3 estado : Usa uno de estos: Matriculado, En formación"),
        ("sin-arroba,,Ana,aplazado,P,,,,,,", "Fila 3 email : Escribe un correo válido"),
        ("лu@y.co,,Ana,aplazado,P,,,,,,", "Fila 3 email : Escribe el correo sin tildes"),
        (",,Ana,aplazado,P,,,,,,", "Fila 3 email : Este campo no puede estar vacío"),
        ("x@y.co,,,aplazado,P,,,,,,", "Fila 3 nombre : Este campo no puede estar vacío"),
        ("x@y.co,,Ana,,P,,,,,,", "Fila 3 estado : Este campo no puede estar vacío"),
        ("x@y.co,,Ana,aplazado,P,,,,31-31-2026,,", "Fila 3 fecha_inicio : Escribe la fecha como"),
        ("x@y.co,,Ana,aplazado,P,,,,2026-02-02,2026-02-01,", "Fila 3 fecha_fin : La fecha de fin"),
        ("x@y.co,,Ana,aplazado,P,,,,,,z@y.co", "Fila 3 tutor_email : No hay un tutor con el correo z@y.co"),
        ("x@y.co,,Ana,aplazado,P,123456789012345678901,,,,,", "Fila 3 ficha : Escribe hasta 20"),
        ("Luis@ejemplo.edu.co,,Ana,aplazado,P,,,,,,", "Fila 3 Esta fila repite otra"),
        ("x@y.co,,Ana,aplazado,P,,,,,,,de más", "La fila 3 tiene más celdas"),
    ],
)
def test_a_wrong_row_is_named_in_spanish_and_nothing_is_written(
    office: Client, rosa: Tutor, row: str, said: str
) -> None:
    page = upload(office, STUDENTS, table(ROWS[1], row))
    assert said in problems(page)
    assert not StudentRecord.objects.exists()
    assert waiting() == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "El archivo est"),
        ("a.csv", table(), "no tiene filas"),
        ("a.csv", b"correo,nombre\nx@y.co,Ana", "Falta en el encabezado: email, estado, programa"),
        ("a.csv", table(ROWS[1], header=HEADER.replace("ficha", "nombre")), "«nombre» está dos veces"),
        ("a.csv", table(*["x"] * (formats.MAX_ROWS + 1), header="email"), "más de 5000 filas"),
        ("a.xlsx", b"no es una hoja", "No se puede leer el archivo"),
        ("a.xlsx", table(*ROWS), "No se puede leer el archivo"),
        ("a.exe", table(*ROWS), "Elige un archivo .csv o .xlsx"),
        ("a", table(*ROWS), "Elige un archivo .csv o .xlsx"),
        ("a.csv", b"x" * (formats.MAX_BYTES + 1), "más de 5 MB"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_words(
    office: Client, name: str, content: bytes, said: str
) -> None:
    assert said in problems(upload(office, STUDENTS, content, name))
    assert waiting() == []


SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"


def swollen(part: str, at: bytes, more: bytes) -> bytes:
    """A spreadsheet of one row, one of whose parts has more in it."""
    out = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(sheet(["email"], ["x@y.co"])))
    with source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in source.namelist():
            xml = source.read(name)
            file.writestr(name, xml.replace(at, more + at, 1) if name == part else xml)
    return out.getvalue()


@pytest.mark.parametrize(
    ("part", "at", "more", "said"),
    [
        (SHEET, b"<sheetData>", b"0" * (formats.MAX_UNPACKED_BYTES + 1), "demasiado grande"),
        (SHEET, b"</sheetData>", b"<row/>" * 2_000_000, "demasiado grande"),
        (SHEET, b"</sheetData>", b"<row r='1'/>" * 300_000, "demasiado grande"),
        (SHEET, b"</sheetData>", b"<row>" + b"<x:c/>" * 300_000 + b"</row>", "demasiado grande"),
        (STYLES, b"</cellXfs>", b"<xf/>" * 40_000, "demasiado grande"),
        (STYLES, b"<styleSheet", b'<!DOCTYPE x [<!ENTITY a "<xf/>">]>', "demasiado grande"),
        (STYLES, b"<styleSheet", '<!DOCTYPE x [<!ENTITY a "b">]>'.encode("utf-16"), "demasiado grande"),
        (SHEET, b"</sheetData>", b"<row/>" * 6001, "más de 5000 filas"),
        (SHEET, b"</sheetData>", b"<row r='1048576'><c><v>1</v></c></row>", "más de 5000 filas"),
    ],
)
def test_a_spreadsheet_that_costs_much_to_read_is_refused(
    office: Client, part: str, at: bytes, more: bytes, said: str
) -> None:
    content = swollen(part, at, more)
    assert len(content) < 200_000
    assert said in problems(upload(office, STUDENTS, content, "a.xlsx"))


def test_blank_rows_below_the_table_are_left_out() -> None:
    content = swollen(SHEET, b"</sheetData>", b"<row/>" * formats.MAX_BLANK_ROWS)
    assert formats.Xlsx().create_dataset(content).dict == [{"email": "x@y.co"}]
    assert len(formats.Csv().create_dataset(b"email\nx@y.co" + b"\n" * formats.MAX_BLANK_ROWS)) == 1
    with pytest.raises(formats.UnreadableTable, match="borra las filas vacías"):
        formats.Csv().create_dataset(b"email\nx@y.co" + b"\n" * 6001)


@pytest.mark.slow
def test_the_largest_table_of_students_is_no_bomb() -> None:
    rows = [[f"{name}-{n}" for name in HEADER.split(",")] for n in range(formats.MAX_ROWS)]
    assert len(formats.Xlsx().create_dataset(sheet(HEADER.split(","), *rows))) == formats.MAX_ROWS


@given(st.binary(max_size=300) | st.text(alphabet='a,;\t\r\n"=ñ', max_size=80).map(str.encode))
def test_any_bytes_are_a_table_or_a_plain_refusal(content: bytes) -> None:
    try:
        table = formats.Csv().create_dataset(content)
    except (formats.UnreadableTable, csv.Error):
        return
    assert 0 < len(table) <= formats.MAX_ROWS
    assert {len(row) for row in table} == {table.width}


def test_no_file_is_said(office: Client) -> None:
    assert "Elige un archivo" in problems(office.post(f"{STUDENTS}import/", {"resource": "0"}))


@pytest.mark.engines
def test_a_spreadsheet_with_dates_and_numbers_of_its_own(office: Client, rosa: Tutor) -> None:
    header = [*HEADER.split(","), None]
    row = ["ana@ejemplo.edu.co", 1012345678, "Ana", "Aplazado", "Sistemas", 2758123.0, None, None]
    blank = [None] * 12
    content = sheet(header, [*row, date(2026, 2, 2), None, "ROSA@y.co"], blank, blank)
    confirm(office, STUDENTS, upload(office, STUDENTS, content, "Datos.XLSX"))
    ana = StudentRecord.objects.get()
    assert (ana.documento, ana.ficha) == ("1012345678", "2758123")
    assert (ana.fecha_inicio, ana.fecha_fin, ana.tutor) == (date(2026, 2, 2), None, rosa)


def test_a_csv_of_spanish_excel_with_semicolons_and_its_own_alphabet(office: Client) -> None:
    text = "Email;Nombre ;estado;programa\nana@ejemplo.edu.co;Ana Muñoz;Aplazado;Diseño, moda\n"
    confirm(office, STUDENTS, upload(office, STUDENTS, text.encode("cp1252")))
    ana = StudentRecord.objects.get()
    assert (ana.nombre, ana.programa) == ("Ana Muñoz", "Diseño, moda")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("nadie@y.co,titulo,P,2026-01-01,,", "email : No hay un estudiante con el correo nadie@y.co"),
        (",titulo,P,2026-01-01,,", "email : Este campo no puede estar vacío"),
        ("luis@ejemplo.edu.co,diploma,P,2026-01-01,,", "tipo : Usa uno de estos: Título"),
        ("luis@ejemplo.edu.co,titulo,P,,,", "fecha_emision : Este campo no puede estar vacío"),
        ("luis@ejemplo.edu.co,titulo,P,2026-01-01,,javascript:alert(1)", "url : Escribe una dirección"),
        ("luis@ejemplo.edu.co,titulo,P,2026-01-01,,http://a.co", "url : Escribe una dirección"),
    ],
)
def test_a_wrong_certificate_is_named(office: Client, row: str, said: str) -> None:
    StudentRecord.objects.create(email="luis@ejemplo.edu.co", nombre="Luis", programa="P")
    page = upload(office, CERTIFICATES, table(row, header="email,tipo,programa,fecha_emision,nombre,url"))
    assert f"Fila 2 {said}" in problems(page)
    assert not Certificate.objects.exists()

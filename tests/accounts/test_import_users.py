"""People from a CSV file: every row for itself."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from apps.accounts.management.commands.import_users import Command
from apps.accounts.models import User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
Run = Callable[..., tuple[str, str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Imports a file of this content; what was said on stdout, and on stderr with the exit code."""

    def run(content: str | bytes, **options: Any) -> tuple[str, str]:
        file = tmp_path / "people.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        out, err = StringIO(), StringIO()
        try:
            call_command("import_users", str(file), stdout=out, stderr=err, no_color=True, **options)
        except CommandError as error:
            err.write(f"{error} ({error.returncode})")
        return out.getvalue(), err.getvalue()

    return run


@pytest.mark.engines
def test_people_are_made_with_and_without_a_password(run: Run, api: Any) -> None:
    out, err = run(
        f"email,nombre,rol,password\n"
        f" ANA@ejemplo.edu.co ,Ana Rojas,,{PASSWORD}\n"
        f"\n"
        f"mesa@ejemplo.edu.co,Iván Mora,Soporte,\n"
    )
    assert (out, err) == ("Creadas: 2 · ya existían: 0 · repetidas: 0\nCon errores: 0\n", "")
    ana, mesa = User.objects.order_by("email")
    assert (ana.email, ana.nombre, ana.rol) == ("ana@ejemplo.edu.co", "Ana Rojas", "usuario")
    assert ana.check_password(PASSWORD)
    assert (mesa.rol, mesa.has_usable_password(), mesa.email_verified) == ("soporte", False, True)
    assert api.post("/api/auth/login", {"email": mesa.email, "password": "!"}).status_code == 401


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffemail;nombre;rol\r\nana@ejemplo.edu.co;Rojas, Ana;usuario\r\n",
        'Correo,Nombre\nana@ejemplo.edu.co,"Rojas, Ana"',
        'otra,E-MAIL,name\nx,ana@ejemplo.edu.co,"Rojas, Ana"\n',
        'email,nombre\n\u00a0ana@ejemplo.edu.co\u00a0,"\u00a0Rojas, Ana"\n',
        "email\tnombre\r\nana@ejemplo.edu.co\tRojas, Ana\r\n",
        "correo electrónico;nombre\r\nana@ejemplo.edu.co;Rojas, Ana\r\n".encode("cp1252"),
    ],
)
def test_the_ways_in_which_spreadsheets_write_a_csv(run: Run, content: str | bytes) -> None:
    _out, err = run(content)
    assert err == ""
    assert User.objects.values_list("email", "nombre").get() == ("ana@ejemplo.edu.co", "Rojas, Ana")


def test_a_bad_row_is_told_with_its_line_and_stops_no_other(run: Run) -> None:
    rows = [
        "uno@ejemplo.edu.co,Uno,usuario,",
        "sin-arroba,Dos,,",
        "tres@ejemplo.edu.co,Tres,superadmin,",
        "cuatro@ejemplo.edu.co,Cuatro,admin,",
        "cinco@ejemplo.edu.co,Cinco,,xyz-9",
        f"seis@ejemplo.edu.co,{'x' * 151},,",
        "siete@ejemplo.edu.co,Siete,,,de más",
        "ocho@ejemplo.edu.co,Oc\x00ho,,",
        "nuеve@ejemplo.edu.co,Nueve,,",
        ",Diez,,",
        "once@ejemplo.edu.co",
    ]
    out, err = run("\n".join(["email,nombre,rol,password", *rows]))
    lines = err.splitlines()
    assert [line.partition(":")[0] for line in lines[:-1]] == [f"línea {n}" for n in range(3, 12)]
    assert "--allow-admins" in lines[2]
    assert lines[-1] == (
        "9 filas con errores; las demás se procesaron. "
        "Corrígelas y repite el archivo: quien ya existe no cambia. (1)"
    )
    assert "xyz-9" not in err
    assert out.splitlines()[0] == "Creadas: 2 · ya existían: 0 · repetidas: 0"
    assert set(User.objects.values_list("email", flat=True)) == {"uno@ejemplo.edu.co", "once@ejemplo.edu.co"}


def test_an_open_quote_swallows_no_person_in_silence(run: Run) -> None:
    _out, err = run('email,nombre\nuno@ejemplo.edu.co,"Uno\ndos@ejemplo.edu.co,Dos\n')
    assert "Revisa las comillas" in err
    assert not User.objects.exists()


def test_a_cell_without_end_is_one_bad_row(run: Run) -> None:
    _out, err = run(f"email,nombre\nuno@ejemplo.edu.co,{'x' * 140_000}\ndos@ejemplo.edu.co,Dos\n")
    assert err.startswith("línea 2: No se puede leer")
    assert User.objects.get().email == "dos@ejemplo.edu.co"


def test_what_excel_in_spanish_saves_keeps_its_accents(run: Run) -> None:
    content = f"email;nombre;rol;contraseña\r\na@ejemplo.edu.co;Íñigo Muñoz;usuario;{PASSWORD}\r\n"
    _out, err = run(content.encode("cp1252"))
    assert err == ""
    assert User.objects.get().nombre == "Íñigo Muñoz"
    assert User.objects.get().check_password(PASSWORD)


def test_all_that_is_wrong_with_a_row_is_told_at_once(run: Run) -> None:
    content = f"email,nombre,rol,password\nsin-arroba,{'x' * 151},jefe,xyz-9\n"
    _out, err = run(content, dry_run=True)
    *lines, last = err.splitlines()
    columns = ["email", "nombre", "rol", "password"]
    assert [line.split(": ")[:2] for line in lines] == [["línea 2", column] for column in columns]
    assert "xyz-9" not in err
    assert last.startswith("1 fila con errores. Corrígela y repite")


@pytest.mark.parametrize(
    ("good", "bad", "dry_run", "text"),
    [
        (1, 1, False, "1 fila con errores; la otra se procesó. Corrígela y"),
        (2, 1, False, "1 fila con errores; las demás se procesaron. Corrígela y"),
        (1, 2, True, "2 filas con errores; la otra se procesaría. Corrígelas y"),
        (2, 2, True, "2 filas con errores; las demás se procesarían. Corrígelas y"),
        (0, 2, False, "2 filas con errores. Corrígelas y"),
    ],
)
def test_good_rows_are_written_though_others_fail(
    run: Run, good: int, bad: int, dry_run: bool, text: str
) -> None:
    rows = [f"p{n}@ejemplo.edu.co" for n in range(good)] + ["nada"] * bad
    _out, err = run("\n".join(["email", *rows]), dry_run=dry_run)
    assert err.splitlines()[-1].startswith(text)
    assert User.objects.count() == (0 if dry_run else good)


def test_the_help_says_that_good_rows_are_written() -> None:
    said = Command().create_parser("manage.py", "import_users").format_help()
    assert "las buenas se escriben aunque otras tengan errores" in " ".join(said.split())


def test_a_row_is_repeated_only_by_one_that_was_right(run: Run) -> None:
    out, err = run("email,rol\neva@ejemplo.edu.co,jefa\neva@ejemplo.edu.co,\nEva@ejemplo.edu.co,soporte\n")
    assert out.splitlines()[0] == "Creadas: 1 · ya existían: 0 · repetidas: 1"
    assert err.splitlines()[1] == "línea 4: repetida en la línea 3; no se toma"
    assert User.objects.get().rol == "usuario"


def test_who_exists_stays_as_they_are_and_twice_in_a_file_is_once(run: Run, student: User) -> None:
    out, err = run(
        f"email,nombre,rol,password\n{student.email.upper()},Otra,soporte,Nueva-clave-9\n"
        "eva@ejemplo.edu.co,Eva,,\nEVA@ejemplo.edu.co,Eva,,\n"
    )
    assert out.splitlines()[0] == "Creadas: 1 · ya existían: 1 · repetidas: 1"
    assert err == "línea 4: repetida en la línea 3; no se toma\n"
    student.refresh_from_db()
    assert (student.nombre, student.rol) == ("Ana Rojas", "usuario")
    assert student.check_password(PASSWORD)


def test_a_dry_run_says_the_same_and_makes_nobody(run: Run) -> None:
    content = "email,rol,password\na@ejemplo.edu.co,,\nA@ejemplo.edu.co,,\nb@ejemplo.edu.co,,corta\n"
    out, err = run(content, dry_run=True, invite=True)
    assert out == "Se crearían: 1 · ya existían: 0 · repetidas: 1\nCon errores: 1\n"
    assert "línea 4" in err
    assert not User.objects.exists()
    assert run(content)[0].replace("Creadas", "Se crearían") == out


def test_administrators_come_with_a_flag_alone(run: Run) -> None:
    run("email,rol\njefa@ejemplo.edu.co,admin\n", allow_admins=True)
    assert User.objects.get().rol == "admin"


def test_invited_people_get_a_link_that_sets_their_password(
    run: Run, student: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        run(f"email\neva@ejemplo.edu.co\n{student.email}\n", invite=True)
    assert [m.to for m in mail.outbox] == [["eva@ejemplo.edu.co"]]
    assert "/reset-password?token=" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("nombre,rol\nAna,admin\n", "Falta la columna «email»"),
        ("", "Falta la columna «email»"),
        (f"email,{'x' * 140_000}\na@ejemplo.edu.co,Ana\n", "No se puede leer. Revisa las comillas."),
        ("email\n" + "mu\u00f1oz@ejemplo.edu.co", "línea 2"),
        (b"email,nombre\na@ejemplo.edu.co,Mu\x81oz\n", "línea 2: Hay"),
        ("email\na@ejemplo.edu.co\n".encode("utf-16"), "Guarda el archivo como CSV"),
        (b"PK\x03\x04 an .xlsx file", "Guarda el archivo como CSV"),
        (b"\xd0\xcf\x11\xe0 an .xls file", "Guarda el archivo como CSV"),
    ],
)
def test_a_file_that_is_none_is_one_clear_line(run: Run, content: str | bytes, text: str) -> None:
    assert text in run(content)[1]
    assert not User.objects.exists()


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No se puede leer"):
        call_command("import_users", str(tmp_path / "none.csv"))

"""`import_intents` and `export_intents`."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.intents.models import Intent
from apps.intents.selectors import known_intents
from apps.intents.services import sync_from_files

pytestmark = pytest.mark.django_db
GOOD = "intent,examples,responses\nuno,a uno|b uno,Hola\n"


def run(name: str, *args: Any, **options: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command(name, *map(str, args), stdout=out, stderr=err, no_color=True, **options)
    except CommandError as error:
        err.write(f"{error} ({error.returncode})")
    return out.getvalue(), err.getvalue()


@pytest.mark.engines
def test_a_file_is_imported_and_reported(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(GOOD)
    out, err = run("import_intents", tmp_path / "x.csv")
    assert (out, err) == ("Creadas: 1 · cambiadas: 0 · sin cambios: 0 · con errores: 0\n", "")
    assert Intent.objects.get().name == "uno"


def test_a_dry_run_lists_the_changes_and_makes_none(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(GOOD)
    out, _ = run("import_intents", tmp_path / "x.csv", dry_run=True)
    assert out.startswith("+ uno · ejemplos +2 -0 · respuestas +1 -0\nSe crearían: 1")
    assert not Intent.objects.exists()


def test_bad_rows_are_named_and_the_exit_code_is_one(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(GOOD + "Dos,a,b\n")
    out, err = run("import_intents", tmp_path / "x.csv")
    assert "Creadas: 1" in out
    assert err.startswith("fila 3: intent: Usa de 2 a 64 letras")
    assert err.endswith("1 filas con errores; las demás se procesaron. (1)")


@pytest.mark.parametrize(("name", "message"), [("nada.csv", "No se puede leer"), ("x.pdf", ".csv, .json")])
def test_a_file_that_cannot_be_used_is_one_line(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "x.pdf").write_text("x")
    _, err = run("import_intents", tmp_path / name)
    assert message in err
    assert "Traceback" not in err


def test_a_rasa_folder_is_imported(settings: Any) -> None:
    out, err = run("import_intents", settings.BASE_DIR / "rasa")
    assert ("Creadas: 53" in out, err) == (True, "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("format", "suffix"), [("csv", "csv"), ("json", "json"), ("xlsx", "xlsx"), ("rasa", "zip")]
)
def test_this_bot_goes_out_and_comes_back_the_same(tmp_path: Path, format: str, suffix: str) -> None:
    sync_from_files()
    before = known_intents()
    file = tmp_path / f"x.{suffix}"
    assert "53 intenciones en" in run("export_intents", format=format, output=file)[0]
    Intent.objects.all().delete()
    out, err = run("import_intents", file)
    assert ("Creadas: 53" in out, err) == (True, "")
    assert known_intents() == before


def test_without_a_file_text_is_printed_and_the_rest_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(GOOD)
    run("import_intents", tmp_path / "x.csv")
    assert "uno,a uno|b uno,Hola" in run("export_intents")[0]
    assert "--output intenciones.zip" in run("export_intents", format="rasa")[1]
    assert "No se puede escribir" in run("export_intents", output=tmp_path / "no" / "x.csv")[1]

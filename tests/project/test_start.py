"""`make run` before and behind Django: what is missing is said in one line."""

import os
import socket
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.chat import engine as engines
from tests.conftest import PASSWORD
from tests.servers.processes import free_port


def launch(root: Path, *args: str, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "tutorbot/launch.py", *args],
        cwd=root,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
    )


def test_too_old_a_python_is_one_line(project_root: Path) -> None:
    code = (
        "import sys; sys.version_info = (3, 9, 2, 'final', 0); sys.path.insert(0, 'tutorbot'); "
        "import launch; launch.main()"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=project_root, capture_output=True, text=True)
    assert run.returncode == 1
    assert run.stderr.strip() == (
        "tutorbot: se necesita Python 3.11 o posterior y este es 3.9. Indica otro: make run PYTHON=python3.12"
    )


def test_the_launcher_can_be_read_by_an_old_python(project_root: Path) -> None:
    import ast

    for name in ("launch.py", "background.py"):
        ast.parse((project_root / "tutorbot" / name).read_text(), feature_version=(3, 6))


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({}, ["base"]),
        ({"NLU_CLASSIFIER": "Semantic"}, ["base", "semantic"]),
        ({"NLU_CLASSIFIER": "auto", "MONGO_URI": "mongodb://db/x"}, ["base", "mongo"]),
        (
            {"NLU_CLASSIFIER": "semantic", "DATABASE_URL": "postgres://db/x"},
            ["base", "postgres", "semantic"],
        ),
    ],
)
def test_settings_say_what_is_installed(
    variables: dict[str, str], wanted: list[str], project_root: Path
) -> None:
    names = ("NLU_CLASSIFIER", "MONGO_URI", "DATABASE_URL")
    env = {**os.environ, **dict.fromkeys(names, ""), **variables}
    code = "import sys; sys.path.insert(0, 'tutorbot'); import launch; print(launch.with_extras(['base']))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=project_root, env=env, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == str(wanted)
    for name in wanted:
        assert (project_root / "requirements" / f"{name}.txt").exists()


def test_the_launcher_reads_env_files_as_the_settings_do(project_root: Path, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "PORT=8000\nPORT = 8123\nexport DATA_DIR=/srv/data # disk\nMONGO_URI='a # b'\n"
    )
    code = (
        "import sys; sys.path.insert(0, 'tutorbot'); import launch; launch.ROOT = sys.argv[1]; "
        "print([launch.setting(name) for name in ('PORT', 'DATA_DIR', 'MONGO_URI', 'HOST')])"
    )
    env = {key: value for key, value in os.environ.items() if key == "PATH"}
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=project_root,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == str(["8123", "/srv/data", "a # b", ""])


def test_an_unwritable_folder_is_one_line(project_root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run = launch(project_root, "base", "serve", TUTORBOT_VENV=str(tmp_path / "file" / "venv"))
    assert run.returncode == 1
    assert run.stderr.startswith("tutorbot: no se puede escribir en")
    assert len(run.stderr.splitlines()) == 1


def test_a_taken_port_is_one_line(env: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        env(PORT=taken.getsockname()[1])
        with pytest.raises(CommandError, match="No se puede usar el puerto"):
            call_command("bootstrap", check_port=True)


def test_an_unwritable_data_folder_is_one_line(env: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    env(DATA_DIR=tmp_path / "file" / "data")
    with pytest.raises(CommandError, match="No se puede escribir en DATA_DIR"):
        call_command("bootstrap")


@pytest.mark.parametrize(
    ("word", "said"), [("down", "Revisa que esté encendida"), ("read_only", "solo lectura")]
)
def test_a_database_that_cannot_be_used_is_one_line(word: str, said: str, monkeypatch: Any) -> None:
    monkeypatch.setattr("tutorbot.management.commands.bootstrap.database_word", lambda: word)
    with pytest.raises(CommandError, match=said):
        call_command("bootstrap")


@pytest.fixture
def fresh(env: Any, settings: Any, tmp_path: Path, db: None) -> Any:
    """An empty data folder, and engines that look there."""
    settings.DEBUG = True
    engines.embedded_engine.cache_clear()
    yield lambda **values: env(**{"DATA_DIR": tmp_path / "data", "PORT": free_port(), **values})
    engines.embedded_engine.cache_clear()


def bootstrap() -> str:
    out = StringIO()
    call_command("bootstrap", check_port=True, stdout=out, no_color=True)
    return out.getvalue()


@pytest.mark.slow
def test_the_first_start_prepares_everything_and_the_second_nothing(fresh: Any) -> None:
    fresh()
    said = bootstrap()
    assert "53 intenciones" in said
    admin = User.objects.get()
    password = said.split("(se muestra solo ahora): ")[1].split()[0]
    assert (admin.email, admin.rol) == ("admin@tutorbot.local", "admin")
    assert admin.check_password(password)
    assert engines.embedded_engine().status().ok
    again = bootstrap()
    assert "al día" in again
    assert "Contraseña" not in again
    assert User.objects.count() == 1


def test_the_first_admin_may_come_from_the_environment(fresh: Any) -> None:
    fresh(ADMIN_EMAIL="jefa@ejemplo.edu.co", ADMIN_BOOTSTRAP_PASSWORD=PASSWORD, RASA_URL="http://127.0.0.1:1")
    assert PASSWORD not in bootstrap()
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize("values", [{"ADMIN_BOOTSTRAP_PASSWORD": "débil"}, {"ADMIN_EMAIL": "sin-arroba"}])
def test_a_bad_first_admin_is_one_line(fresh: Any, values: dict[str, str]) -> None:
    fresh(RASA_URL="http://127.0.0.1:1", **values)
    with pytest.raises(CommandError, match="ADMIN_EMAIL o ADMIN_BOOTSTRAP_PASSWORD no sirven"):
        bootstrap()


def test_with_rasa_nothing_is_trained(fresh: Any) -> None:
    fresh(RASA_URL="http://127.0.0.1:1")
    assert "Modelo" not in bootstrap()


def test_a_production_setting_passes_the_deployment_checks(project_root: Path, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=project_root,
        env={
            **os.environ,
            "APP_ENV": "prod",
            "DATA_DIR": str(tmp_path),
            "SECRET_KEY": "aB3-xYz_19" * 6,
            "ALLOWED_HOSTS": "bot.example",
            "DATABASE_URL": "postgres://bot@db/tutorbot",
        },
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr

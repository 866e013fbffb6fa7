"""The environment reader: every bad value by name, nothing of secrets, lists in three notations."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorbot.databases import configure
from tutorbot.documentation import files, is_current
from tutorbot.env import Env, read_env
from tutorbot.env_types import ConfigurationError, split_list
from tutorbot.secret import secret_key


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in Env.model_fields:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def read(environ: pytest.MonkeyPatch, **values: str) -> Env:
    for name, value in values.items():
        environ.setenv(name, value)
    return read_env(env_file=None)


def test_everything_has_a_default_on_one_machine(environ: pytest.MonkeyPatch) -> None:
    env = read(environ)
    assert (env.APP_ENV, env.DEBUG, env.PORT) == ("dev", True, 8000)
    assert "http://localhost:5173" in env.ALLOWED_ORIGINS
    assert "'self'" in env.EMBED_ALLOWED_ORIGINS


def test_every_bad_value_is_reported_at_once_and_by_name(environ: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(
            environ,
            DEBUG="Ture",
            PORT="ochenta",
            TIME_ZONE="Marte",
            TRUSTED_PROXIES="300.0.0.1",
            LOG_LEVEL="LOUD",
        )
    text = str(caught.value)
    for name in ("DEBUG", "PORT", "TIME_ZONE", "TRUSTED_PROXIES", "LOG_LEVEL"):
        assert f"{name}: " in text
    assert "Ture" not in text


@pytest.mark.parametrize("word", ["Ture", "2", "sí", "nope", "enabled"])
def test_unknown_booleans_are_refused(environ: pytest.MonkeyPatch, word: str) -> None:
    with pytest.raises(ConfigurationError, match="CHAT_REQUIRE_AUTH"):
        read(environ, CHAT_REQUIRE_AUTH=word)


@pytest.mark.parametrize(
    "written", ["http://a:1,http://b:2", "http://a:1 http://b:2/", '["http://a:1", "http://b:2"]']
)
def test_lists_take_commas_spaces_and_json(environ: pytest.MonkeyPatch, written: str) -> None:
    assert read(environ, ALLOWED_ORIGINS=written).ALLOWED_ORIGINS == ["http://a:1", "http://b:2"]


def test_a_broken_json_list_is_named(environ: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="ALLOWED_HOSTS: no es una lista"):
        read(environ, ALLOWED_HOSTS='["a"')


@given(st.text(max_size=60))
def test_no_text_breaks_the_list_reader(text: str) -> None:
    with suppress(ValueError):
        assert isinstance(split_list(text), list | dict | str | int | float | bool | None)


def test_self_is_understood_without_quotes_and_an_origin_with_a_slash(environ: pytest.MonkeyPatch) -> None:
    env = read(environ, EMBED_ALLOWED_ORIGINS="self,https://lms.example/")
    assert env.EMBED_ALLOWED_ORIGINS == ["'self'", "https://lms.example"]


def test_an_empty_value_is_no_value(environ: pytest.MonkeyPatch) -> None:
    assert read(environ, RASA_URL="", PORT="").PORT == 8000


@pytest.mark.parametrize(
    ("word", "meaning"), [("production", "prod"), ("DEVELOPMENT", "dev"), ("prod", "prod")]
)
def test_synonyms_of_app_env(environ: pytest.MonkeyPatch, word: str, meaning: str) -> None:
    env = read(environ, APP_ENV=word, SECRET_KEY="k" * 40, ALLOWED_HOSTS="bot.example")
    assert meaning == env.APP_ENV


def test_production_refuses_debug_and_missing_secrets_together(environ: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(environ, APP_ENV="prod", DEBUG="true", SECRET_KEY="short")
    for name in ("DEBUG: ", "SECRET_KEY: ", "ALLOWED_HOSTS: "):
        assert name in str(caught.value)


@pytest.mark.parametrize("word", ["staging", "Stage", "production"])
def test_debug_is_for_dev_and_test_alone(environ: pytest.MonkeyPatch, word: str) -> None:
    given = {"SECRET_KEY": "k" * 40, "ALLOWED_HOSTS": "bot.example", "APP_ENV": word}
    assert not read(environ, **given).DEBUG
    with pytest.raises(ConfigurationError, match=r"DEBUG: .*solo vale en dev y test"):
        read(environ, **given, DEBUG="true")
    assert read(environ, APP_ENV="test", DEBUG="true").DEBUG


def test_production_is_json_without_dev_origins(environ: pytest.MonkeyPatch) -> None:
    env = read(environ, APP_ENV="prod", SECRET_KEY="k" * 40, ALLOWED_HOSTS="bot.example")
    assert (env.LOG_FORMAT, env.ALLOWED_ORIGINS, env.EMBED_ALLOWED_ORIGINS) == ("json", [], ["'self'"])


def test_the_secret_is_made_once_and_private(environ: pytest.MonkeyPatch, tmp_path: Path) -> None:
    env = read(environ, DATA_DIR=str(tmp_path / "data"))
    first = secret_key(env)
    assert len(first) >= 32
    assert secret_key(env) == first
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_an_unwritable_data_folder_is_one_clear_line(environ: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="No se puede escribir en DATA_DIR"):
        secret_key(read(environ, DATA_DIR=str(tmp_path / "file" / "data")))


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "postgres://a:secreto/b"),
        ("DATABASE_URL", "mysql://a/b"),
        ("DATABASE_URL", "postgres://servidor"),
        ("MONGO_URI", "mongodb://[bad"),
        ("MONGO_URI", "http://servidor"),
    ],
)
def test_a_bad_database_address_is_named_and_not_repeated(
    environ: pytest.MonkeyPatch, name: str, url: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"{name}: debe ser") as caught:
        configure(read(environ, **{name: url}), [])
    assert "secreto" not in str(caught.value)


def test_a_dotenv_file_is_read(environ: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=9100\nBRAND_NAME='Tutor'\n")
    env = read_env(env_file=tmp_path / ".env")
    assert (env.PORT, env.BRAND_NAME) == (9100, "Tutor")


def test_manage_py_says_it_without_a_traceback(project_root: Path) -> None:
    run = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=project_root,
        env={**os.environ, "PORT": "no"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        "La configuración tiene errores:",
        "  - PORT: debe ser un número entero",
    ]


@pytest.mark.parametrize("path", list(files()))
def test_generated_pages_say_what_the_reader_reads(path: str) -> None:
    assert is_current(path, files()[path]), "run `manage.py document`"


def test_every_variable_says_what_it_means() -> None:
    assert [name for name, field in Env.model_fields.items() if not field.description] == []


def test_a_token_that_no_header_can_carry_is_refused(environ: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="HELPDESK_TOKEN"):
        read(environ, HELPDESK_TOKEN="ñandú-0123456789")

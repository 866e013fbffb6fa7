"""The old system's preferences, and the command that takes over both, as often as one likes."""

import subprocess
import sys
from contextlib import nullcontext
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.management.commands import import_legacy_users
from apps.accounts.models import User, UserSettings
from tests.accounts.legacy import MADE, SETTINGS, counts, person, take
from tests.conftest import PASSWORD
from tests.servers.processes import CannotStart, free_port, mongo_server, skip_or_fail

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "owner",
    [
        {"user_id": "1"},
        {"userId": 1},
        {"email": "P1@ejemplo.edu.co "},
        {"_id": 1},
        {"_id": "x", "usuario": 1},
    ],
)
def test_preferences_follow_their_person_to_the_new_id(owner: dict[str, Any]) -> None:
    report = take([person()], [{**SETTINGS, **owner}])
    assert counts(report)[1] == (1, 0, 0)
    row = UserSettings.objects.get()
    assert row.subject == str(User.objects.get().pk)
    assert (row.language, row.theme, row.font_scale, row.high_contrast) == ("en", "dark", 1.5, True)


def test_preferences_may_be_partial_or_nested() -> None:
    take([person()], [{"user_id": 1, "prefs": {"font_scale": 2, "theme": None}}])
    row = UserSettings.objects.get()
    assert (row.language, row.theme, row.font_scale, row.high_contrast) == ("es", "light", 2.0, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"fontScale": 3},
        {"fontScale": "1.5"},
        {"fontScale": float("nan")},
        {"fontScale": True},
        {"language": "fr"},
        {"theme": {"x": 1}},
        {"highContrast": "no"},
        {"user_id": 99},
        {"user_id": ...},
    ],
)
def test_preferences_that_cannot_be_taken_are_told(wrong: dict[str, Any]) -> None:
    document = {k: v for k, v in {"user_id": 1, **SETTINGS, **wrong}.items() if v is not ...}
    report = take([person()], [document])
    assert counts(report)[1] == (0, 0, 1)
    assert len(report.notes) == 1
    assert not UserSettings.objects.exists()


def test_a_second_run_changes_nothing() -> None:
    documents = [person(1, updated_at=MADE), person(2, rol="tutor")], [{"user_id": 1, **SETTINGS}]
    assert counts(take(*documents)) == ((2, 0, 0), (1, 0, 0))
    User.objects.filter(email="p1@ejemplo.edu.co").update(rol="soporte", nombre="Nueva")
    UserSettings.objects.update(theme="light")
    before = list(User.objects.values()), list(UserSettings.objects.values())
    report = take(*documents)
    assert (counts(report), report.notes) == (((0, 2, 0), (0, 1, 0)), [])
    assert before == (list(User.objects.values()), list(UserSettings.objects.values()))


def test_a_dry_run_counts_the_same_and_writes_nothing() -> None:
    documents = (
        [person(1), person(2, password="x"), person(3, email="P1@ejemplo.edu.co")],
        [
            {"user_id": 1, **SETTINGS},
            {"user_id": 2},
        ],
    )
    dry = take(*documents, dry_run=True)
    assert not User.objects.exists()
    assert not UserSettings.objects.exists()
    assert take(*documents) == dry


def run(*args: str, **options: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_legacy_users", *args, stdout=out, stderr=err, no_color=True, **options)
    return out.getvalue(), err.getvalue()


def table(out: str) -> list[str]:
    """The two lines of figures; the last line says the sum of what was left out."""
    *_head, people, preferences, last = out.splitlines()
    assert last == "1 documento omitido; arriba está el motivo."
    return [*people.split(), *preferences.split()]


@pytest.mark.parametrize(
    ("users", "settings", "last"),
    [
        ([person(1)], [], "Ningún documento omitido."),
        ([person(1), person(2, password="x")], [], "1 documento omitido; arriba está el motivo."),
        ([person(2, password="x")], [{"user_id": 2}], "2 documentos omitidos; arriba está el motivo."),
    ],
)
def test_the_last_line_says_how_many_were_left_out(
    monkeypatch: pytest.MonkeyPatch, users: list[Any], settings: list[Any], last: str
) -> None:
    """Which is no failure."""

    class Database:
        def users(self) -> list[Any]:
            return users

        def settings(self) -> list[Any]:
            return settings

    monkeypatch.setattr(import_legacy_users, "legacy_database", lambda *_args: nullcontext(Database()))
    out, _err = run("mongodb://x/y")
    assert out.splitlines()[-1] == last


def test_the_help_says_which_exit_code_that_is() -> None:
    said = import_legacy_users.Command().create_parser("manage.py", "import_legacy_users").format_help()
    assert "el código de salida es 0" in " ".join(said.split())


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_command_reads_a_real_server(api: Any) -> None:
    import pymongo

    try:
        with mongo_server() as uri:
            with pymongo.MongoClient(uri) as client:
                database = client["viejo"]
                ids = (
                    database["users"]
                    .insert_many(
                        [
                            {k: v for k, v in person(n).items() if k != "_id"}
                            | ({"password": "clara"} if n == 3 else {"createdAt": MADE})
                            for n in range(1, 4)
                        ]
                    )
                    .inserted_ids
                )
                database["user_settings"].insert_one({"user_id": str(ids[0]), **SETTINGS})
            out, err = run(uri, database="viejo", dry_run=True)
            assert table(out) == ["personas", "2", "0", "1", "preferencias", "1", "0", "0"]
            assert not User.objects.exists()
            out, err = run(uri, database="viejo")
            assert table(out) == ["personas", "2", "0", "1", "preferencias", "1", "0", "0"]
            assert err == f"users {ids[2]} p3@ejemplo.edu.co: la contraseña no está como bcrypt\n"
            out, _ = run(uri.replace("/tutorbot", "/viejo"))
            assert table(out) == ["personas", "0", "2", "1", "preferencias", "0", "1", "0"]
            with pytest.raises(CommandError, match="--database"):
                run(uri.replace("/tutorbot", "/"))
    except CannotStart as reason:
        skip_or_fail(reason)
    assert User.objects.get(email="p1@ejemplo.edu.co").created_at == MADE
    answer = api.post("/api/auth/login", {"email": "p1@ejemplo.edu.co", "password": PASSWORD})
    assert answer.status_code == 200


@pytest.mark.parametrize("uri", ["nada://x", "mongodb://ana:se@creta@x/y", "mongodb://x:puerto/y"])
def test_a_bad_address_is_one_line_that_does_not_repeat_it(uri: str) -> None:
    with pytest.raises(CommandError) as caught:
        run(uri)
    assert "No se puede leer la base anterior" in str(caught.value)
    assert "creta" not in str(caught.value)


@pytest.mark.slow
def test_a_server_that_is_not_there_is_one_line() -> None:
    with pytest.raises(CommandError, match="ServerSelectionTimeoutError"):
        run(f"mongodb://ana:secreta@127.0.0.1:{free_port()}/viejo")


def test_without_pymongo_the_command_says_what_to_install(project_root: Any) -> None:
    code = (
        "import sys; sys.modules['pymongo'] = sys.modules['bson'] = None\n"
        "from apps.accounts.clients.legacy_mongo import legacy_database, LegacyUnavailable\n"
        "try:\n"
        "    legacy_database('mongodb://x/y').__enter__()\n"
        "except LegacyUnavailable as error:\n"
        "    print(error)\n"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=project_root, capture_output=True, text=True)
    assert said.stdout == "Falta pymongo. Instálalo: .venv/bin/pip install -r requirements/mongo.txt\n", (
        said.stderr
    )

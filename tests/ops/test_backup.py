"""A backup and back: every row, every file, on each database; what is not a backup is refused."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from apps.accounts.models import User
from apps.core.db import is_mongo
from apps.helpdesk.models import Ticket
from apps.intents.models import Intent
from apps.logs.models import AuditEntry, ChatTurn
from apps.logs.search_index import index_is_right
from apps.ops.backup.archive import MANIFEST
from apps.ops.backup.aside import _set_aside
from apps.ops.backup.rows import dump
from apps.ops.backup.schema import applied_in, kept, models_at
from tests.conftest import PASSWORD
from tests.servers.processes import free_port
from tests.stats.test_dashboard import turn
from tutorbot.env import Env

pytestmark = pytest.mark.django_db(transaction=True)
MOMENT = datetime(2026, 3, 1, 12, 0, 0, 123000, UTC)


@pytest.fixture(autouse=True)
def data(
    env: Callable[..., Env], tmp_path: Path, transactional_db: None, django_db_blocker: Any
) -> Iterator[Path]:
    """A data folder; and databases beside the test's own may be opened."""
    env(DATA_DIR=tmp_path / "data", PORT=free_port())
    (tmp_path / "data" / "models").mkdir(parents=True)
    (tmp_path / "data" / "models" / "active.json").write_text("{}")
    with django_db_blocker.unblock():
        yield tmp_path / "data"


def run(*args: Any, **options: Any) -> str:
    out = io.StringIO()
    call_command(*args, stdout=out, no_color=True, **options)
    return out.getvalue()


def some_rows() -> None:
    ana = User.objects.create_user("ana@ejemplo.edu.co", PASSWORD, nombre="Ana «Rojas» \U0001f600")
    turn(request_id="peticion-1", sender_id="web-1", user_message="¿Dónde veo mis notas?", user=ana)
    Intent.objects.create(name="notas", title="Notas")
    ticket = Ticket.objects.create(number="T-1", name="Ana", subject="Ayuda", message="No entro.", user=ana)
    Ticket.objects.filter(pk=ticket.pk).update(created_at=MOMENT)
    assert AuditEntry.objects.exists()


@pytest.mark.engines
def test_what_was_kept_comes_back_and_what_came_after_is_gone(data: Path, tmp_path: Path) -> None:
    some_rows()
    audited = AuditEntry.objects.count()
    target = tmp_path / "copy.tar.gz"
    assert "Comprobada" in run("backup", to=target, verify=True)
    assert target.stat().st_mode & 0o777 == 0o600
    Ticket.objects.all().delete()
    User.objects.update(nombre="Otra")
    User.objects.create_user("luis@ejemplo.edu.co", PASSWORD, nombre="Luis")
    (data / "models" / "active.json").write_text("changed")
    (data / "exports").mkdir()
    (data / "exports" / "later.csv").touch()
    run("restore", target, yes=True)
    ana = User.objects.get()
    assert ana.nombre == "Ana «Rojas» \U0001f600"
    assert ana.check_password(PASSWORD)
    assert Ticket.objects.get().created_at == MOMENT
    assert Ticket.objects.get().user == ana
    assert ChatTurn.objects.get().user == ana
    assert AuditEntry.objects.count() == audited
    assert AuditEntry.objects.filter(content_type__app_label="accounts", content_type__model="user").exists()
    assert index_is_right()
    assert (data / "models" / "active.json").read_text() == "{}"
    assert all(
        path.stat().st_mode & 0o077 == 0 for path in (data / "models", data / "models" / "active.json")
    )
    assert not (data / "exports").exists()
    (before,) = data.glob("before-restore-*")
    assert (before / "models" / "active.json").read_text() == "changed"
    assert not list(data.glob(".*"))
    User.objects.create_user("eva@ejemplo.edu.co", PASSWORD, nombre="Eva")  # it can be written to
    Intent.objects.create(name="otra")


def changed(archive: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The archive with other bytes under that name."""
    new = archive.with_name("changed.tar.gz")
    with tarfile.open(archive) as old, tarfile.open(new, "w:gz") as out:
        for member in old:
            file = old.extractfile(member)
            assert file is not None
            content = change(file.read()) if member.name == name else file.read()
            member.size = len(content)
            out.addfile(member, io.BytesIO(content))
    return new


def manifest(**values: Any) -> Callable[[bytes], bytes]:
    return lambda old: json.dumps({**json.loads(old), **values}).encode()


def test_what_is_damaged_newer_or_no_backup_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    some_rows()
    good = tmp_path / "copy.tar.gz"
    run("backup", to=good)
    with pytest.raises(CommandError, match="Ya existe"):
        run("backup", to=good)
    bad = {
        "está dañada": changed(good, "rows/accounts.user.jsonl", lambda old: old.replace(b"ana@", b"eva@")),
    }
    for text, file in bad.items():
        with pytest.raises(CommandError, match=text):
            run("restore", file, yes=True)
    migrations = {"accounts": ["0001_initial", "9999_later"]}
    with pytest.raises(CommandError, match="más nueva"):
        run("restore", changed(good, MANIFEST, manifest(migrations=migrations, version="9.0")), yes=True)
    with pytest.raises(CommandError, match="otro formato"):
        run("restore", changed(good, MANIFEST, manifest(format=2)), yes=True)
    (tmp_path / "text.tar.gz").write_text("not an archive")
    with pytest.raises(CommandError, match="No es una copia"):
        run("restore", tmp_path / "text.tar.gz", verify=True)
    with pytest.raises(CommandError, match="No existe"):
        run("restore", tmp_path / "missing.tar.gz", yes=True)
    assert User.objects.get().email == "ana@ejemplo.edu.co"


@pytest.mark.engines
def test_when_loading_fails_midway_everything_is_as_it_was(data: Path, tmp_path: Path) -> None:
    some_rows()
    good, name = tmp_path / "copy.tar.gz", "rows/intents.intent.jsonl"
    run("backup", to=good)
    with tarfile.open(good) as tar:
        twice = tar.extractfile(name).read() * 2  # type: ignore[union-attr]
        files = json.loads(tar.extractfile(MANIFEST).read())["files"]  # type: ignore[union-attr]
    bad = changed(good, name, lambda old: twice)
    bad = changed(
        bad.rename(tmp_path / "twice.tar.gz"),
        MANIFEST,
        manifest(files={**files, name: hashlib.sha256(twice).hexdigest()}),
    )
    User.objects.update(nombre="Otra")
    if is_mongo():  # as if the restore before this one had been killed
        _set_aside(connection.database, [User._meta.db_table, Intent._meta.db_table])
        Intent.objects.create(name="a-medias")
    with pytest.raises(CommandError, match=r"IntegrityError.*quedaron como estaban"):
        run("restore", bad, yes=True)
    assert User.objects.get().nombre == "Otra"
    assert Intent.objects.get().name == "notas"
    assert ChatTurn.objects.get().user == User.objects.get()
    assert (data / "models" / "active.json").exists()
    assert not list(data.glob("before-restore-*"))
    with pytest.raises(IntegrityError):
        Intent.objects.create(name="notas")
    run("restore", good, yes=True)
    assert User.objects.get().nombre.startswith("Ana")
    if is_mongo():
        assert not [
            n for n in connection.database.list_collection_names() if n.startswith(("before", "rest"))
        ]
        with pytest.raises(IntegrityError):
            Intent.objects.create(name="notas")


@pytest.mark.parametrize("kind", ["../outside", "/tmp/outside", "link"])
def test_an_archive_that_would_write_elsewhere_is_refused(tmp_path: Path, kind: str) -> None:
    evil = tmp_path / "evil.tar.gz"
    with tarfile.open(evil, "w:gz") as tar:
        info = tarfile.TarInfo(kind)
        if kind == "link":
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info, io.BytesIO(b""))
    with pytest.raises(CommandError):
        run("restore", evil, yes=True)
    assert not (tmp_path / "outside").exists()


def test_restoring_asks_names_what_goes_and_waits_for_the_servers_to_be_stopped(
    data: Path, tmp_path: Path, env: Callable[..., Env], monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    from apps.core.job_queue import worker_name

    some_rows()
    target = tmp_path / "copy.tar.gz"
    run("backup", to=target)
    asked = []
    monkeypatch.setattr("builtins.input", lambda text: asked.append(text) or "no")
    out = io.StringIO()
    with pytest.raises(CommandError, match="No se cambió nada"):
        call_command("restore", target, stdout=out)
    assert str(data) in out.getvalue()
    assert str(connection.settings_dict["NAME"]) in out.getvalue()
    assert len(asked) == 1
    with worker_name(data), pytest.raises(CommandError, match="proceso de trabajos"):
        run("restore", target, yes=True)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        env(PORT=taken.getsockname()[1])
        with pytest.raises(CommandError, match="Detén el servidor"):
            run("restore", target, yes=True)


def test_the_secret_goes_along_only_when_asked_for_and_old_backups_go(data: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.tar.gz"
    run("backup", to=plain)
    secret = settings.SECRET_KEY.encode()
    with tarfile.open(plain) as tar:
        assert not any(secret in tar.extractfile(m).read() for m in tar)  # type: ignore[union-attr]
    with pytest.raises(CommandError, match="no trae la clave"):
        run("restore", plain, yes=True, with_secret=True)
    folder = data / "backups"
    folder.mkdir()
    for day in range(1, 5):
        (folder / f"tutorbot-2026010{day}-030000.tar.gz").touch()
    (folder / "mine.tar.gz").touch()
    run("backup", keep=2, with_secret=True)
    kept = sorted(os.listdir(folder))
    assert kept[0] == "mine.tar.gz"
    assert kept[1] == "tutorbot-20260104-030000.tar.gz"
    assert len(kept) == 3
    run("restore", folder / kept[2], yes=True, with_secret=True)
    assert (data / "secret_key").read_bytes() == secret
    assert (data / "secret_key").stat().st_mode & 0o777 == 0o600


def everything(folder: Path) -> tuple[dict[str, tuple[int, str]], dict[str, bytes]]:
    """Of each table how many rows with which hash; of each file of the folder what is in it."""
    rows = {
        model._meta.label: dump(model, connection.alias) for model in kept(models_at(applied_in("default")))
    }
    return rows, {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_trying_a_good_backup_says_so_and_changes_neither_rows_nor_files(data: Path, tmp_path: Path) -> None:
    some_rows()
    target = tmp_path / "copy.tar.gz"
    run("backup", to=target)
    User.objects.update(nombre="Otra")  # what restoring would undo
    Intent.objects.create(name="nueva")
    (data / "models" / "active.json").write_text("changed")
    before = everything(tmp_path)
    said = run("restore", target, verify=True)
    assert said.endswith(" archivos. Se restaura igual; no se cambió nada.\n")
    assert everything(tmp_path) == before
    assert before[0]["accounts.User"][0] == 1

"""Machines without a common disk: models go through the database."""

from pathlib import Path

import pytest
from django.db import DatabaseError, connection

from apps.chat.engines.base import EngineUnavailable
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.rasa import RasaModelStore
from apps.chat.models import ModelFilePart
from apps.chat.services import model_files
from apps.chat.services.conversations import DatabaseStore
from apps.chat.services.model_files import DatabaseShelf
from tests.bot import activate_our_bot

pytestmark = pytest.mark.django_db


def machine(folder: Path) -> EmbeddedEngine:
    return EmbeddedEngine(folder, DatabaseStore(), check_seconds=0, shelf=DatabaseShelf("embedded"))


def test_what_one_machine_activates_another_answers_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_files, "PART_BYTES", 1 << 19)
    here, there = machine(tmp_path / "a"), machine(tmp_path / "b")
    with pytest.raises(EngineUnavailable):
        there.parse("hola")
    model = activate_our_bot(here, tmp_path / "a")
    assert ModelFilePart.objects.filter(name=f"embedded/{model.path.name}").count() > 1
    assert there.parse("hola").intent == here.parse("hola").intent
    assert there.pointed() == here.pointed()
    assert there.reload() == here.pointed()
    (tmp_path / "a" / model.path.name).unlink()
    here.activate(model)  # going back to a model that this machine has not got
    assert (tmp_path / "a" / model.path.name).exists()
    shelf = DatabaseShelf("embedded")
    shelf.drop([model.path.name])
    with pytest.raises(FileNotFoundError):
        shelf.bring(model.path.name, tmp_path / "c")


def test_without_the_database_a_machine_answers_with_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    engine = machine(tmp_path)
    model = activate_our_bot(engine, tmp_path)

    def broken(*args: object) -> None:
        raise DatabaseError("gone")

    with connection.execute_wrapper(broken):
        assert engine.parse("hola").intent
        assert engine.parse("adiós").intent
        with pytest.raises(EngineUnavailable):
            engine.activate(model)
    assert caplog.text.count("models of other machines are not seen") == 1


def test_models_of_rasa_go_the_same_way(tmp_path: Path) -> None:
    here, there = (RasaModelStore(tmp_path / name, DatabaseShelf("rasa")) for name in ("a", "b"))
    trained = here.save([b"\x1f\x8b", b"model"], "0" * 64)
    assert there.open_active() is None
    here.activate(trained)
    found = there.open_active()
    assert found is not None
    with found.file as file:
        assert file.read() == b"\x1f\x8bmodel"

"""The active model: pointed to atomically, verified, followed by every process, swapped between two turns."""

import json
import logging
import os
import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from apps.chat.engines.base import EngineUnavailable, TrainedModel
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.embedded.model_store import ModelStore
from tests.chat.embedded.helpers import MemoryStore, answers, message, quiet, school, texts


@pytest.fixture(scope="module")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> TrainedModel:
    """The same bot with another greeting."""
    changed = replace(school(), responses=school().responses | answers(saludo="Muy buenas."))
    return EmbeddedEngine(tmp_path_factory.mktemp("other"), MemoryStore()).train(changed, quiet)


def here(model: TrainedModel, folder: Path) -> TrainedModel:
    return replace(model, path=Path(shutil.copy(model.path, folder)))


def patient(folder: Path) -> ModelStore:
    """A second process, which looks at the pointer in every turn."""
    return ModelStore(folder, check_seconds=0)


def test_without_an_active_model_the_engine_is_unavailable(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "nothing", MemoryStore())
    for call in (lambda: engine.reply(message("hola")), lambda: engine.parse("hola")):
        with pytest.raises(EngineUnavailable, match="No hay ningún modelo activo"):
            call()
    status = engine.status()
    assert (status.ok, status.error, status.model_version) == (False, "engine_unavailable", None)
    assert engine.active_data_hash() is None


def test_status_names_the_active_model(bot: EmbeddedEngine, school_model: TrainedModel) -> None:
    status = bot.status()
    assert (status.engine, status.ok, status.model_version) == ("embedded", True, school_model.version)
    assert bot.active_data_hash() == school().data_hash()


def test_the_pointer_says_what_is_active_and_since_when(tmp_path: Path, school_model: TrainedModel) -> None:
    ModelStore(tmp_path).activate(here(school_model, tmp_path))
    pointer = json.loads((tmp_path / "active.json").read_text())
    assert pointer.pop("activated_at").endswith("+00:00")
    assert pointer == {
        "version": school_model.version,
        "file": school_model.path.name,
        "sha256": school_model.sha256,
        "data_hash": school_model.data_hash,
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["active.json", school_model.path.name])


def test_another_process_follows_the_pointer_and_back(
    tmp_path: Path, school_model: TrainedModel, other_model: TrainedModel
) -> None:
    first, second = here(school_model, tmp_path), here(other_model, tmp_path)
    ours, theirs = ModelStore(tmp_path), patient(tmp_path)
    for model in (first, second, first):
        ours.activate(model)
        assert theirs.active().version == ours.active().version == model.version


def test_the_pointer_is_looked_at_again_only_after_a_while(
    tmp_path: Path, school_model: TrainedModel, other_model: TrainedModel
) -> None:
    ours, theirs = ModelStore(tmp_path), ModelStore(tmp_path, check_seconds=0.3)
    ours.activate(here(school_model, tmp_path))
    first = theirs.active()
    ours.activate(here(other_model, tmp_path))
    assert theirs.active() is first
    time.sleep(0.35)
    assert theirs.active().version == other_model.version


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def point(folder: Path, **changes: object) -> None:
    pointer = folder / "active.json"
    data = {**json.loads(pointer.read_text()), **changes}
    temporary = folder / "new"
    temporary.write_text(json.dumps(data))
    os.replace(temporary, pointer)


def test_a_damaged_new_model_leaves_the_one_in_use_answering(
    tmp_path: Path, school_model: TrainedModel, other_model: TrainedModel, caplog: pytest.LogCaptureFixture
) -> None:
    store = patient(tmp_path)
    ModelStore(tmp_path).activate(here(school_model, tmp_path))
    assert store.active().version == school_model.version
    second = here(other_model, tmp_path)
    ModelStore(tmp_path).activate(second)
    damage(second.path)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            assert store.active().version == school_model.version
    (told,) = [record.message for record in caplog.records if record.levelno == logging.ERROR]
    assert "SHA-256" in told


@pytest.mark.parametrize(
    "wrong",
    [
        {"file": "../../etc/passwd"},
        {"file": "20260101-000000-00000000.model.zip"},
        {"sha256": "0" * 64},
        {"version": "20260101-000000-00000000"},
        {"data_hash": "0" * 64},
        {"file": None},
    ],
)
def test_a_pointer_that_does_not_fit_is_not_followed(
    tmp_path: Path, school_model: TrainedModel, wrong: dict[str, object]
) -> None:
    ModelStore(tmp_path).activate(here(school_model, tmp_path))
    point(tmp_path, **wrong)
    with pytest.raises(EngineUnavailable):
        patient(tmp_path).active()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b"\xff", b"{}"])
def test_an_unreadable_pointer_is_not_followed_and_may_be_repaired(
    tmp_path: Path, school_model: TrainedModel, content: bytes
) -> None:
    ModelStore(tmp_path).activate(here(school_model, tmp_path))
    good = (tmp_path / "active.json").read_bytes()
    (tmp_path / "active.json").write_bytes(content)
    store = patient(tmp_path)
    with pytest.raises(EngineUnavailable):
        store.active()
    (tmp_path / "active.json").write_bytes(good)
    assert store.active().version == school_model.version


def test_a_pointer_that_disappears_changes_nothing(tmp_path: Path, school_model: TrainedModel) -> None:
    ModelStore(tmp_path).activate(here(school_model, tmp_path))
    store = patient(tmp_path)
    first = store.active()
    (tmp_path / "active.json").unlink()
    assert store.active() is first


def test_a_damaged_model_cannot_be_activated(
    tmp_path: Path, school_model: TrainedModel, other_model: TrainedModel
) -> None:
    store = ModelStore(tmp_path)
    store.activate(here(school_model, tmp_path))
    second = here(other_model, tmp_path)
    pointer = (tmp_path / "active.json").read_bytes()
    damage(second.path)
    for bad in (second, replace(second, path=tmp_path / "no"), other_model):
        with pytest.raises(EngineUnavailable, match="no se puede activar"):
            store.activate(bad)
    assert (tmp_path / "active.json").read_bytes() == pointer
    assert store.active().version == school_model.version


def test_training_twice_within_a_second_makes_two_files(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, MemoryStore())
    one, other = engine.train(school(), quiet), engine.train(school(), quiet)
    assert one.path != other.path
    assert one.path.name.startswith(one.version)


def test_swapping_while_threads_answer_fails_no_turn_and_mixes_no_models(
    tmp_path: Path, school_model: TrainedModel, other_model: TrainedModel
) -> None:
    models = [here(school_model, tmp_path), here(other_model, tmp_path)]
    greeting = {models[0].version: ["Hola."], models[1].version: ["Muy buenas."]}
    publisher = ModelStore(tmp_path)
    publisher.activate(models[0])
    engine = EmbeddedEngine(tmp_path, MemoryStore(), check_seconds=0)
    wrong: list[object] = []
    seen: set[str | None] = set()
    stop = threading.Event()

    def chat(sender: str) -> None:
        while not stop.wait(0.001):
            try:
                reply = engine.reply(message("hola", sender=sender))
            except Exception as error:
                wrong.append(error)
                return
            seen.add(reply.model_version)
            if texts(reply.messages) != greeting[reply.model_version or ""]:
                wrong.append(reply)

    threads = [threading.Thread(target=chat, args=(f"s{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(8):
        publisher.activate(models[(turn + 1) % 2])
        stop.wait(0.03)
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert seen == {model.version for model in models}


def test_threads_of_a_fresh_process_all_get_the_model(tmp_path: Path, school_model: TrainedModel) -> None:
    ModelStore(tmp_path).activate(here(school_model, tmp_path))
    for _ in range(5):
        store, found, start = ModelStore(tmp_path), [], threading.Barrier(8)

        def ask(store: ModelStore, found: list[str], start: threading.Barrier) -> None:
            start.wait()
            found.append(store.active().version)

        threads = [threading.Thread(target=ask, args=(store, found, start)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [school_model.version] * 8

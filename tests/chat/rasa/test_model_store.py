"""The models that Rasa made: whole, verified, and pointed to atomically."""

import gzip
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from apps.chat.engines.base import EngineProtocolError, EngineUnavailable, TrainedModel
from apps.chat.engines.pointer import ArtefactError
from apps.chat.engines.rasa import RasaModelStore

HASH = "0" * 64


def saved(store: RasaModelStore, content: bytes) -> TrainedModel:
    return store.save([gzip.compress(content)], HASH)


def read(store: RasaModelStore) -> bytes:
    active = store.open_active()
    assert active is not None
    with active.file as file:
        return gzip.decompress(file.read())


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_nothing_is_active_at_first(tmp_path: Path) -> None:
    store = RasaModelStore(tmp_path / "rasa")
    assert store.open_active() is None
    assert store.pointed() is None


def test_going_forward_and_back_is_seen_by_another_process(tmp_path: Path) -> None:
    ours, theirs = RasaModelStore(tmp_path), RasaModelStore(tmp_path)
    one, other = saved(ours, b"one"), saved(ours, b"other")
    for model, content in ((one, b"one"), (other, b"other"), (one, b"one")):
        ours.activate(model)
        assert read(theirs) == content


def test_a_half_answer_leaves_no_file(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield gzip.compress(b"x" * 1000)[:20]
        raise EngineProtocolError("half")

    with pytest.raises(EngineProtocolError):
        RasaModelStore(tmp_path).save(chunks(), HASH)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_or_foreign_model_is_not_activated(tmp_path: Path) -> None:
    store = RasaModelStore(tmp_path / "rasa")
    good, bad = saved(store, b"good"), saved(store, b"bad")
    elsewhere = saved(RasaModelStore(tmp_path / "elsewhere"), b"good")
    store.activate(good)
    damage(bad.path)
    for model in (bad, elsewhere, replace(good, path=tmp_path / "rasa" / "no.tar.gz")):
        with pytest.raises(EngineUnavailable, match="no se puede activar"):
            store.activate(model)
    assert read(store) == b"good"


def test_a_model_that_is_damaged_later_is_no_longer_given_out_and_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = RasaModelStore(tmp_path)
    model = saved(store, b"good")
    store.activate(model)
    assert read(store) == b"good"
    damage(model.path)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            with pytest.raises(ArtefactError):
                store.open_active()
    (told,) = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert "SHA-256" in told


@pytest.mark.parametrize("file", ["../../etc/passwd", "active.json", "20260101-000000-00000000.tar.gz"])
def test_a_pointer_to_something_else_is_not_followed(tmp_path: Path, file: str) -> None:
    store = RasaModelStore(tmp_path)
    store.activate(saved(store, b"good"))
    pointer = tmp_path / "active.json"
    pointer.write_text(json.dumps({**json.loads(pointer.read_text()), "file": file}))
    with pytest.raises(ArtefactError):
        store.open_active()

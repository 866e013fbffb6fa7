"""A model file is believed only when it is whole."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from apps.chat.engines.base import TrainedModel
from apps.chat.engines.embedded.artefact import Artefact, pack, unpack
from apps.chat.engines.embedded.errors import ArtefactError
from apps.chat.engines.embedded.model import load
from tests.chat.embedded.helpers import school


@pytest.fixture(scope="module")
def content(school_model: TrainedModel) -> bytes:
    return school_model.path.read_bytes()


def rewritten(content: bytes, name: str, change: Callable[[bytes], bytes | None]) -> bytes:
    """The same zip with one entry changed, or (None) left out."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for entry in old.namelist():
            data = old.read(entry) if entry != name else change(old.read(entry))
            if data is not None:
                new.writestr(entry, data)
    return file.getvalue()


def in_json(**changes: Any) -> Callable[[bytes], bytes]:
    return lambda data: json.dumps({**json.loads(data), **changes}).encode()


def as_array(change: Callable[[Any], Any], **how: Any) -> Callable[[bytes], bytes]:
    def run(data: bytes) -> bytes:
        file = io.BytesIO()
        np.save(file, change(np.load(io.BytesIO(data))), **how)
        return file.getvalue()

    return run


def test_what_was_packed_comes_back_whole(content: bytes) -> None:
    artefact = unpack(content)
    assert artefact.project == school()
    assert artefact.data_hash == school().data_hash()
    again = unpack(pack(artefact))
    assert again.trained.figures == artefact.trained.figures
    assert again.trained.model.blocks == artefact.trained.model.blocks
    assert np.array_equal(again.trained.model.weights, artefact.trained.model.weights)
    assert pack(again) == pack(artefact)


def test_there_is_no_pickle_in_a_model_file(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert sorted(archive.namelist()) == [
            *("bias.npy", "idf.npy", "manifest.json", "project.json", "vocabulary.json", "weights.npy"),
        ]


class Exploit:
    def __reduce__(self) -> Any:
        return (pytest.fail, ("a pickle was loaded",))


def pickled(data: bytes) -> bytes:
    file = io.BytesIO()
    np.save(file, np.array([Exploit()], dtype=object), allow_pickle=True)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("manifest.json", lambda data: None),
        ("manifest.json", lambda data: b"{"),
        ("manifest.json", lambda data: b"[]"),
        ("manifest.json", lambda data: b"[" * 100_000),
        ("manifest.json", in_json(format=99)),
        ("manifest.json", in_json(version="../../etc")),
        ("manifest.json", in_json(temperature=0)),
        ("manifest.json", in_json(temperature="x")),
        ("manifest.json", in_json(threshold=float("nan"))),
        ("manifest.json", in_json(intents=["otra"] * 6)),
        ("manifest.json", in_json(intents=["saludo"])),
        ("manifest.json", in_json(unseen_idf={})),
        ("project.json", in_json(intents=[])),
        ("project.json", in_json(slots={"x": {"name": "x", "type": "desconocido"}})),
        ("project.json", in_json(entities=["x"], regexes={"x": ["("]})),
        ("vocabulary.json", in_json(chars=["a"])),
        ("vocabulary.json", in_json(otra=[])),
        ("vocabulary.json", lambda data: data.replace(b'"a"', b'"b"', 1)),
        ("vocabulary.json", lambda data: b"[]"),
        ("weights.npy", lambda data: None),
        ("weights.npy", lambda data: data[:-10]),
        ("weights.npy", lambda data: b"nothing"),
        ("weights.npy", as_array(lambda array: array[:-1])),
        ("weights.npy", as_array(lambda array: array.astype(np.float64))),
        ("weights.npy", as_array(lambda array: array * np.nan)),
        ("bias.npy", as_array(lambda array: array[:1])),
        ("idf.npy", as_array(lambda array: array.reshape(-1, 1))),
        ("bias.npy", pickled),
    ],
)
def test_anything_off_is_refused(content: bytes, name: str, change: Callable[[bytes], bytes | None]) -> None:
    with pytest.raises(ArtefactError):
        load(rewritten(content, name, change))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_half_a_file_is_refused(content: bytes, share: float) -> None:
    with pytest.raises(ArtefactError):
        load(content[: int(len(content) * share)])


def test_a_newer_project_with_unknown_fields_still_loads(content: bytes) -> None:
    assert load(rewritten(content, "project.json", in_json(telepathy={"soporte": {}}))).version


def test_a_file_that_unpacks_to_too_much_is_refused(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.chat.engines.embedded.artefact.MAX_BYTES", 1000)
    with pytest.raises(ArtefactError, match="too much"):
        unpack(content)


def test_an_artefact_names_its_moment_and_its_data(content: bytes) -> None:
    artefact: Artefact = unpack(content)
    assert artefact.version.endswith(artefact.data_hash[:8])

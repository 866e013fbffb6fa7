"""Rasa's model server, the training that feeds it, and what each Rasa says that it runs."""

import gzip
import hashlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.chat import engine as engines
from apps.chat.engines.base import TrainedModel, TrainingError
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.project import Finding
from apps.chat.engines.rasa import RasaModelStore
from apps.intents.services import build_project
from apps.intents.services.rasa_models import train_rasa
from tests.stubs.rasa_stub import MODEL, RasaStub
from tutorbot.env import Env

TOKEN = "una-clave-del-servidor-de-modelos"
PATH = "/api/models/active"


@pytest.fixture
def store(env: Callable[..., Env], tmp_path: Path) -> Iterator[RasaModelStore]:
    env(DATA_DIR=tmp_path, RASA_MODEL_TOKEN=TOKEN)
    engines.rasa_models.cache_clear()
    yield engines.rasa_models()
    engines.rasa_models.cache_clear()


def active(store: RasaModelStore, content: bytes = b"a model") -> TrainedModel:
    model = store.save([gzip.compress(content)], "0" * 64)
    store.activate(model)
    return model


def content_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_rasa_gets_the_active_model_with_its_name_and_hash(api: APIClient, store: RasaModelStore) -> None:
    model = active(store)
    response = api.get(PATH, {"token": TOKEN})
    content = content_of(response)
    assert response.status_code == 200
    assert hashlib.sha256(content).hexdigest() == model.sha256
    assert response["ETag"] == f'"{model.sha256}"'
    assert response["filename"] == f"{model.version}.tar.gz"
    assert response["Content-Type"] == "application/gzip"
    assert response["Content-Length"] == str(len(content))
    assert response["Cache-Control"] == "private, no-cache"


def test_a_rasa_that_has_it_gets_nothing_until_another_one_is_active(
    api: APIClient, store: RasaModelStore
) -> None:
    one = active(store)
    etag = f'"{one.sha256}"'
    same = api.get(PATH, {"token": TOKEN}, headers={"If-None-Match": etag})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", etag)
    other = active(store, b"another")
    response = api.get(PATH, {"token": TOKEN}, headers={"If-None-Match": etag})
    assert (response.status_code, response["ETag"]) == (200, f'"{other.sha256}"')
    assert gzip.decompress(content_of(response)) == b"another"
    store.activate(one)
    assert gzip.decompress(content_of(api.get(PATH, {"token": TOKEN}))) == b"a model"


@pytest.mark.parametrize("given", ['W/"{}"', '"x", "{}"', "{}", "*"])
def test_if_none_match_is_read_in_every_way_it_is_written(
    given: str, api: APIClient, store: RasaModelStore
) -> None:
    headers = {"If-None-Match": given.format(active(store).sha256)}
    assert api.get(PATH, {"token": TOKEN}, headers=headers).status_code == 304


def test_the_token_may_come_as_a_bearer(api: APIClient, store: RasaModelStore) -> None:
    active(store)
    response = api.get(PATH, headers={"Authorization": f"Bearer {TOKEN}"})
    assert gzip.decompress(content_of(response)) == b"a model"


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ({}, {}),
        ({"token": ""}, {}),
        ({"token": TOKEN[:-1]}, {}),
        ({"token": "ñ\ud800"}, {}),
        ({}, {"Authorization": "Bearer otra"}),
        ({"token": TOKEN}, {"Authorization": "Bearer otra"}),
        ({}, {"Authorization": f"Basic {TOKEN}"}),
    ],
)
def test_without_the_right_token_nobody_gets_it(
    query: dict[str, str], headers: dict[str, str], api: APIClient, store: RasaModelStore
) -> None:
    active(store)
    query = {name: value.encode(errors="surrogatepass") for name, value in query.items()}  # type: ignore[misc]
    response = api.get(PATH, query, headers=headers)
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize("debug", [False, True])
def test_without_a_token_in_the_settings_there_is_no_model_server(
    debug: bool, api: APIClient, env: Callable[..., Env], store: RasaModelStore, settings: Any
) -> None:
    active(store)
    settings.DEBUG = debug
    env(RASA_MODEL_TOKEN="", DEBUG=debug)
    for query in ({}, {"token": ""}, {"token": TOKEN}):
        assert api.get(PATH, query).status_code == 404


def test_a_person_is_not_a_rasa(
    api: APIClient, store: RasaModelStore, admin: Any, bearer: Callable[..., dict[str, str]]
) -> None:
    active(store)
    assert api.get(PATH, headers=bearer(admin)).status_code == 401


def test_without_an_active_model_it_is_404(api: APIClient, store: RasaModelStore) -> None:
    response = api.get(PATH, {"token": TOKEN})
    assert (response.status_code, response.json()["code"]) == (404, "no_active_model")


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_a_damaged_model_is_not_served_so_that_rasa_keeps_its_own(
    damage: str, api: APIClient, store: RasaModelStore, caplog: pytest.LogCaptureFixture
) -> None:
    model = active(store)
    if damage == "gone":
        model.path.unlink()
    else:
        model.path.write_bytes(gzip.compress(b"something else"))
    with caplog.at_level(logging.ERROR):
        for headers in ({}, {"If-None-Match": f'"{model.sha256}"'}, {"Range": "bytes=0-3"}):
            response = api.get(PATH, {"token": TOKEN}, headers=headers)
            assert (response.status_code, response.json()["code"]) == (503, "model_unusable")
    assert "Rasa keeps the one it has" in caplog.text


def test_polling_is_quiet_and_no_token_is_logged(
    api: APIClient, store: RasaModelStore, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {"If-None-Match": f'"{active(store).sha256}"'}
    caplog.clear()
    with caplog.at_level(logging.INFO):
        api.get(PATH, {"token": TOKEN}, headers=headers)
        assert caplog.records == []
        api.get(PATH, {"token": TOKEN[:-1]})
    assert "401" in caplog.text
    assert TOKEN[:-1] not in caplog.text


@pytest.mark.slow
@pytest.mark.django_db
def test_the_joined_project_is_trained_by_rasa(
    on_rasa: Callable[..., RasaStub], store: RasaModelStore
) -> None:
    stub = on_rasa()
    project = build_project()
    model = train_rasa(project=project, progress=lambda share, what: None)
    assert stub.seen is not None
    sent = stub.seen[-1]
    assert (sent.path, sent.headers["content-type"]) == ("/model/train", "application/yaml")
    for part in (
        "pipeline:",
        "policies:",
        "intents:",
        "responses:",
        "nlu:",
        "rules:",
        "- synonym:",
        "- lookup:",
    ):
        assert f"\n{part}" in sent.body.decode()
    assert model.path.read_bytes() == MODEL
    assert model.data_hash == project.data_hash()


def test_a_project_with_errors_is_not_sent(on_rasa: Callable[..., RasaStub], store: RasaModelStore) -> None:
    from dataclasses import replace

    from apps.intents.services.project import project_files

    stub = on_rasa()
    bad = replace(project_files(), findings=(Finding("error", "saludo", "Está dos veces."),))
    with pytest.raises(TrainingError, match="saludo: Está dos veces"):
        train_rasa(project=bad, progress=lambda share, what: None)
    assert stub.seen is not None
    assert not stub.seen


STATUS = "/api/admin/rasa/status"
MODELS = "/admin/intents/modelversion/"


@pytest.fixture
def replica() -> Iterator[RasaStub]:
    with RasaStub() as stub:
        yield stub


def test_the_status_says_what_each_rasa_runs(
    staff: APIClient, on_rasa: Callable[..., RasaStub], replica: RasaStub, store: RasaModelStore
) -> None:
    model = active(store)
    stub = on_rasa(
        RASA_REPLICAS=[replica.url, "http://127.0.0.1:1", "http://127.0.0.1:1/"], RASA_TOKEN="clave"
    )
    stub.model_file = f"/tmp/{model.version}.tar.gz"
    body = staff.get(STATUS).json()
    assert (body["ok"], body["engine"], body["active_model"]) == (False, "rasa", model.version)
    assert body["message"] == "No responden 1 de 3 servidores de Rasa."
    first, second, third = body["replicas"]
    assert first == {
        "url": stub.url.removeprefix("http://"),
        "ok": True,
        "error": None,
        "version": "3.6.21",
        "model": model.version,
        "is_active_model": True,
    }
    assert (second["ok"], second["model"], second["is_active_model"]) == (True, "20260101-120000-stub", False)
    assert (third["url"], third["ok"], third["error"]) == ("127.0.0.1:1", False, "engine_unavailable")
    assert "clave" not in str(body)


def test_a_replica_that_is_behind_is_told(
    staff: APIClient, on_rasa: Callable[..., RasaStub], store: RasaModelStore
) -> None:
    active(store)
    on_rasa()
    body = staff.get(STATUS).json()
    assert (body["ok"], body["message"]) == (
        True,
        "Rasa responde; 1 de 1 servidores tienen otro modelo que el activo.",
    )


def test_the_status_answers_on_the_embedded_engine_too(
    staff: APIClient, bot: EmbeddedEngine, store: RasaModelStore
) -> None:
    assert staff.get(STATUS).json() == {
        "ok": True,
        "message": "El bot responde con el motor embebido.",
        "engine": "embedded",
        "active_model": None,
        "replicas": [],
    }


def test_the_list_of_models_shows_staff_what_each_rasa_runs(
    page: Client, on_rasa: Callable[..., RasaStub], replica: RasaStub, store: RasaModelStore
) -> None:
    model = active(store)
    stub = on_rasa(RASA_REPLICAS=[replica.url, "http://127.0.0.1:1"], RASA_TOKEN="clave")
    stub.model_file = f"/tmp/{model.version}.tar.gz"
    html = page.get(MODELS).content.decode()
    assert "No responden 1 de 3 servidores de Rasa." in html
    table = html.split('id="model-rasa-title"')[1].split("</table>")[0]
    rows = [row.split("</tr>")[0] for row in table.split("<tr>")[2:]]
    told = [
        (stub.url, ">Sí</td>", "3.6.21", model.version, "Sí, el modelo activo"),
        (replica.url, ">Sí</td>", "3.6.21", "20260101-120000-stub", "No, otro modelo"),
        ("127.0.0.1:1", "<strong>No</strong>", ">–</td>"),
    ]
    assert len(rows) == len(told)
    for row, parts in zip(rows, told, strict=True):
        for part in parts:
            assert part.removeprefix("http://") in row, part
    assert "clave" not in html


def test_the_list_of_models_opens_whatever_rasa_does(
    page: Client,
    on_rasa: Callable[..., RasaStub],
    store: RasaModelStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> None:
        raise OSError

    on_rasa(RASA_URL="http://127.0.0.1:1")
    assert "No responden 1 de 1" in page.get(MODELS).content.decode()
    monkeypatch.setattr("apps.intents.services.rasa_status.rasa_status", broken)
    answer = page.get(MODELS)
    assert answer.status_code == 200
    assert "model-rasa" not in answer.content.decode()


def test_the_list_of_models_says_nothing_of_rasa_where_there_is_none(
    page: Client, bot: EmbeddedEngine, store: RasaModelStore, env: Callable[..., Env], replica: RasaStub
) -> None:
    assert "Servidores de Rasa" not in page.get(MODELS).content.decode()
    env(RASA_REPLICAS=[replica.url])
    html = page.get(MODELS).content.decode()
    assert "Servidores de Rasa" in html
    assert "No hay un modelo activo" in html


def test_what_is_no_address_is_left_to_the_checks(
    staff: APIClient, env: Callable[..., Env], store: RasaModelStore, bot: EmbeddedEngine
) -> None:
    env(RASA_REPLICAS=["rasa-2", "http://u:p@rasa:5005"])
    assert staff.get(STATUS).json()["replicas"] == []

"""Intents in and out of files by API, and a sentence that is tried."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.chat.engines.embedded import EmbeddedEngine
from apps.intents.exchange import MAX_BYTES
from apps.intents.models import Example, Intent
from apps.intents.services.project import project_files
from tests.intents.test_intents_api import make

pytestmark = pytest.mark.django_db
BASE = "/api/admin/intents"
CSV = "intent,examples,responses\nbecas,quiero una beca|becas,Pregunta.\nnotas,mis notas\\nver notas,Sí.\n"


def send(api: APIClient, content: bytes | str, name: str = "a.csv", path: str = "upload", **more: str) -> Any:
    raw = content if isinstance(content, bytes) else content.encode()
    return api.post(f"{BASE}/{path}", {"file": SimpleUploadedFile(name, raw), **more}, format="multipart")


@pytest.mark.engines
@pytest.mark.parametrize("path", ["upload", "upload-csv"])
def test_a_table_is_imported(staff: APIClient, admin: User, path: str) -> None:
    answer = send(staff, CSV, path=path)
    body = answer.json()
    assert (answer.status_code, body.pop("message")[:19]) == (200, "Intents importados:")
    assert body == {"created": 2, "updated": 0, "skipped": 0, "errors": [], "notes": []}
    assert sorted(Example.objects.values_list("text", flat=True)) == [
        "becas",
        "mis notas",
        "quiero una beca",
        "ver notas",
    ]
    assert Intent.objects.filter(owner=admin).count() == 2


@pytest.mark.parametrize(
    ("mode", "left"),
    [("", ["viejo"]), ("skip", ["viejo"]), ("merge", ["viejo", "nuevo"]), ("replace", ["nuevo"])],
)
@pytest.mark.parametrize("is_query", [True, False])
def test_the_mode_is_a_field_or_in_the_query(
    staff: APIClient, mode: str, left: list[str], is_query: bool
) -> None:
    make("becas", "viejo")
    path, fields = (f"upload?mode={mode}", {}) if is_query else ("upload", {"mode": mode})
    assert send(staff, "intent,examples,responses\nbecas,nuevo,Sí", path=path, **fields).status_code == 200
    assert list(Example.objects.order_by("position").values_list("text", flat=True)) == left


@pytest.mark.parametrize("path", ["upload", "upload-csv"])
@pytest.mark.parametrize("is_query", [True, False])
def test_a_dry_run_says_what_would_change_and_writes_nothing(
    staff: APIClient, path: str, is_query: bool
) -> None:
    make("becas", "viejo")
    before = staff.get(BASE).json()
    asked = {"mode": "replace", "dry_run": "true"}
    query = "?mode=replace&dry_run=true" if is_query else ""
    rows = CSV + "Mala Fila,uno,dos\n"
    told = send(staff, rows, path=path + query, **({} if is_query else asked)).json()
    assert told.pop("message") == (
        "Se importarían con errores: 1 nuevos, 1 cambiados, 0 sin cambios. Las filas señaladas no entrarían."
    )
    assert told.pop("dry_run") is True
    assert staff.get(BASE).json() == before
    done = send(staff, rows, path=path, mode="replace", dry_run="false").json()
    assert done.pop("message").startswith("Intents importados con errores: 1 nuevos, 1 cambiados")
    assert done == told
    assert Intent.objects.count() == 2


def test_a_dry_run_of_json_is_asked_for_in_the_query(staff: APIClient) -> None:
    one = {"intent": "becas", "examples": ["uno"], "responses": ["Sí."]}
    told = staff.post(f"{BASE}/upload-json?dry_run=true", one, format="json").json()
    assert told["message"] == "Se importarían: 1 nuevos, 0 cambiados, 0 sin cambios."
    assert (told["created"], told["dry_run"]) == (1, True)
    wrong = staff.post(f"{BASE}/upload-json?dry_run=quizás", one, format="json")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "dry_run")
    assert send(staff, CSV, dry_run="quizás").status_code == 422
    assert send(staff, CSV, path="upload?dry_run=&mode=", dry_run="true").json()["dry_run"] is True
    assert not Intent.objects.exists()


def test_a_bad_row_is_named_and_stops_no_other(staff: APIClient) -> None:
    body = send(staff, CSV + "Mala Fila,uno,dos\n").json()
    assert (body["created"], [row["row"] for row in body["errors"]]) == (2, [4])
    assert body["message"].startswith("Intents importados")
    assert Intent.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.csv", b"", 422),
        ("a.csv", b"nombre\nuno", 422),
        ("a.json", b"{", 422),
        ("a.xlsx", b"no", 422),
        ("a.zip", b"no", 422),
        ("a.exe", b"MZ", 422),
        ("a", b"x", 422),
        ("a.csv", b"x" * (MAX_BYTES + 1), 413),
        ("a.csv", b"x" * (MAX_BYTES + 100_000), 413),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing(
    staff: APIClient, name: str, content: bytes, status: int
) -> None:
    answer = send(staff, content, name)
    assert answer.status_code == status, answer.content
    assert not Intent.objects.exists()


def test_a_form_without_a_file_and_a_wrong_mode_are_refused(staff: APIClient) -> None:
    assert staff.post(f"{BASE}/upload", {}, format="multipart").json()["errors"][0]["field"] == "file"
    assert send(staff, CSV, mode="todo").json()["errors"][0]["field"] == "mode"
    broken = staff.post(f"{BASE}/upload", b"x", content_type="multipart/form-data")
    assert (broken.status_code, "file" in broken.json()["detail"]) == (422, True)
    assert staff.post(f"{BASE}/upload", b"x", content_type="text/csv").status_code == 415
    assert not Intent.objects.exists()


@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: [one], lambda one: {"intents": [one]}])
def test_json_itself_may_be_one_intent_or_a_list(staff: APIClient, wrap: Any) -> None:
    one = {"intent": "becas", "examples": ["uno"], "responses": ["Sí."], "id": "x"}
    answer = staff.post(f"{BASE}/upload-json", wrap(one), format="json")
    assert (answer.status_code, answer.json()["created"]) == (200, 1)
    assert Intent.objects.get().examples.get().text == "uno"


@pytest.mark.parametrize(
    ("raw", "status"),
    [(b"", 422), (b"{", 422), (b'"x"', 422), (b"\xff\xfe", 422), (b" " * (MAX_BYTES + 1), 413)],
)
def test_json_that_cannot_be_read_is_refused(staff: APIClient, raw: bytes, status: int) -> None:
    answer = staff.post(f"{BASE}/upload-json", raw, content_type="application/json")
    assert answer.status_code == status, answer.content
    assert not Intent.objects.exists()


def test_a_json_body_may_be_larger_than_other_bodies(staff: APIClient) -> None:
    big = [{"intent": f"i{n}", "examples": ["x" * 400], "responses": ["y" * 1900]} for n in range(600)]
    answer = staff.post(f"{BASE}/upload-json", big, format="json")
    assert (answer.status_code, answer.json()["created"]) == (200, 600)


@pytest.mark.parametrize(
    ("query", "suffix", "kind"),
    [
        ("", "csv", "text/csv"),
        ("?format=csv", "csv", "text/csv"),
        ("?format=json", "json", "application/json"),
        ("?format=xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("?format=rasa", "zip", "application/zip"),
    ],
)
def test_what_goes_out_comes_in_again(staff: APIClient, query: str, suffix: str, kind: str) -> None:
    send(staff, CSV)
    before = staff.get(f"{BASE}").json()
    answer = staff.get(f"{BASE}/export{query}")
    assert answer["Content-Type"].startswith(kind)
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment; filename=intenciones_20")
    assert disposition.endswith(f".{suffix}")
    Intent.objects.all().delete()
    assert send(staff, answer.getvalue(), f"a.{suffix}").json()["created"] == 2
    kept = ("name", "examples", "responses", "requires_auth", "active")
    after = staff.get(f"{BASE}").json()
    assert [[one[key] for key in kept] for one in after] == [[one[key] for key in kept] for one in before]


def test_formats_are_what_they_say(staff: APIClient) -> None:
    send(staff, CSV)
    assert staff.get("/admin/intents/export").content.startswith(b"\xef\xbb\xbfintent,")
    assert json.loads(staff.get(f"{BASE}/export?format=json").content)["intents"][0]["intent"] == "becas"
    with zipfile.ZipFile(io.BytesIO(staff.get(f"{BASE}/export?format=rasa").content)) as archive:
        assert {"domain.yml", "data/nlu.yml", "data/rules.yml"} <= set(archive.namelist())
    assert staff.get(f"{BASE}/export?format=pdf").status_code == 422


def test_the_projects_files_are_read_again(staff: APIClient) -> None:
    make("saludo", "solo este")
    expected = len(project_files().intents)
    body = staff.post("/admin/intents/recargar").json()
    assert body["created"] == Intent.objects.count() - 1 > expected - 6
    assert (body["skipped"], body["errors"]) == (1, [])
    assert Example.objects.filter(intent__name="saludo").count() == 1
    assert staff.post(f"{BASE}/recargar?mode=replace").json()["updated"] == 1
    assert Example.objects.filter(intent__name="saludo").count() > 10


def test_a_sentence_is_understood_by_the_bot_that_answers(staff: APIClient, bot: EmbeddedEngine) -> None:
    staff.post(f"{BASE}/recargar")
    answer = staff.get(f"{BASE}/test", {"text": "cuales son mis horarios"})
    body = answer.json()
    assert (answer.status_code, body["text"], body["intent"]) == (200, "cuales son mis horarios", "horarios")
    assert body["ranking"][0] == {"intent": "horarios", "confidence": body["confidence"]}
    assert (body["engine"], body["model_version"]) == ("embedded", bot.status().model_version)
    assert body["examples"][0]["intent"] == "horarios"
    scores = [near["score"] for near in body["examples"]]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 5
    assert staff.get(f"{BASE}/test").json()["errors"][0]["field"] == "text"


def test_a_sentence_may_be_understood_by_rasa(staff: APIClient, on_rasa: Any) -> None:
    on_rasa()
    body = staff.get(f"{BASE}/test?text=hola").json()
    assert (body["engine"], body["text"], body["examples"]) == ("rasa", "hola", [])
    assert body["ranking"][0]["intent"] == body["intent"]


def test_a_sentence_without_an_engine_is_502(staff: APIClient, on_rasa: Any) -> None:
    on_rasa(RASA_URL="http://127.0.0.1:9")
    answer = staff.get(f"{BASE}/test?text=hola")
    assert (answer.status_code, answer.json()["code"]) == (502, "engine_unavailable")

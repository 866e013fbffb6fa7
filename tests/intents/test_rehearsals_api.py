"""Saved conversations over the API, the sentence that is tried, and the command."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from apps.chat.engines.embedded import EmbeddedEngine
from apps.intents.models import Intent, ModelVersion, SavedConversation
from apps.intents.services.project import project_files
from apps.intents.services.rehearsal_files import add_starters

pytestmark = pytest.mark.django_db
BASE = "/api/admin/saved-conversations"
TEST = "/api/admin/intents/test"
HELLO = {"say": "hola"}


def sent(staff: APIClient, **body: Any) -> Any:
    return staff.post(BASE, {"name": "Prueba", "turns": [HELLO], **body}, format="json")


@pytest.fixture
def version(bot: EmbeddedEngine) -> ModelVersion:
    """The active model's row."""
    pointer = bot.pointed()
    assert pointer
    return ModelVersion.objects.create(
        name=pointer.version,
        engine="embedded",
        file=pointer.file,
        sha256=pointer.sha256,
        data_hash=pointer.data_hash,
    )


# saved conversations


@pytest.mark.engines
def test_a_conversation_is_saved_read_changed_and_deleted(staff: APIClient, bot: EmbeddedEngine) -> None:
    answer = sent(staff, description="Saludo", turns=[HELLO, {"say": "/menu", "intent": "menu"}])
    body = answer.json()
    assert (answer.status_code, body["message"]) == (201, "Conversación de prueba guardada.")
    one = body["conversation"]
    row = SavedConversation.objects.get()
    assert (one["id"], one["name"], one["active"]) == (str(row.pk), "Prueba", True)
    assert one["turns"] == row.turns
    assert row.turns[0]["intent"] == "saludo"  # as the bot answers now
    assert row.turns[0]["buttons"] == ["Académica", "Administrativa", "Soporte"]
    assert row.turns[1]["messages"] == []  # as it was sent
    assert row.created_by is not None
    assert staff.get(f"{BASE}/{row.pk}").json() == one
    answer = staff.put(f"{BASE}/{row.pk}", {"active": False, "name": "Otra"}, format="json")
    assert answer.json()["conversation"]["turns"] == one["turns"]
    row.refresh_from_db()
    assert (row.name, row.is_active, row.description) == ("Otra", False, "Saludo")
    assert staff.delete(f"{BASE}/{row.pk}").status_code == 200
    assert staff.get(f"{BASE}/{row.pk}").status_code == 404


def test_the_list_is_filtered_paged_and_costs_the_same(
    staff: APIClient, django_assert_num_queries: Callable[..., Any]
) -> None:
    make = [SavedConversation(name=f"n{n:02}", turns=[HELLO], is_active=n % 2 == 0) for n in range(20)]
    make[0].save()
    staff.get(BASE)
    with django_assert_num_queries(2):
        assert len(staff.get(BASE).json()) == 1
    SavedConversation.objects.bulk_create(make[1:])
    with django_assert_num_queries(2):
        assert [row["name"] for row in staff.get(BASE).json()][:2] == ["n00", "n01"]
    assert len(staff.get(f"{BASE}?active=true&q=").json()) == 10
    assert len(staff.get(f"{BASE}?active=undefined").json()) == 20
    assert [row["name"] for row in staff.get(f"{BASE}?q=N1&active=false&limit=2&offset=1").json()] == [
        "n13",
        "n15",
    ]
    page = staff.get(f"{BASE}?page=2&page_size=15").json()
    assert (len(page["items"]), page["total"], page["page"]) == (5, 20, 2)
    assert staff.get(f"{BASE}?q=%25").json() == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": 5}, "name"),
        ({"turns": []}, "turns"),
        ({"turns": "hola"}, "turns"),
        ({"turns": [HELLO, {"say": 3}]}, "turns.2"),
        ({"active": "sí"}, "active"),
        ({"description": "x" * 1001}, "description"),
    ],
)
def test_a_wrong_conversation_is_refused_by_its_field(
    staff: APIClient, body: dict[str, Any], field: str
) -> None:
    answer = sent(staff, **body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert not SavedConversation.objects.exists()


def test_a_name_is_taken_once_and_unknown_keys_are_404(staff: APIClient) -> None:
    assert sent(staff).status_code == 201
    answer = sent(staff)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "Ya existe" in answer.json()["detail"]
    for key in ("nada", "00000000-0000-0000-0000-000000000000"):
        assert staff.get(f"{BASE}/{key}").status_code == 404
        assert staff.post(f"{BASE}/{key}/accept", {}, format="json").status_code == 404


@pytest.mark.engines
def test_all_are_run_and_what_is_answered_is_accepted(staff: APIClient, bot: EmbeddedEngine) -> None:
    sent(staff, name="Bien")
    sent(staff, turns=[{"say": "hola", "intent": "otra"}, {"say": "/menu", "intent": "otra"}])
    body = staff.post(f"{BASE}/run").json()
    assert (body["passed"], len(body["failed"])) == (1, 1)
    assert body["model_version"] == bot.status().model_version
    failure = body["failed"][0]
    assert (failure["name"], failure["turn"], failure["expected"]) == ("Prueba", 1, "otra")
    assert failure["got"].startswith("saludo · «Hola")
    key = SavedConversation.objects.get(name="Prueba").pk
    answer = staff.post(f"{BASE}/{key}/accept", {"turns": [2]}, format="json").json()
    assert (answer["changed"], answer["conversation"]["turns"][1]["intent"]) == (1, "menu")
    assert staff.post(f"{BASE}/run").json()["passed"] == 1
    assert staff.post(f"{BASE}/{key}/accept").json()["changed"] == 1
    assert staff.post(f"{BASE}/run").json()["failed"] == []
    for turns in ([0], [51], ["x"], "x", [3]):
        answer = staff.post(f"{BASE}/{key}/accept", {"turns": turns}, format="json")
        assert answer.status_code == 422, turns


def test_too_many_for_a_request_are_left_to_the_command(
    staff: APIClient, bot: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.intents.views.rehearsals.RUN_SECONDS", 0)
    sent(staff)
    answer = staff.post(f"{BASE}/run")
    assert (answer.status_code, answer.json()["code"]) == (422, "too_long")
    assert "manage.py rehearse" in answer.json()["detail"]


def test_with_rasa_conversations_are_kept_but_not_rehearsed(staff: APIClient, on_rasa: Any) -> None:
    on_rasa()
    assert sent(staff).status_code == 201
    row = SavedConversation.objects.get()
    assert row.turns[0]["intent"] is None
    for path in ("run", f"{row.pk}/accept"):
        answer = staff.post(f"{BASE}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (409, "engine_not_rehearsed")


# a sentence


def test_a_sentence_is_tried_with_its_answer(staff: APIClient, bot: EmbeddedEngine) -> None:
    body = staff.get(TEST, {"text": "ver mis certificados"}).json()
    assert (body["intent"], body["is_understood"], body["classifier"]) == ("ver_certificados", True, "linear")
    assert 0 < body["threshold"] < 1
    assert body["messages"][1] == {
        "custom": {"type": "auth_needed", "message": "Inicia sesión para continuar."}
    }
    body = staff.get(TEST, {"text": "ver mis certificados", "verified": "true"}).json()
    assert "No encuentro certificados" in body["messages"][0]["text"]
    body = staff.get(TEST, {"text": "me puedes pedir una pizza"}).json()
    assert (body["is_understood"], bool(body["intent"])) == (False, True)
    assert body["confidence"] < body["threshold"]
    assert body["messages"][0]["buttons"][-1]["title"] == "Menú principal"
    body = staff.get(TEST, {"text": "/menu"}).json()
    assert (body["intent"], body["is_understood"], body["confidence"]) == ("menu", True, 1.0)
    assert not staff.get(TEST, {"text": "/nada"}).json()["is_understood"]


def test_a_sentence_is_tried_on_another_model(staff: APIClient, version: ModelVersion) -> None:
    answer = staff.get(TEST, {"text": "hola", "model": version.name})
    assert (answer.json()["model_version"], answer.json()["intent"]) == (version.name, "saludo")
    ModelVersion.objects.update(sha256="0" * 64)
    for name, code in ((version.name, "unreadable"), ("../x", "unknown"), ("nada", "unknown")):
        answer = staff.get(TEST, {"text": "hola", "model": name})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code), name
    assert staff.get(TEST, {"text": "hola", "verified": "quizás"}).status_code == 422


def test_with_rasa_a_sentence_has_no_preview_but_an_embedded_model_has(
    staff: APIClient, version: ModelVersion, on_rasa: Any
) -> None:
    on_rasa()
    body = staff.get(TEST, {"text": "hola"}).json()
    assert (body["engine"], body["messages"], body["threshold"]) == ("rasa", None, None)
    body = staff.get(TEST, {"text": "hola", "model": version.name}).json()
    assert body["engine"] == "embedded"
    assert body["messages"]


# the command


def run(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("rehearse", *arguments, stdout=out, no_color=True)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_what_fails_and_exits_with_1(bot: EmbeddedEngine) -> None:
    assert "agregadas: 9" in run("--add-starters")[1]
    code, out = run()
    assert (code, "9 bien, 0 mal" in out) == (0, True)
    SavedConversation.objects.create(name="Mala", turns=[{"say": "hola", "intent": "otra"}])
    code, out = run()
    assert code == 1
    assert "✗ Mala, turno 1: «hola»\n    se esperaba  otra\n    respondió    saludo" in out
    assert run("--name", "Terminar")[0] == 0
    code, out = run("--json", "--name", "Mala")
    found = json.loads(out)
    assert (code, found["passed"], found["failed"][0]["turn"], found["untried"]) == (1, 0, 1, [])
    assert found["model"] == bot.status().model_version
    for wrong in (("--name", "nada"), ("--model", "nada")):
        with pytest.raises(CommandError):
            run(*wrong)


def test_the_command_writes_and_reads_files(bot: EmbeddedEngine, tmp_path: Path) -> None:
    add_starters()
    file = tmp_path / "pruebas.json"
    run("--export", str(file))
    SavedConversation.objects.all().delete()
    assert "Creadas: 9 · cambiadas: 0" in run("--import", str(file))[1]
    for path in (tmp_path, tmp_path / "nada.json"):
        with pytest.raises(CommandError, match="No se puede usar"):
            run("--import", str(path))
    file.write_text('[{"name": "a", "turns": [{"say": 1}]}]')
    with pytest.raises(CommandError, match=r"«a».*Turno 1"):
        run("--import", str(file))


def test_the_first_start_brings_conversations_and_the_next_leaves_them(
    bot: EmbeddedEngine, env: Any, tmp_path: Path, settings: Any
) -> None:
    settings.DEBUG = True  # no static files
    call_command("bootstrap", stdout=StringIO(), stderr=StringIO())
    assert Intent.objects.count() > len(project_files().intents) - 5
    assert SavedConversation.objects.count() == 9
    SavedConversation.objects.all().delete()
    call_command("bootstrap", stdout=StringIO(), stderr=StringIO())
    assert not SavedConversation.objects.exists()

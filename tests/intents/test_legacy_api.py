"""The old system's verb-style paths: the same services."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from apps.intents.knowledge import IntentData
from apps.intents.models import Intent
from apps.intents.services.intents import create_intent
from tests.intents.test_intents_api import NEW
from tutorbot.env import Env

pytestmark = pytest.mark.django_db
BASE = "/api/legacy/admin"


def test_the_verbs_make_find_change_and_delete(staff: APIClient) -> None:
    assert staff.post(f"{BASE}/add-intent", NEW).status_code == 201
    assert [one["intent"] for one in staff.get(f"{BASE}/intents").json()] == ["becas"]
    assert staff.get(f"{BASE}/intents/buscar?intent=BEC&example=una beca").json()[0]["name"] == "becas"
    assert staff.get(f"{BASE}/intents/buscar?example=.*").json() == []
    assert staff.put(f"{BASE}/update-intent", {"intent": "becas", "title": "Uno"}).status_code == 200
    assert Intent.objects.get().title == "Uno"
    assert staff.put(f"{BASE}/update-intent", {"title": "Dos"}).json()["errors"][0]["field"] == "intent"
    assert staff.put(f"{BASE}/update-intent/becas", {"title": "Dos"}).status_code == 200
    assert Intent.objects.get().title == "Dos"
    assert staff.put(f"{BASE}/update-intent/nadie", {"title": "Dos"}).status_code == 404
    assert staff.delete(f"{BASE}/delete-intent/becas").json() == {"message": "Intención eliminada."}
    assert staff.delete(f"{BASE}/delete-intent/becas").status_code == 404


def test_intents_are_loaded_as_json_or_from_a_file(staff: APIClient) -> None:
    answer = staff.post(f"{BASE}/cargar_intent", [NEW], format="json").json()
    assert answer["message"].startswith("Intents importados")
    assert (answer["created"], answer["skipped"], answer["errors"]) == (1, 0, [])
    file = SimpleUploadedFile("a.csv", b"intent,examples,responses\nbecas,nuevo,Si\notra,uno|dos,Si")
    body = staff.post(f"{BASE}/cargar_intent", {"file": file, "mode": "replace"}, format="multipart").json()
    assert (body["created"], body["updated"]) == (1, 1)
    assert Intent.objects.get(name="becas").examples.get().text == "nuevo"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "intents"),
        ("get", "intents/buscar"),
        ("post", "add-intent"),
        ("put", "update-intent"),
        ("put", "update-intent/becas"),
        ("delete", "delete-intent/becas"),
        ("post", "cargar_intent"),
    ],
)
def test_without_the_setting_they_do_not_exist(
    staff: APIClient, env: Callable[..., Env], method: str, path: str
) -> None:
    create_intent(data=IntentData("becas"))
    env(ENABLE_INTENT_LEGACY=False)
    answer = getattr(staff, method)(f"{BASE}/{path}", NEW if method != "get" else None)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert Intent.objects.count() == 1

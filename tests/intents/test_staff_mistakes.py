"""What staff may write, and what it must not do to the bot, to the start and to other intents."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from apps.chat.engines.embedded import EmbeddedEngine
from apps.core.errors import Invalid
from apps.intents.knowledge import IntentData
from apps.intents.models import Example, Intent
from apps.intents.services import intents as service
from apps.intents.services.sync import sync_from_files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_static_files(settings: Any) -> None:
    """The start of a developer: static files are not copied."""
    settings.DEBUG = True


def start() -> str:
    said = StringIO()
    call_command("bootstrap", stdout=said, stderr=said)
    return said.getvalue()


def test_a_sentence_in_two_intents_does_not_keep_the_server_from_starting(bot: EmbeddedEngine) -> None:
    sync_from_files()
    shared = Example.objects.filter(intent__name="despedida").first()
    afirmar = Intent.objects.get(name="afirmar")
    texts = [*afirmar.examples.values_list("text", flat=True), shared.text]
    service.change_intent(intent=afirmar, examples=texts)
    before = bot.active_data_hash()
    assert "Responde el modelo anterior." in start()
    assert bot.active_data_hash() == before


def test_an_intent_that_staff_deleted_does_not_come_back_at_the_next_start(bot: EmbeddedEngine) -> None:
    sync_from_files()
    service.delete_intent(intent=Intent.objects.get(name="aprender_tema"))
    start()
    assert not Intent.objects.filter(name="aprender_tema").exists()


def test_blank_cells_of_a_replacing_import_clear_nothing(api: Any, admin: Any, bearer: Any) -> None:
    service.create_intent(data=IntentData("prueba", ("uno", "dos"), ()))
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("i.csv", b"intent,examples,responses,title\nprueba,,,Nuevo\n")
    answer = api.post(
        "/api/admin/intents/upload?mode=replace", {"file": file}, format="multipart", headers=bearer(admin)
    )
    assert answer.json()["updated"] == 1
    row = Intent.objects.get()
    assert (row.title, row.examples.count()) == ("Nuevo", 2)


@pytest.mark.parametrize("name", ["need_auth", "default", "fallback", "nlu_fallback", "session_start"])
def test_the_bots_own_names_cannot_be_taken(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        service.create_intent(data=IntentData(name, ("algo",)))
    assert caught.value.errors[0]["code"] in {"reserved_name"}


def test_control_characters_break_no_export(api: Any, admin: Any, bearer: Any) -> None:
    body = {"intent": "prueba", "examples": ["hola\u0007 x"], "responses": ["a\u0007b"], "title": "t\u0007"}
    assert api.post("/api/admin/intents", body, headers=bearer(admin)).status_code == 201
    assert Example.objects.get().text == "hola x"
    for kind in ("csv", "json", "xlsx", "rasa"):
        answer = api.get(f"/api/admin/intents/export?format={kind}", headers=bearer(admin))
        assert answer.status_code == 200, kind


def test_two_people_change_different_things_of_one_intent(db: None) -> None:
    service.create_intent(data=IntentData("prueba", ("uno",)))
    mine, theirs = Intent.objects.get(), Intent.objects.get()
    service.change_intent(intent=theirs, is_active=False)
    service.change_intent(intent=mine, title="Nuevo")
    row = Intent.objects.get()
    assert (row.title, row.is_active) == ("Nuevo", False)


def test_a_long_text_shared_by_many_cells_of_a_sheet_is_refused() -> None:
    import io
    import zipfile

    import openpyxl

    from apps.intents.exchange import read_file

    book, made = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["intent", "examples", "responses"])
    book.active.append(["prueba", "x" * 30_000, "a"])
    book.save(made)
    parts, out = zipfile.ZipFile(made), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in parts.namelist():
            packed.writestr(name, parts.read(name).replace(b"x" * 30_000, b"x" * 900_000))
    with pytest.raises(Invalid) as caught:
        list(read_file(name="i.xlsx", content=out.getvalue()))
    assert caught.value.code == "too_large"

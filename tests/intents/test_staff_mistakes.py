"""What staff may write, and what it must not do to the bot, to the start and to other intents."""

import io
import zipfile
from collections.abc import Callable
from io import StringIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from apps.chat.engines.embedded import EmbeddedEngine
from apps.core.errors import Invalid
from apps.intents.botproject import own
from apps.intents.exchange import read_file
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


@pytest.mark.slow
def test_an_intent_that_staff_deleted_does_not_come_back_at_the_next_start(bot: EmbeddedEngine) -> None:
    sync_from_files()
    service.delete_intent(intent=Intent.objects.get(name="aprender_tema"))
    start()
    assert not Intent.objects.filter(name="aprender_tema").exists()


def test_blank_cells_of_a_replacing_import_clear_nothing(api: Any, admin: Any, bearer: Any) -> None:
    service.create_intent(data=IntentData("prueba", ("uno", "dos"), ()))
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


def doctored(change: Callable[[str, bytes], bytes], *rows: list[str]) -> bytes:
    """A sheet whose parts somebody has changed."""
    book, made, out = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    for row in (["intent", "examples", "responses"], *rows):
        book.active.append(row)
    book.save(made)
    parts = zipfile.ZipFile(made)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in parts.namelist():
            packed.writestr(name, change(name, parts.read(name)))
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            lambda: doctored(
                lambda name, part: part.replace(b"x" * 30_000, b"x" * 900_000), ["prueba", "x" * 30_000, "a"]
            ),
            id="a long text, which many cells may share",
        ),
        pytest.param(
            lambda: doctored(
                lambda name, part: part.replace(b"</sheetData>", b"<row/>" * 2_000_000 + b"</sheetData>")
            ),
            id="millions of empty rows",
        ),
    ],
)
def test_a_sheet_that_unpacks_to_more_than_a_table_is_refused(content: Callable[[], bytes]) -> None:
    with pytest.raises(Invalid) as caught:
        read_file(name="i.xlsx", content=content())
    assert caught.value.code == "too_large"


def test_no_name_takes_over_what_the_bot_says_by_itself() -> None:
    with pytest.raises(Invalid) as caught:
        service.create_intent(data=IntentData("humano_confirmado", ("algo",)))
    assert caught.value.errors[0]["code"] == "reserved_name"


def test_many_intents_are_deleted_without_reading_the_files_for_each() -> None:
    own._read.cache_clear()
    for name in ("una", "dos", "tres"):
        service.delete_intent(intent=service.create_intent(data=IntentData(name, ("algo",))))
    assert own._read.cache_info().misses == 1

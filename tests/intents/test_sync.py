"""rasa/ and the database kept together."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.chat.engines.project import Response
from apps.intents.knowledge import IntentData, knowledge_of
from apps.intents.models import Example, Intent, Origin
from apps.intents.selectors import known_intents
from apps.intents.services import build_project, sync_from_files
from apps.intents.services.intents import change_intent, create_intent
from apps.intents.services.project import project_files

pytestmark = pytest.mark.django_db


@pytest.mark.engines
def test_the_files_come_into_the_database_once() -> None:
    report = sync_from_files()
    assert (report.created, report.updated, report.skipped, report.errors) == (53, 0, 0, [])
    files = sorted(knowledge_of(project_files()), key=lambda one: one.name)
    assert known_intents() == files
    assert set(Example.objects.values_list("origin", flat=True)) == {Origin.FILES}
    again = sync_from_files()
    assert (again.created, again.updated, again.skipped) == (0, 0, 53)


def test_replacing_what_is_the_same_changes_nothing() -> None:
    sync_from_files()
    report = sync_from_files(mode="replace")
    assert (report.created, report.updated, report.skipped) == (0, 0, 53)


def test_staff_changes_stay_until_the_files_are_to_win() -> None:
    sync_from_files()
    before = known_intents(["saludo"])[0]
    change_intent(
        intent=Intent.objects.get(name="saludo"), answers=[Response(text="Quiubo")], is_active=False
    )
    sync_from_files()
    assert known_intents(["saludo"])[0].answers == (Response(text="Quiubo"),)
    report = sync_from_files(mode="merge")
    assert report.updated == 1
    assert known_intents(["saludo"])[0].answers == (Response(text="Quiubo"), *before.answers)
    sync_from_files(mode="replace")
    after = known_intents(["saludo"])[0]
    assert (after.answers, after.is_active) == (before.answers, False)


def test_an_intent_of_staff_alone_is_never_touched() -> None:
    create_intent(data=IntentData("propia", ("mi frase",), (Response(text="Sí."),)))
    sync_from_files(mode="replace")
    assert known_intents(["propia"]) == [IntentData("propia", ("mi frase",), (Response(text="Sí."),))]


def test_a_dry_run_writes_nothing() -> None:
    assert sync_from_files(dry_run=True).created == 53
    assert not Intent.objects.exists()


def test_the_project_from_the_database_is_the_files_project() -> None:
    files = build_project()
    sync_from_files()
    joined = build_project()
    assert (joined.intents, joined.responses, joined.synonyms) == (
        files.intents,
        files.responses,
        files.synonyms,
    )
    assert joined.data_hash() == build_project().data_hash()


def test_a_start_fills_an_empty_database_and_keeps_a_full_one(settings: Any, env: Any) -> None:
    settings.DEBUG = True
    env(RASA_URL="http://127.0.0.1:1")
    said = bootstrap()
    assert "Intenciones de rasa/ en la base de datos: 53." in said
    change_intent(intent=Intent.objects.get(name="saludo"), title="Otro")
    assert "Intenciones" not in bootstrap()
    assert Intent.objects.get(name="saludo").title == "Otro"


def test_a_missing_project_is_one_line(settings: Any, env: Any, tmp_path: Any) -> None:
    settings.DEBUG = True
    settings.BASE_DIR = tmp_path
    env(RASA_URL="http://127.0.0.1:1")
    with pytest.raises(CommandError, match="No existe la carpeta"):
        bootstrap()


def bootstrap() -> str:
    out = StringIO()
    call_command("bootstrap", stdout=out, no_color=True)
    return out.getvalue()

"""Making, changing and deleting intents."""

import pytest

from apps.chat.engines.project import Response
from apps.core.errors import Conflict, Invalid, NotFound
from apps.intents.knowledge import IntentData
from apps.intents.models import Answer, Example, Intent
from apps.intents.selectors import intents_matching, known_intents
from apps.intents.services import sync_from_files
from apps.intents.services.intents import change_intent, create_intent, delete_intent, intent_named

pytestmark = pytest.mark.django_db
FULL = IntentData(
    "notas",
    ("mis notas", "notas de [inglés](curso:idioma)"),
    (
        Response(text="Aquí.", buttons=({"title": "Volver", "payload": "/menu"},)),
        Response(custom={"cards": [1]}),
    ),
    "Notas",
    "Las del curso",
    requires_auth=True,
    is_active=False,
    tags="a,b",
)


@pytest.mark.engines
def test_an_intent_is_kept_as_it_was_given() -> None:
    create_intent(data=FULL)
    assert known_intents() == [FULL]


@pytest.mark.engines
def test_a_taken_name_is_a_conflict_and_writes_nothing() -> None:
    create_intent(data=FULL)
    with pytest.raises(Conflict, match="ya existe"):
        create_intent(data=IntentData("notas", ("otra",)))
    assert known_intents() == [FULL]


@pytest.mark.engines
def test_a_change_keeps_what_it_does_not_speak_of() -> None:
    row = create_intent(data=FULL)
    change_intent(intent=row, examples=["mis notas", "otra"], title="Tus notas", origin="import")
    (one,) = known_intents()
    assert (one.title, one.examples, one.answers, one.tags) == (
        "Tus notas",
        ("mis notas", "otra"),
        FULL.answers,
        "a,b",
    )
    assert [e.origin for e in Example.objects.order_by("position")] == ["staff", "import"]
    assert intent_named("notas").updated_at > intent_named("notas").created_at


def test_sentences_that_differ_in_signs_alone_are_one() -> None:
    create_intent(data=IntentData("notas", ("Mis notas", "  mis   NOTAS! ", "¿mis nótas?", "otras", " ")))
    assert known_intents()[0].examples == ("Mis notas", "otras")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (IntentData("Con Espacio"), "intent"),
        (IntentData("año"), "intent"),
        (IntentData("x" * 65), "intent"),
        (IntentData("uno", title="t" * 81), "title"),
        (IntentData("uno", tags="t" * 201), "tags"),
        (IntentData("uno", ("a" * 501,)), "examples"),
        (IntentData("uno", ("[a](b",)), "examples"),
        (IntentData("uno", (), (Response(text=" "),)), "responses"),
        (IntentData("uno", (), (Response(text="a" * 2001),)), "responses"),
        (IntentData("uno", (), (Response(image="https://x.co/" + "a" * 490),)), "responses"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(data: IntentData, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        create_intent(data=data)
    assert [error["field"] for error in caught.value.errors] == [field]
    assert not Intent.objects.exists()


def test_too_long_a_title_is_refused_in_a_change_too() -> None:
    row = create_intent(data=FULL)
    with pytest.raises(Invalid):
        change_intent(intent=row, title="t" * 81)
    assert known_intents() == [FULL]


@pytest.mark.engines
def test_an_intent_that_special_rules_name_cannot_be_deleted() -> None:
    sync_from_files()
    with pytest.raises(Conflict, match="la usan las reglas «"):
        delete_intent(intent=intent_named("afirmar"))
    assert Intent.objects.count() == 53


@pytest.mark.engines
def test_another_is_deleted_with_all_that_is_its() -> None:
    row = create_intent(data=FULL)
    delete_intent(intent=row)
    assert [model.objects.count() for model in (Intent, Example, Answer)] == [0, 0, 0]
    with pytest.raises(NotFound):
        intent_named("notas")


def test_intents_are_found_by_name_title_and_example_without_accents() -> None:
    create_intent(data=FULL)
    create_intent(data=IntentData("otra", ("quiero un certificado",)))
    found = [[row.name for row in intents_matching(q=q)] for q in ("notas", "Otra", "INGLES", "%")]
    assert found == [["notas"], ["otra"], ["notas"], []]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "ftp://x"])
def test_an_address_that_runs_something_is_refused(url: str) -> None:
    for answer in (Response(text="a", buttons=({"title": "b", "url": url},)), Response(text="a", image=url)):
        with pytest.raises(Invalid, match="no sirve") as refused:
            create_intent(data=IntentData("enlace", ("algo",), (answer,)))
        assert refused.value.errors[0]["code"] == "invalid_address"


@pytest.mark.parametrize(
    "url", ["https://x.co", "HTTP://x.co", "mailto:a@b.co", "tel:+57601", "/menu", "{enlace}"]
)
def test_an_address_that_opens_something_is_taken(url: str) -> None:
    answer = Response(text="a", buttons=({"title": "b", "url": url},))
    assert create_intent(data=IntentData("enlace", ("algo",), (answer,))).name == "enlace"

"""What an import makes of the intents that are there."""

from typing import Any

import pytest

from apps.chat.engines.project import Response
from apps.core.errors import Invalid
from apps.intents.exchange import ImportReport, ImportRow, Mode, read_file, rows_of_json
from apps.intents.knowledge import IntentData
from apps.intents.models import Answer, Example, Intent, Origin
from apps.intents.selectors import known_intents
from apps.intents.services.importing import import_intents
from apps.intents.services.intents import change_intent, create_intent

pytestmark = pytest.mark.django_db
HEADER = "intent,examples,responses,title,requires_auth\n"


def load(text: str, mode: Mode = "skip", **options: Any) -> ImportReport:
    rows = read_file(name="x.csv", content=(HEADER + text).encode())
    return import_intents(rows=rows, mode=mode, **options)


def counts(report: ImportReport) -> tuple[int, int, int]:
    return report.created, report.updated, report.skipped


@pytest.fixture
def there(db: None) -> Intent:
    data = IntentData(
        "notas", ("mis notas", "ver notas"), (Response(text="Aquí."),), "Notas", requires_auth=True
    )
    return create_intent(data=data)


@pytest.mark.engines
def test_new_intents_are_made_with_everything(admin: Any) -> None:
    report = load("uno,a uno|b uno,Hola|Buenas,Uno,si\ndos,a dos,Chao,,\n", owner=admin)
    assert counts(report) == (2, 0, 0)
    assert known_intents() == [
        IntentData("dos", ("a dos",), (Response(text="Chao"),)),
        IntentData(
            "uno", ("a uno", "b uno"), (Response(text="Hola"), Response(text="Buenas")), "Uno", "", True
        ),
    ]
    assert set(Example.objects.values_list("origin", flat=True)) == {Origin.IMPORT}
    assert Intent.objects.filter(owner=admin).count() == 2


@pytest.mark.engines
def test_skip_leaves_what_exists_alone(there: Intent) -> None:
    before = known_intents()
    assert counts(load("notas,otra frase,Otra.,Otra,no\n")) == (0, 0, 1)
    assert known_intents() == before


@pytest.mark.engines
def test_merge_adds_what_is_missing_and_nothing_else(there: Intent) -> None:
    report = load("notas,MIS NOTAS!|quiero mis notas,Aquí.|Allá.,Otra,no\n", "merge")
    assert counts(report) == (0, 1, 0)
    (change,) = report.changes
    assert (change.examples_added, change.examples_removed, change.answers_added) == (
        ["quiero mis notas"],
        [],
        1,
    )
    answers = (Response(text="Aquí."), Response(text="Allá."))
    examples = ("mis notas", "ver notas", "quiero mis notas")
    assert known_intents() == [IntentData("notas", examples, answers, "Notas", requires_auth=True)]
    assert [e.origin for e in Example.objects.order_by("position")] == ["staff", "staff", "import"]
    assert counts(load("notas,quiero mis notas,Allá.,,\n", "merge")) == (0, 0, 1)


@pytest.mark.engines
def test_replace_makes_it_just_so(there: Intent) -> None:
    report = load("notas,ver notas|nueva,Otra.,Otra,no\n", "replace")
    assert counts(report) == (0, 1, 0)
    assert report.changes[0].examples_removed == ["mis notas"]
    assert report.changes[0].fields == ["requires_auth", "title"]
    assert known_intents() == [IntentData("notas", ("ver notas", "nueva"), (Response(text="Otra."),), "Otra")]
    assert Example.objects.count() == 2
    assert Answer.objects.count() == 1


def test_replace_leaves_alone_what_the_file_does_not_speak_of(there: Intent) -> None:
    rows = rows_of_json({"intent": "notas", "responses": ["Otra."]})
    import_intents(rows=rows, mode="replace")
    (one,) = known_intents()
    assert one == IntentData(
        "notas", ("mis notas", "ver notas"), (Response(text="Otra."),), "Notas", "", True
    )


@pytest.mark.engines
def test_a_bad_intent_is_told_with_its_line_and_nothing_of_it_is_written(there: Intent) -> None:
    broken, long = "[x](", "y" * 501
    report = load(
        f"Con Espacio,a,b,,\nuno,bien,Bien,,\nuno,{broken},Más,,\ncertificación,a,b,,\n"
        f"notas,{long},b,,\ndos,a dos,Dos,,\ntres,a,b,{'t' * 81},\n",
        "replace",
    )
    assert [error["row"] for error in report.errors] == [2, 4, 5, 6, 8]
    assert counts(report) == (1, 0, 0)
    assert [one.name for one in known_intents()] == ["dos", "notas"]
    assert known_intents(["notas"])[0].examples == ("mis notas", "ver notas")


def test_rows_of_one_intent_are_put_together() -> None:
    report = load("uno,a uno,Uno,,\ndos,b,B,,\nuno,c uno|A UNO,Uno|Dos,Título,true\n")
    assert counts(report) == (2, 0, 0)
    one = known_intents(["uno"])[0]
    assert (one.examples, one.title, one.requires_auth) == (("a uno", "c uno"), "Título", True)
    assert [answer.text for answer in one.answers] == ["Uno", "Dos"]


def test_a_dry_run_tells_and_writes_nothing(there: Intent) -> None:
    before = known_intents()
    report = load("notas,nueva,Otra.,,\nuno,a,b,,\n", "replace", dry_run=True)
    assert counts(report) == (1, 1, 0)
    assert [(change.intent, change.action) for change in report.changes] == [
        ("notas", "update"),
        ("uno", "create"),
    ]
    assert known_intents() == before


def test_the_same_file_a_second_time_changes_nothing() -> None:
    text = "uno,a uno|b uno,Hola,Uno,true\n"
    load(text, "replace")
    stamp = Intent.objects.get().updated_at
    assert counts(load(text, "replace")) == (0, 0, 1)
    assert Intent.objects.get().updated_at == stamp


def test_another_mode_is_refused() -> None:
    with pytest.raises(Invalid, match="skip, merge o replace"):
        load("uno,a,b,,\n", "overwrite")  # type: ignore[arg-type]


def test_rows_of_an_intent_may_stand_anywhere_and_are_read_twice_not_kept() -> None:
    lines = [f"i{n % 300},frase {n},Respuesta {n % 300}," for n in range(900)]
    report = load("\n".join([*lines, "Mala,x,y,", ""]))
    assert counts(report) == (300, 0, 0)
    assert (len(report.changes), [error["row"] for error in report.errors]) == (200, [902])
    assert known_intents(["i7"])[0].examples == ("frase 7", "frase 307", "frase 607")
    assert import_intents(rows=iter(rows_of_json({"intent": "uno", "examples": ["a"]}))).created == 1


def test_merging_leaves_an_answer_and_its_dates_alone(there: Intent) -> None:
    dated = Response("Aquí.", valid_until="2026-05-31")
    change_intent(intent=there, answers=(dated,))
    assert counts(load("notas,mis notas,Aquí.,,\n", "merge")) == (0, 0, 1)
    assert known_intents()[0].answers == (dated,)
    assert counts(load("notas,mis notas,Aquí.,,\n", "replace")) == (0, 1, 0)
    assert known_intents()[0].answers == (Response("Aquí."),)
    text = 'notas,mis notas,"{""text"": ""Aquí."", ""valid_until"": ""31/05/2026""}",,\n'
    assert "no es una fecha" in load(text, "replace").errors[0]["message"]
    text = text.replace("31/05/2026", "2026-05-31")
    assert counts(load(text, "replace")) == (0, 1, 0)
    assert known_intents()[0].answers == (dated,)


def test_a_sentence_that_another_intent_has_is_told_and_not_refused() -> None:
    create_intent(data=IntentData("claves", ("olvidé mi contraseña", "recuperar la clave")))
    rows = [
        ImportRow(2, IntentData("parqueo", ("¿hay parqueadero?", "Olvidé mi contraseña."))),
        ImportRow(3, IntentData("carros", ("hay parqueadero",))),
    ]
    for dry_run in (True, False):
        report = import_intents(rows=rows, dry_run=dry_run)
        assert report.errors == []
        assert sorted(report.notes) == [
            "«Olvidé mi contraseña.» queda en «parqueo» y en «claves»: así no se puede entrenar.",
            "«hay parqueadero» queda en «carros» y en «parqueo»: así no se puede entrenar.",
        ]
    assert import_intents(rows=rows).notes == ()

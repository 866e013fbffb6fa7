"""What staff decide about a group: whole or not at all, once, and it can be undone."""

from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.core.errors import AppError, Conflict, Invalid, NotFound
from apps.intents.knowledge import IntentData
from apps.intents.models import Example, Intent, ReviewGroup, ReviewItem
from apps.intents.services.intents import change_intent, create_intent
from apps.intents.services.review import decisions
from apps.intents.services.review.personal import personal_data_in
from apps.intents.services.review.teaching import Wording
from tests.intents.review_inbox import group_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def evidencias() -> Intent:
    return create_intent(data=IntentData("evidencias", ("subir evidencia", "entregar evidencia")))


def texts(intent: Intent) -> list[str]:
    return list(intent.examples.order_by("position").values_list("text", flat=True))


@pytest.mark.engines
def test_all_wordings_of_a_group_become_examples_that_know_their_turn(
    evidencias: Intent, soporte: User
) -> None:
    group = group_of("No sube la evidencia", "la evidencia no carga")
    before = evidencias.updated_at
    decided = decisions.assign_group(group=group.pk, intent="evidencias", by=soporte)
    assert (decided.taught.added, decided.taught.known, decided.taught.refused) == (2, 0, [])
    assert texts(evidencias) == [
        "subir evidencia",
        "entregar evidencia",
        "No sube la evidencia",
        "la evidencia no carga",
    ]
    example = Example.objects.get(text="No sube la evidencia")
    item = ReviewItem.objects.get(text="No sube la evidencia")
    assert (example.origin, example.source_turn_id, example.key) == (
        "review",
        item.turn_id,
        "no sube la evidencia",
    )
    assert item.example_id == example.pk
    row = decided.group
    assert (row.state, row.intent, row.decided_by) == ("assigned", evidencias, soporte)
    assert row.decided_at is not None
    evidencias.refresh_from_db()
    assert evidencias.updated_at > before


@pytest.mark.engines
def test_what_the_intent_has_is_counted_and_what_another_has_is_refused(evidencias: Intent) -> None:
    create_intent(data=IntentData("otra", ("la evidencia no carga",)))
    group = group_of("¡Subir EVIDENCIA!", "la evidencia no carga", "no abre el aula")
    ReviewItem.objects.filter(text="¡Subir EVIDENCIA!").update(key="subir evidencia")
    taught = decisions.assign_group(group=group.pk, intent="evidencias", by=None).taught
    assert (taught.added, taught.known) == (1, 1)
    (refused,) = taught.refused
    assert refused["code"] == "in_another_intent"
    assert refused["message"] == "«la evidencia no carga» ya es un ejemplo de «otra»."
    assert ReviewItem.objects.get(key="subir evidencia").example == Example.objects.get(
        text="subir evidencia"
    )
    assert ReviewItem.objects.get(key="la evidencia no carga").example is None


@pytest.mark.engines
def test_forced_a_sentence_moves_from_the_other_intent_and_undo_brings_it_back(evidencias: Intent) -> None:
    other = create_intent(data=IntentData("otra", ("la evidencia no carga", "más")))
    group = group_of("la evidencia no carga")
    with pytest.raises(Invalid, match="ya es un ejemplo de «otra»"):
        decisions.assign_group(group=group.pk, intent="evidencias", by=None)
    assert ReviewGroup.objects.get().is_open
    decisions.assign_group(group=group.pk, intent="evidencias", by=None, is_forced=True)
    assert texts(other) == ["más"]
    assert texts(evidencias)[-1] == "la evidencia no carga"
    before = other.updated_at
    taught = decisions.undo_group(group=group.pk).taught
    assert (taught.added, taught.returned, taught.refused) == (0, 1, [])
    assert texts(other) == ["más", "la evidencia no carga"]
    assert texts(evidencias) == ["subir evidencia", "entregar evidencia"]
    assert Example.objects.get(key="la evidencia no carga").origin == "staff"
    other.refresh_from_db()
    assert other.updated_at > before
    item = ReviewItem.objects.get()
    assert (item.example, item.moved_from) == (None, None)


@pytest.mark.engines
def test_what_was_moved_and_changed_since_stays_and_undo_says_so(
    page: Client, evidencias: Intent, admin: User
) -> None:
    other = create_intent(data=IntentData("otra", ("no carga", "no sube", "no abre")))
    group = group_of("no carga", "no sube", "no abre", "no guarda")
    decisions.assign_group(group=group.pk, intent="evidencias", by=admin, is_forced=True)
    change_intent(intent=evidencias, examples=["subir evidencia", "no carga nunca", "no sube", "no abre"])
    change_intent(intent=other, examples=["no abre", "más"])
    another = group_of("no sube", intent=None)
    decisions.assign_group(group=another.pk, intent="evidencias", by=None)
    answer = page.post("/admin/intents/reviewgroup/decide/", {"do": f"undo {group.pk}"}, follow=True)
    html = answer.content.decode()
    assert "1 ejemplo vuelve a su intención de antes." in html
    assert html.count("no volvió a «otra»: cambió o se usó en otro grupo después.") == 2
    assert texts(other) == ["no abre", "más"]
    assert texts(evidencias) == ["subir evidencia", "no carga nunca", "no sube"]


@pytest.mark.engines
def test_an_edited_wording_still_stands_for_its_messages(evidencias: Intent) -> None:
    group = group_of("mi cedula es 1020304050 y no carga", "no carga mi tarea")
    given = [Wording("mi documento no carga", "mi cedula es 1020304050 y no carga")]
    decisions.assign_group(group=group.pk, intent="evidencias", by=None, wordings=given)
    example = Example.objects.get(text="mi documento no carga")
    first, second = ReviewItem.objects.order_by("-at")
    assert (first.example_id, second.example_id) == (example.pk, None)
    assert example.source_turn_id == first.turn_id


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("mi correo es ana.rojas@ejemplo.edu.co", "personal_data"),
        ("escríbeme a ana arroba gmail", "personal_data"),
        ("mi cel es 300 123 45 67", "personal_data"),
        ("llámame al +57 (300) 123-4567", "personal_data"),
        ("cc 1.020.304.050", "personal_data"),
        ("entra a https://aula.edu.co/curso?token=abc", "personal_data"),
        ("quiero [notas](programa)", "broken_mark"),
        ("[esto](", "broken_mark"),
    ],
)
def test_what_may_not_be_an_example_is_refused_with_a_reason(
    evidencias: Intent, text: str, code: str
) -> None:
    group = group_of(text)
    with pytest.raises(Invalid) as refused:
        decisions.assign_group(group=group.pk, intent="evidencias", by=None)
    assert [row["code"] for row in refused.value.errors] == [code]
    assert ReviewGroup.objects.get().is_open
    assert Example.objects.count() == 2
    second = group_of("esto sí se puede", text)
    taught = decisions.assign_group(group=second.pk, intent="evidencias", by=None).taught
    assert (taught.added, [row["code"] for row in taught.refused]) == (1, [code])


@pytest.mark.parametrize(
    "text",
    ["guía 3 de 2026", "son las 10:30", "el 12/03/2026", "www.ejemplo.edu.co", "nota 4.5 de 5", "@ ayuda"],
)
def test_ordinary_numbers_and_addresses_are_not_personal(text: str) -> None:
    assert personal_data_in(text) == ""


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"intent": "no_existe"}, NotFound),
        ({"intent": "Con Espacio"}, NotFound),
        ({"intent": "dormida"}, Invalid),
        ({"wordings": [Wording(" "), Wording("\x07")]}, Invalid),
        ({"wordings": []}, Invalid),
        ({"wordings": [Wording("x" * 501)]}, Invalid),
        ({"group": "no-es-un-id"}, NotFound),
        ({"group": "00000000-0000-0000-0000-000000000000"}, NotFound),
    ],
)
def test_a_wrong_assignment_changes_nothing(
    evidencias: Intent, values: dict[str, Any], error: type[AppError]
) -> None:
    create_intent(data=IntentData("dormida", ("zzz",), is_active=False))
    group = group_of("no carga")
    with pytest.raises(error):
        decisions.assign_group(**{"group": group.pk, "intent": "evidencias", "by": None, **values})
    assert ReviewGroup.objects.get().is_open
    assert Example.objects.count() == 3


# a new intent


@pytest.mark.engines
def test_an_intent_is_made_of_a_group(soporte: User) -> None:
    group = group_of("¿dan uniformes?", "cuándo dan el uniforme")
    decided = decisions.create_intent_from_group(
        group=group.pk, name="uniformes", title="Uniformes", answer="En marzo.", by=soporte
    )
    intent = Intent.objects.get()
    assert (intent.name, intent.title, intent.owner) == ("uniformes", "Uniformes", soporte)
    assert texts(intent) == ["¿dan uniformes?", "cuándo dan el uniforme"]
    assert [answer.text for answer in intent.answers.all()] == ["En marzo."]
    assert decided.group.intent == intent


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"name": "evidencias"}, Conflict),
        ({"name": "Mal Nombre"}, Invalid),
        ({"answer": "  "}, Invalid),
        ({"wordings": [Wording("mi correo ana@x.co")]}, Invalid),
    ],
)
def test_an_intent_that_cannot_be_made_leaves_nothing(
    evidencias: Intent, values: dict[str, Any], error: type[AppError]
) -> None:
    group = group_of("¿dan uniformes?")
    with pytest.raises(error):
        decisions.create_intent_from_group(
            **{"group": group.pk, "name": "uniformes", "answer": "En marzo.", "by": None, **values}
        )
    assert list(Intent.objects.all()) == [evidencias]
    assert ReviewGroup.objects.get().is_open


# two at once, undo


@pytest.mark.engines
def test_the_second_of_two_is_told_who_was_first(evidencias: Intent, soporte: User, admin: User) -> None:
    first, second = group_of("no carga"), group_of("no abre")
    decisions.assign_group(group=first.pk, intent="evidencias", by=soporte)
    with pytest.raises(Conflict, match="Iván Mora ya lo asignó a «evidencias»"):
        decisions.discard_group(group=first.pk, by=admin)
    decisions.discard_group(group=second.pk, by=admin)
    with pytest.raises(Conflict, match="Luz Jiménez ya lo descartó"):
        decisions.assign_group(group=second.pk, intent="evidencias", by=soporte)
    assert Example.objects.count() == 3


@pytest.mark.engines
def test_undo_takes_back_what_the_decision_added_and_no_more(evidencias: Intent) -> None:
    group = group_of("no carga", "no sube", "subir evidencia")
    decisions.assign_group(group=group.pk, intent="evidencias", by=None)
    change_intent(
        intent=evidencias,
        examples=["entregar evidencia", "no carga", "no sube nunca", "subir evidencia", "nueva"],
    )
    decided = decisions.undo_group(group=group.pk)
    assert decided.taught.added == -1
    assert texts(evidencias) == ["entregar evidencia", "no sube nunca", "subir evidencia", "nueva"]
    row = decided.group
    assert (row.state, row.intent, row.decided_by, row.decided_at) == ("open", None, None, None)
    assert not ReviewItem.objects.exclude(example=None).exists()
    with pytest.raises(Conflict, match="ya está pendiente"):
        decisions.undo_group(group=group.pk)
    assert decisions.assign_group(group=group.pk, intent="evidencias", by=None).taught.added == 2


@pytest.mark.engines
def test_many_are_decided_one_by_one_and_undone_together(evidencias: Intent, soporte: User) -> None:
    good, bad, other = group_of("no carga"), group_of("mi correo ana@x.co"), group_of("no abre")
    many = decisions.decide_many(
        [good.pk, bad.pk, "x", other.pk],
        lambda key, at: decisions.assign_group(group=key, intent="evidencias", by=soporte, at=at),
    )
    assert [one.group.pk for one in many.done] == [good.pk, other.pk]
    assert [(row["id"], row["code"]) for row in many.errors] == [(str(bad.pk), "invalid"), ("x", "not_found")]
    assert {row.pk for row in decisions.last_decision(by=soporte)} == {good.pk, other.pk}
    assert len(decisions.undo_last(by=soporte).done) == 2
    assert ReviewGroup.objects.filter(state="open").count() == 3
    assert texts(evidencias) == ["subir evidencia", "entregar evidencia"]
    with pytest.raises(NotFound, match="No hay una decisión tuya"):
        decisions.undo_last(by=soporte)


def test_only_ones_own_last_decision_is_undone(soporte: User, admin: User) -> None:
    first, second = group_of("no carga"), group_of("no abre")
    decisions.discard_group(group=first.pk, by=soporte)
    decisions.discard_group(group=second.pk, by=admin)
    decisions.undo_last(by=soporte)
    assert ReviewGroup.objects.get(state="open").pk == first.pk


# examples that stay when the intent is edited


@pytest.mark.engines
def test_editing_an_intent_keeps_where_its_examples_came_from(evidencias: Intent) -> None:
    group = group_of("no carga", "no sube")
    decisions.assign_group(group=group.pk, intent="evidencias", by=None)
    before = {row.text: row.pk for row in Example.objects.all()}
    wanted = ["no sube", "nueva", "subir evidencia", "no carga"]
    change_intent(intent=evidencias, examples=wanted)
    assert texts(evidencias) == wanted
    after = {row.text: row for row in Example.objects.all()}
    assert {after[text].pk for text in wanted if text in before} == {
        before[text] for text in wanted if text in before
    }
    for item in ReviewItem.objects.all():
        assert item.example == after[item.text]
        assert after[item.text].source_turn_id == item.turn_id
    assert [after[text].origin for text in wanted] == ["review", "staff", "staff", "review"]
    change_intent(intent=evidencias, examples=["subir evidencia"])
    assert not ReviewItem.objects.exclude(example=None).exists()
    assert Example.objects.count() == 1

"""The review inbox in Django admin without JavaScript, and what its script is told."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.test import Client

from apps.accounts.models import User
from apps.chat.engines.embedded import EmbeddedEngine
from apps.intents.knowledge import IntentData
from apps.intents.models import Example, Intent, ReviewGroup
from apps.intents.services.intents import create_intent
from apps.intents.services.review import decisions
from apps.intents.services.review.counting import GroupMoved
from apps.logs.models import Feedback
from tests.intents.review_inbox import STRANGE, group_of, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bot")]
LIST = "/admin/intents/reviewgroup/"
DECIDE = f"{LIST}decide/"


@pytest.fixture
def notas() -> Intent:
    return create_intent(data=IntentData("problema_tecnico", ("ver mis notas",), title="Notas"))


@pytest.fixture
def desk(client: Client, soporte: User) -> Client:
    client.force_login(soporte)
    return client


def act(page: Client, **form: Any) -> Any:
    return page.post(DECIDE, form, headers={"Accept": "application/json"})


def texts_in(html: str) -> list[str]:
    return re.findall(r'class="review-text"[^>]*>([^<]*)<', html)


# the list


@pytest.mark.engines
def test_opening_the_inbox_collects_and_shows_groups(desk: Client, notas: Intent) -> None:
    cache.clear()
    for text in (STRANGE, STRANGE + "!", "el sistema se cae y no funciona nada"):
        said(text)
    html = desk.get(LIST).content.decode()
    assert "2 mensajes, 1 forma · No entendido" in html
    assert set(texts_in(html)) >= {"el sistema se cae y no funciona nada"}
    assert re.search(r'value="assign [\w-]{36} problema_tecnico"', html)
    assert "El modelo actual ya lo entiende como «problema_tecnico» (" in html
    assert "0 de 2 decididos hoy" in html


def test_a_group_that_moves_while_it_is_counted_does_not_break_the_inbox(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved(**_given: Any) -> int:
        raise GroupMoved

    cache.clear()
    group_of("no carga la guía")
    monkeypatch.setattr("apps.intents.services.review.collecting.collect_reviews", moved)
    answer = desk.get(LIST)
    assert answer.status_code == 200
    assert "no carga la guía" in answer.content.decode()


def test_an_empty_inbox_says_what_will_come(desk: Client) -> None:
    html = desk.get(LIST).content.decode()
    assert "No hay nada por revisar" in html
    assert "Ningún grupo es así" in desk.get(f"{LIST}?q=nada").content.decode()


@pytest.mark.engines
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"no carga", "no abre"}),
        ("estado=discarded", {"basura"}),
        ("estado=todos", {"no carga", "no abre", "basura"}),
        ("motivo=low", {"no abre"}),
        ("motivo=raro", {"no carga", "no abre"}),
        ("q=NÓ+ábre", {"no abre"}),
        ("q=tarea", {"no carga"}),
        ("q=%25", set()),
        ("last_at__gte=2100-01-01+00%3A00%3A00%2B00%3A00", set()),
    ],
)
def test_the_inbox_is_searched_and_filtered(desk: Client, query: str, found: set[str]) -> None:
    group_of("no carga", "no sube la tarea")
    group_of("no abre", reasons="fallback low")
    group_of("basura", state="discarded")
    assert set(texts_in(desk.get(f"{LIST}?{query}").content.decode())) == found


def test_a_page_costs_five_queries_however_many_rows_it_has(
    desk: Client, notas: Intent, soporte: User, django_assert_num_queries: Any
) -> None:
    group_of("no carga")
    decisions.discard_group(group=group_of("basura").pk, by=soporte)
    desk.get(LIST)
    with django_assert_num_queries(8):  # five; session, person, second factor
        desk.get(LIST)
    for number in range(20):
        group_of(f"no abre {number}", f"no carga {number}")
    with django_assert_num_queries(8):
        html = desk.get(LIST).content.decode()
    assert len(texts_in(html)) == 21
    with django_assert_num_queries(8):
        desk.get(f"{LIST}?estado=todos&motivo=fallback")


# without a script


def test_a_rows_buttons_are_plain_forms(desk: Client, notas: Intent) -> None:
    group = group_of("no carga", "no sube")
    back = f"{LIST}?motivo=fallback"
    answer = desk.post(DECIDE, {"do": f"assign {group.pk} problema_tecnico", "next": back})
    assert (answer.status_code, answer["Location"]) == (302, back)
    assert "Asignado a «problema_tecnico»: 2 ejemplos nuevos." in desk.get(LIST).content.decode()
    assert Example.objects.filter(origin="review").count() == 2
    assert LogEntry.objects.get().object_repr == "no carga"
    html = desk.get(LIST).content.decode()
    assert "Deshacer: «no carga»" in html
    desk.post(DECIDE, {"do": "undo-last", "next": "https://evil.example/"})
    html = desk.get(LIST).content.decode()
    assert "Deshecho: 1 grupo vuelve a la bandeja (2 ejemplos quitados)." in html
    desk.post(DECIDE, {"do": f"discard {group.pk}"})
    assert ReviewGroup.objects.get().state == "discarded"
    desk.post(DECIDE, {"do": f"undo {group.pk}"})
    assert ReviewGroup.objects.get().is_open


def test_no_decision_leads_to_another_site(desk: Client) -> None:
    group = group_of("no carga")
    answer = desk.post(DECIDE, {"do": f"discard {group.pk}", "next": "https://evil.example/"})
    assert answer["Location"] == LIST


def test_a_group_shows_its_wordings_and_where_they_were_said(desk: Client, notas: Intent) -> None:
    group = group_of("<b>no carga</b>", "mi correo es ana@x.co")
    turn = group.items.first().turn  # type: ignore[union-attr]
    Feedback.objects.create(turn=turn, value="down", comment="No era <i>eso</i>")
    html = desk.get(f"{LIST}{group.pk}/change/").content.decode()
    assert "&lt;b&gt;no carga&lt;/b&gt;" in html
    assert "No era &lt;i&gt;eso&lt;/i&gt;" in html
    assert f"/admin/logs/chatturn/?sender_id={turn.sender_id}" in html
    assert "tiene un correo electrónico" in html
    assert html.count("checked") == 1
    panel = desk.get(f"{LIST}{group.pk}/change/?panel=1").content.decode()
    assert "<html" not in panel
    assert "review-lines" in panel
    assert desk.get(f"{LIST}no-es/change/").status_code == 302


def test_edited_and_chosen_wordings_are_added_from_a_groups_page(desk: Client, notas: Intent) -> None:
    group = group_of("mi correo ana@x.co no abre", "no carga", "no va")
    lines = {
        "use": ["1", "3"],
        "text-1": "mi correo no abre",
        "key-1": "mi correo ana@x.co no abre",
        "text-2": "no carga",
        "key-2": "no carga",
        "text-3": "no va",
        "key-3": "no va",
    }
    form = {"do": "assign", "group": str(group.pk), "lines": "1", "intent": "problema_tecnico", **lines}
    desk.post(DECIDE, form)
    added = Example.objects.filter(origin="review").order_by("position")
    assert [row.text for row in added] == ["mi correo no abre", "no va"]
    assert all(row.source_turn_id for row in added)


def test_a_group_without_a_ticked_line_is_refused(desk: Client, notas: Intent) -> None:
    group = group_of("no carga")
    answer = act(desk, do="assign", group=group.pk, lines="1", intent="problema_tecnico")
    assert (answer.status_code, answer.json()["ok"]) == (422, False)
    assert "Elige al menos una forma" in answer.json()["message"]


def test_who_may_make_intents_makes_one_of_a_group(page: Client, desk: Client, admin: User) -> None:
    group = group_of("¿dan uniformes?")
    form = {
        "do": "create",
        "group": group.pk,
        "name": "uniformes",
        "title": "Uniformes",
        "answer": "En marzo.",
    }
    assert act(desk, **form).status_code == 403
    assert 'name="answer"' not in desk.get(f"{LIST}{group.pk}/change/").content.decode()
    desk.force_login(admin)
    assert act(desk, **form).json()["message"] == "Asignado a «uniformes»: 1 ejemplo nuevo."
    assert Intent.objects.get().answers.get().text == "En marzo."


# the script


def test_the_script_is_told_what_became_of_a_decision(desk: Client, notas: Intent) -> None:
    group, other = group_of("no carga"), group_of("no abre")
    answer = act(desk, do=f"assign {group.pk} problema_tecnico").json()
    assert answer == {
        "ok": True,
        "message": "Asignado a «problema_tecnico»: 1 ejemplo nuevo.",
        "done": [str(group.pk)],
        "reopened": [],
        "progress": {"decided": 1, "total": 2, "text": "1 de 2 decididos hoy"},
        "undo": "Deshacer: «no carga»",
    }
    assert act(desk, do=f"discard {other.pk}").json()["progress"]["text"] == "2 de 2 decididos hoy"
    answer = act(desk, do="undo-last").json()
    assert (answer["reopened"], answer["undo"]) == ([str(other.pk)], "Deshacer: «no carga»")


@pytest.mark.parametrize(
    ("do", "status"),
    [
        ("assign {group} no_existe", 404),
        ("assign {group}", 422),
        ("assign no-es problema_tecnico", 404),
        ("discard", 404),
        ("undo {group}", 409),
        ("undo-last", 404),
        ("", 422),
        ("borrar {group}", 422),
    ],
)
def test_a_wrong_wish_is_refused_and_said(desk: Client, notas: Intent, do: str, status: int) -> None:
    group = group_of("no carga")
    answer = act(desk, do=do.format(group=group.pk))
    assert answer.status_code == status
    assert answer.json()["ok"] is False
    assert len(answer.json()["message"]) > 10
    assert ReviewGroup.objects.get().is_open


def test_the_second_of_two_reads_who_was_first(desk: Client, notas: Intent, admin: User) -> None:
    group = group_of("no carga")
    decisions.discard_group(group=group.pk, by=admin)
    answer = act(desk, do=f"assign {group.pk} problema_tecnico")
    assert (answer.status_code, answer.json()["message"]) == (409, "Luz Jiménez ya lo descartó.")


def test_a_decision_needs_the_right_and_a_form_of_this_site(
    soporte: User, student: User, admin: User
) -> None:
    group = group_of("no carga")
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(admin)
    assert act(browser, do=f"discard {group.pk}").status_code == 403
    outside = Client()
    outside.force_login(student)
    assert act(outside, do=f"discard {group.pk}").status_code == 302
    browser = Client()
    browser.force_login(admin)
    assert browser.get(DECIDE).status_code == 403
    assert ReviewGroup.objects.get().is_open


# many at once


@pytest.mark.engines
def test_many_are_assigned_and_discarded_at_once(desk: Client, notas: Intent) -> None:
    rows = [group_of("no carga"), group_of("no abre"), group_of("mi correo ana@x.co")]
    chosen = {"_selected_action": [str(row.pk) for row in rows]}
    asked = desk.post(LIST, {"action": "assign_many", **chosen}).content.decode()
    assert "¿A qué intención van 3 grupos?" in asked
    assert '<option value="problema_tecnico">' in asked
    form = {"action": "assign_many", "confirmed": "yes", "intent": "problema_tecnico", **chosen}
    desk.post(LIST, {**form, "intent": "no_existe"})
    assert "No hay una intención con ese nombre" in desk.get(LIST).content.decode()
    desk.post(LIST, form)
    html = desk.get(LIST).content.decode()
    assert "Asignado a «problema_tecnico»: 2 ejemplos nuevos." in html
    assert "tiene un correo electrónico" in html
    assert ReviewGroup.objects.filter(state="assigned").count() == 2
    desk.post(f"{LIST}?estado=todos", {"action": "undo_many", **chosen})
    assert ReviewGroup.objects.filter(state="open").count() == 3
    asked = desk.post(LIST, {"action": "discard_many", **chosen}).content.decode()
    assert "¿Descartar 3 grupos?" in asked
    desk.post(LIST, {"action": "discard_many", "confirmed": "yes", **chosen})
    assert "3 grupos descartados." in desk.get(LIST).content.decode()


def test_the_dashboard_counts_what_waits(desk: Client, bot: EmbeddedEngine) -> None:
    group_of("no carga")
    group_of("basura", state="discarded")
    html = desk.get("/admin/").content.decode()
    card = re.search(r'<a href="/admin/intents/reviewgroup/">Bandeja.*?</li>', html, re.S)
    assert card
    assert '<p class="dashboard-value">1</p>' in card[0]

"""The log and the exports in Django admin."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.logs.admin import paging
from apps.logs.exports import files, services, work
from apps.logs.exports.models import Export
from tests.stats.test_dashboard import turn

pytestmark = pytest.mark.django_db
TURNS, EXPORTS = "/admin/logs/chatturn/", "/admin/logs/export/"


@pytest.fixture
def page(client: Client, soporte: User) -> Client:
    client.force_login(soporte)
    return client


def listed(page: Client, **query: Any) -> list[str]:
    answer = page.get(TURNS, query)
    assert answer.status_code == 200, answer
    return [row.user_message for row in answer.context["cl"].result_list]


def test_turns_are_found_by_words_names_and_filters(page: Client, student: User) -> None:
    turn(user_message="¿Mi CERTIFICADO?", sender_id="web-1", intent="certificado")
    turn(user_message="hola", days_ago=1, user=student, is_fallback=True, request_id="peticion-2")
    turn(user_message="adiós", days_ago=5, error="engine_timeout", engine="rasa", origen="autenticado")
    day = (timezone.localdate() - timedelta(days=1)).isoformat()
    for query, wanted in (
        ({}, ["¿Mi CERTIFICADO?", "hola", "adiós"]),
        ({"o": "0"}, ["adiós", "hola", "¿Mi CERTIFICADO?"]),
        ({"q": "certif"}, ["¿Mi CERTIFICADO?"]),
        ({"q": "adios"}, ["adiós"]),
        ({"q": "web-1"}, ["¿Mi CERTIFICADO?"]),
        ({"q": "peticion-2"}, ["hola"]),
        ({"q": "ANA@ejemplo.edu.co"}, ["hola"]),
        ({"q": '"%_'}, []),
        ({"estado": "error"}, ["adiós"]),
        ({"intent": "certificado"}, ["¿Mi CERTIFICADO?"]),
        ({"engine": "rasa", "origen__exact": "autenticado"}, ["adiós"]),
        ({"desde": day, "hasta": day}, ["hola"]),
        ({"desde": "nunca"}, ["¿Mi CERTIFICADO?", "hola", "adiós"]),
        ({"hasta": "9999-12-31", "q": "hola", "estado": "warning"}, ["hola"]),
    ):
        assert listed(page, **query) == wanted, query
    html = page.get(TURNS, {"q": "hola", "estado": "error", "desde": day}).content.decode()
    assert f"{EXPORTS}add/?desde={day}&amp;q=hola&amp;status=error" in html


def test_a_page_far_back_is_read_from_the_other_end(
    page: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr("apps.logs.admin.turns.ChatTurnAdmin.list_per_page", 2)
    monkeypatch.setattr(paging, "FEW", 3)
    for number in range(7):
        turn(user_message=str(number), days_ago=number)
    assert [listed(page, p=number) for number in (1, 2, 3, 4)] == [["0", "1"], ["2", "3"], ["4", "5"], ["6"]]
    with django_assert_max_num_queries(9):
        assert listed(page, p=4) == ["6"]


def test_staff_ask_for_an_export_watch_it_and_take_its_file(
    page: Client, soporte: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    turn(user_message="una", is_fallback=True)
    turn(user_message="otra")
    form = page.get(f"{EXPORTS}add/", {"q": "una", "status": "warning"}).context["adminform"].form
    assert (form["q"].value(), form["status"].value()) == ("una", "warning")
    asked = {"kind": "conversaciones", "desde": "2026-02-02", "hasta": "2026-02-01"}
    refused = page.post(f"{EXPORTS}add/", asked)
    assert list(refused.context["adminform"].form.errors) == ["desde"]
    assert Export.objects.count() == 0
    with django_capture_on_commit_callbacks(execute=True):
        page.post(f"{EXPORTS}add/", {"kind": "conversaciones", "q": "una", "status": "warning"})
    export = Export.objects.get()
    assert (export.state, export.rows, export.user) == (Export.State.DONE, 1, soporte)
    html = page.get(EXPORTS).content.decode()
    assert "La exportación empezó" in html
    (link,) = re.findall(r'"(/api/admin/exportaciones/archivo\?firma=[^"]+)"', html)
    assert Client().get(link).status_code == 200
    assert page.get(f"{EXPORTS}{export.pk}/change/").status_code == 200
    chosen = {"action": "expire", "_selected_action": [str(export.pk)]}
    assert "exportaciones?" in page.post(EXPORTS, chosen).content.decode()
    page.post(EXPORTS, {**chosen, "confirmed": "1"})
    export.refresh_from_db()
    assert export.state == Export.State.EXPIRED
    assert not list(files.folder().glob(f"{export.pk.hex}*"))


def test_a_running_export_shows_how_far_it_is_and_can_be_cancelled(page: Client) -> None:
    export = services.start_export(kind="conversaciones", filters={}, user=None)
    Export.objects.update(state="running", rows=25, rows_expected=100)
    assert '<progress max="1" value="0.25">' in page.get(EXPORTS).content.decode()
    page.post(EXPORTS, {"action": "cancel", "_selected_action": [str(export.pk)]})
    work.make_export(export.pk.hex)
    export.refresh_from_db()
    assert export.state == Export.State.CANCELLED


def test_what_staff_download_elsewhere_is_written_down_too(client: Client, admin: User) -> None:
    client.force_login(admin)
    chosen = {"action": "export", "_selected_action": [str(admin.pk)]}
    for answer in (
        client.post("/admin/accounts/user/", chosen),
        client.get("/admin/helpdesk/survey/export/"),
    ):
        assert answer.getvalue().startswith(b"\xef\xbb\xbf")
    noted = Export.objects.order_by("created_at").values_list("kind", "email", "state")
    assert list(noted) == [(kind, admin.email, "streamed") for kind in ("usuarios", "encuestas")]

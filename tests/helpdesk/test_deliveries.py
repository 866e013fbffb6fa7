"""Tickets for an outside helpdesk: signed, sent once at a time, tried for a day, and never lost."""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_httpserver import HTTPServer
from rest_framework.test import APIClient
from werkzeug import Request, Response

from apps.accounts.models import User
from apps.core.db import run_atomically
from apps.helpdesk.clients import webhook
from apps.helpdesk.models import Delivery, Ticket
from apps.helpdesk.models.tickets import Source
from apps.helpdesk.services import deliveries
from apps.helpdesk.services.tickets import open_ticket
from tests.helpdesk.conftest import ASKED

pytestmark = pytest.mark.django_db
SECRET = "la-llave-de-la-otra-mesa-de-ayuda"
State = Delivery.State


class Outside:
    """The other helpdesk: answers what it is told to, and remembers what it was sent."""

    def __init__(self, server: HTTPServer) -> None:
        self.status, self.headers = 200, dict[str, str]()
        self.got: list[Request] = []
        server.expect_request("/casos", method="POST").respond_with_handler(self.answer)
        self.url = server.url_for("/casos")

    def answer(self, request: Request) -> Response:
        request.get_data()
        self.got.append(request)
        return Response("x" * 200_000, self.status, self.headers)

    @property
    def ids(self) -> list[str]:
        return [request.headers["X-Tutorbot-Delivery"] for request in self.got]


@pytest.fixture
def outside(httpserver: HTTPServer, env: Callable[..., Any]) -> Outside:
    other = Outside(httpserver)
    env(HELPDESK_KIND="zammad", HELPDESK_WEBHOOK=other.url, HELPDESK_WEBHOOK_SECRET=SECRET)
    return other


def opened(**changes: Any) -> Delivery:
    """A ticket's delivery, as it is when the process died right after the commit."""
    ticket = open_ticket(data={**ASKED, **changes}, source=Source.PERSON)
    return Delivery.objects.select_related("ticket").get(ticket=ticket)


def fresh(row: Delivery) -> Delivery:
    return Delivery.objects.select_related("ticket").get(pk=row.pk)


def make_due(row: Delivery) -> None:
    Delivery.objects.filter(pk=row.pk).update(next_at=timezone.now(), leased_until=None)


def test_a_new_ticket_is_sent_after_the_commit_and_the_signature_proves_who_sent_it(
    outside: Outside, service: dict[str, str], api: APIClient, committed: Any
) -> None:
    with committed(execute=True):
        answer = api.post("/api/helpdesk/tickets", {**ASKED, "cedula": "1032"}, headers=service)
        assert outside.got == []  # nothing goes out inside the transaction
    row = Delivery.objects.select_related("ticket").get()
    (request,) = outside.got
    told, body = request.headers, request.get_data()
    signed = hmac.new(SECRET.encode(), told["X-Tutorbot-Timestamp"].encode() + b"." + body, hashlib.sha256)
    assert told["X-Tutorbot-Signature"] == f"v1={signed.hexdigest()}"
    assert told["X-Tutorbot-Delivery"] == told["Idempotency-Key"] == str(row.pk)
    assert (told["X-Tutorbot-Event"], told["X-Tutorbot-Attempt"]) == ("ticket.created", "1")
    assert abs(int(told["X-Tutorbot-Timestamp"]) - timezone.now().timestamp()) < 60
    said = json.loads(body)
    assert said["delivery_id"] == str(row.pk)
    assert said["ticket"]["number"] == answer.json()["number"]
    assert said["ticket"]["cedula"] == "1032"
    assert said["ticket"]["url"].endswith(f"/admin/helpdesk/ticket/{row.ticket_id}/change/")
    assert (row.state, row.attempts, row.last_status, row.last_error) == (State.DELIVERED, 1, 200, "")
    assert row.delivered_at is not None
    with committed(execute=True):
        api.post("/api/helpdesk/tickets", {**ASKED, "conversation_id": "web-1"}, headers=service)
        api.post("/api/helpdesk/tickets", {**ASKED, "conversation_id": "web-1"}, headers=service)
    assert len(outside.got) == 2  # the same words again are the same ticket, and no new delivery
    ticket = Ticket.objects.first()
    assert ticket is not None
    ticket.save()
    assert Delivery.objects.count() == 2  # only new tickets are delivered


@pytest.mark.parametrize(
    ("status", "state", "word"),
    [
        (204, State.DELIVERED, ""),
        (409, State.DELIVERED, ""),
        (301, State.WAITING, "redirect"),
        (500, State.WAITING, "server_error"),
        (429, State.WAITING, "busy"),
        (408, State.WAITING, "busy"),
        (401, State.DEAD, "refused"),
        (422, State.DEAD, "refused"),
    ],
)
def test_what_the_other_side_answers_decides(outside: Outside, status: int, state: str, word: str) -> None:
    row = opened()
    outside.status, outside.headers = status, {"Location": "/otra", "Retry-After": "7200"}
    deliveries.deliver(str(row.pk))
    row = fresh(row)
    assert (row.state, row.last_error, row.last_status, len(outside.got)) == (state, word, status, 1)
    if status in {429, 500}:
        assert row.next_at - timezone.now() > timedelta(minutes=119)  # as it asked for
    elif status == 301:
        assert timedelta(seconds=20) < row.next_at - timezone.now() < timedelta(seconds=40)


def test_a_slow_helpdesk_is_cut_off_and_a_silent_one_gets_few_attempts_of_a_sweep(
    outside: Outside, env: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer
) -> None:
    monkeypatch.setattr(webhook, "LIMITS", webhook.Limits(connect=0.2, whole=0.3, max_bytes=1000))
    done = threading.Event()
    httpserver.expect_request("/lento").respond_with_handler(lambda request: Response(str(done.wait(5))))
    env(HELPDESK_WEBHOOK=httpserver.url_for("/lento"))
    rows = [opened(subject=f"Caso {n}") for n in range(4)]
    assert deliveries.sweep_deliveries() == 0
    done.set()
    tried = Delivery.objects.filter(attempts=1, last_error="timeout", last_status=None)
    assert tried.count() == deliveries.SILENT_AT_MOST
    deliveries.deliver(str(rows[3].pk))
    assert fresh(rows[3]).attempts == 0  # left to the sweep while nobody answers
    env(HELPDESK_WEBHOOK=outside.url)
    Delivery.objects.update(next_at=timezone.now())
    assert deliveries.sweep_deliveries() == 4
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.DELIVERED}


def test_a_process_killed_at_any_moment_loses_nothing_and_repeats_are_known_by_their_id(
    outside: Outside,
) -> None:
    row = opened()  # killed after the commit: its job never ran
    assert outside.got == []
    claimed = deliveries.claim(row.pk)
    assert claimed is not None
    deliveries.post(claimed)  # killed between sending and writing it down
    assert (deliveries.sweep_deliveries(), len(outside.got)) == (0, 1)  # not while the lease runs
    Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert deliveries.sweep_deliveries() == 1
    assert outside.ids == [str(row.pk)] * 2
    deliveries.mark(claimed, webhook.outcome_of(500))  # the first one was only slow: it has no say any more
    assert (fresh(row).state, fresh(row).attempts) == (State.DELIVERED, 2)
    assert outside.got[0].get_data() == outside.got[1].get_data()


def test_it_is_tried_for_a_day_ever_more_seldom_and_is_dead_then(outside: Outside) -> None:
    row, waits = opened(), list[float]()
    outside.status, start = 503, row.give_up_at - deliveries.TRIED_FOR
    while (row := fresh(row)).state == State.WAITING:
        waits.append((row.next_at - start).total_seconds())
        passed = row.next_at - timezone.now()  # the clock goes on by moving the row back
        start -= passed
        Delivery.objects.update(next_at=timezone.now(), give_up_at=row.give_up_at - max(timedelta(), passed))
        deliveries.sweep_deliveries()
    assert (row.state, row.last_error, row.last_status) == (State.DEAD, "server_error", 503)
    gaps = [later - sooner for sooner, later in pairwise(waits)]
    assert 12 <= len(waits) <= 20
    assert 25 < gaps[0] < 35
    assert max(gaps) < 3.5 * 3600
    assert abs(waits[-1] - 86_400) < 60


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_what_is_undone_is_not_sent_and_two_workers_never_send_one_at_once(outside: Outside) -> None:
    def undone() -> None:
        open_ticket(data=ASKED, source=Source.PERSON)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        run_atomically(undone)
    assert (outside.got, Ticket.objects.count(), Delivery.objects.count()) == ([], 0, 0)
    ticket = open_ticket(data=ASKED, source=Source.PERSON)  # with nothing above it, the job is done at once
    row = Delivery.objects.get(ticket=ticket)
    assert (row.state, len(outside.got)) == (State.DELIVERED, 1)
    row = deliveries.resend(delivery=row)
    assert outside.ids == [str(row.pk)] * 2
    Delivery.objects.update(state=State.WAITING, attempts=0)
    barrier = threading.Barrier(4)
    got: list[bool] = []

    def work() -> None:
        barrier.wait()
        try:
            got.append(deliveries.claim(row.pk) is not None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False, False, False, True]


def test_without_an_outside_helpdesk_nothing_is_written_and_plain_http_to_the_internet_never_used(
    outside: Outside, env: Callable[..., Any]
) -> None:
    env(HELPDESK_KIND="internal")
    open_ticket(data=ASKED, source=Source.PERSON)
    assert (Delivery.objects.count(), deliveries.sweep_deliveries()) == (0, 0)
    env(HELPDESK_KIND="zammad", HELPDESK_WEBHOOK="http://mesa.example/casos", APP_ENV="prod")
    row = opened(subject="Otra cosa")
    deliveries.sweep_deliveries()
    assert (fresh(row).state, fresh(row).last_error) == (State.WAITING, "not_https")
    env(HELPDESK_WEBHOOK=outside.url, HELPDESK_WEBHOOK_SECRET="")  # a neighbour may be spoken to
    make_due(row)
    assert deliveries.sweep_deliveries() == 1
    assert "X-Tutorbot-Signature" not in outside.got[0].headers


def test_staff_see_dead_letters_and_send_them_again(
    outside: Outside, client: Client, soporte: User, student: User, committed: Any
) -> None:
    outside.status = 401
    rows = [opened(subject=f"Caso {n}") for n in range(3)]
    deliveries.sweep_deliveries()
    outside.status = 200
    client.force_login(soporte)
    listing = reverse("admin:helpdesk_delivery_changelist")
    page = client.get(listing, {"state": "dead"}).content.decode()
    assert page.count("No aceptó el caso. (401)") == 3
    chosen = {"action": "send_again", "_selected_action": [str(row.pk) for row in rows[:2]]}
    asked = client.post(listing, chosen).content.decode()
    assert "¿Enviar de nuevo 2 casos?" in asked
    assert rows[0].ticket.number in asked
    with committed(execute=True):
        done = client.post(listing, {**chosen, "confirmed": "yes"}, follow=True).content.decode()
    assert "2 casos se envían de nuevo." in done
    one = reverse("admin:helpdesk_delivery_resend", args=[rows[2].pk])
    assert one in client.get(reverse("admin:helpdesk_delivery_change", args=[rows[2].pk])).content.decode()
    assert f"¿Enviar de nuevo el caso {rows[2].ticket.number}?" in client.get(one).content.decode()
    with committed(execute=True):
        client.post(one)
    assert sorted(outside.ids) == sorted([str(row.pk) for row in rows] * 2)
    assert Delivery.objects.filter(state=State.DELIVERED).count() == 3
    tickets = client.get(reverse("admin:helpdesk_ticket_changelist")).content.decode()
    assert tickets.count("delivery-delivered") == 3
    ticket = client.get(reverse("admin:helpdesk_ticket_change", args=[rows[0].ticket_id])).content.decode()
    assert reverse("admin:helpdesk_delivery_change", args=[rows[0].pk]) in ticket
    client.force_login(student)
    assert client.post(one).status_code == 302  # to the login


def test_the_lists_take_as_many_queries_for_many_rows(
    outside: Outside, client: Client, soporte: User
) -> None:
    client.force_login(soporte)
    opened()
    pages = [reverse(f"admin:helpdesk_{name}_changelist") for name in ("delivery", "ticket")]
    for page in pages:
        client.get(page)
    counts = []
    for many in (0, 12):
        for n in range(many):
            opened(subject=f"Caso {n}")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            for page in pages:
                assert client.get(page).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_command_lists_and_sends_again(outside: Outside, capsys: Any, committed: Any) -> None:
    outside.status = 404
    row = opened()
    deliveries.sweep_deliveries()
    call_command("deliveries")
    assert f"{row.ticket.number}  No se entregó  1  No aceptó el caso. (404)" in capsys.readouterr().out
    outside.status = 200
    with committed(execute=True):
        call_command("deliveries", "--resend", "all")
    assert fresh(row).state == State.DELIVERED
    with pytest.raises(CommandError, match="No hay ninguno"):
        call_command("deliveries", "--resend", "T-1999-000001")
    claimed = deliveries.resend(delivery=row) and deliveries.claim(row.pk)
    assert claimed is not None
    with pytest.raises(CommandError):
        call_command("deliveries", "--resend", row.ticket.number)

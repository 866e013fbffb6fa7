"""What pages tell: counted by name and day, bounded, and about nobody."""

import json
import threading
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from apps.ops.models import EventCount
from apps.ops.services.telemetry import MAX_NAMES, REST, count_event

pytestmark = pytest.mark.django_db
PATH = "/api/telemetry"


def counted() -> dict[str, int]:
    return dict(EventCount.objects.values_list("name", "count"))


def test_json_and_beacons_are_counted_by_name_and_nothing_else_is_kept(api: APIClient) -> None:
    told = {"ev": "link_open", "url": "https://x.co/?token=1", "ts": 1, "where": "chat", "email": "a@b.co"}
    first = api.post(PATH, told, headers={"Authorization": "Bearer [object Object]"})
    assert (first.status_code, first.content) == (204, b"")
    for kind in ("text/plain", "text/plain;charset=UTF-8"):
        beacon = api.generic("POST", PATH, json.dumps(told), content_type=kind)
        assert beacon.status_code == 204
    api.post(PATH, {"event": "open"})
    assert counted() == {"link_open": 3, "open": 1}
    row = EventCount.objects.get(name="open")
    assert {field.name for field in row._meta.fields} == {"id", "day", "name", "count"}
    assert row.day == timezone.localdate()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"ev": "Link Open"}', "application/json", 422),
        (b'{"ev": "%s"}' % (b"a" * 65), "application/json", 422),
        (b'{"ev": ""}', "application/json", 422),
        (b"{}", "application/json", 422),
        (b"[]", "text/plain", 422),
        (b"null", "application/json", 422),
        (b"hola", "text/plain", 422),
        (b"\xff", "text/plain", 422),
        (b"", "application/json", 422),
        (b'{"ev": "a", "x": "%s"}' % (b"x" * 8192), "text/plain", 413),
        (b"ev=a", "application/x-www-form-urlencoded", 415),
    ],
)
def test_bad_input_is_refused_in_words(api: APIClient, body: bytes, kind: str, status: int) -> None:
    answer = api.generic("POST", PATH, body, content_type=kind)
    assert answer.status_code == status
    assert answer.json()["message"] == answer.json()["detail"]
    assert counted() == {}


def test_names_are_bounded_and_so_are_requests(api: APIClient) -> None:
    today = timezone.localdate()
    EventCount.objects.bulk_create([EventCount(day=today, name=f"e{n}", count=1) for n in range(MAX_NAMES)])
    for name in ("nuevo", "otro", "e7"):
        count_event(name=name)
    assert EventCount.objects.count() == MAX_NAMES + 1
    assert (counted()[REST], counted()["e7"]) == (2, 2)
    got = [api.post(PATH, {"ev": "e7"}).status_code for _ in range(61)]
    assert got == [204] * 60 + [429]


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_when_many_tell_the_same_at_once() -> None:
    def work() -> None:
        try:
            for _ in range(5):
                count_event(name="open")
        finally:
            connections.close_all()

    threads: list[Any] = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted() == {"open": 20}

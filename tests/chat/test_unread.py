"""What staff have not seen of conversations, and what a person has not seen of theirs."""

from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.chat.models import Conversation
from apps.chat.services.summaries import sum_up
from tests.stats.test_dashboard import turn

pytestmark = pytest.mark.django_db
Bearer = Callable[[User], dict[str, str]]


@pytest.mark.engines
def test_unread_turns_are_counted_until_somebody_has_seen_them(
    api: APIClient, bearer: Bearer, student: User, soporte: User
) -> None:
    for sender, user in (("web-1", student), ("web-1", student), ("web-2", None)):
        sum_up(turn(sender_id=sender, user=user))
    staff, own = bearer(soporte), bearer(student)

    def unread(headers: dict[str, str], user_id: str = "") -> int:
        return int(api.get("/api/logs/unread_count", {"user_id": user_id}, headers=headers).json()["unread"])

    def mark(headers: dict[str, str], user_id: str = "") -> int:
        answer = api.post(f"/api/logs/mark_read?user_id={user_id}", headers=headers)
        return int(answer.json()["updated_count"])

    assert [unread(staff), unread(staff, str(student.pk)), unread(staff, "web-2"), unread(own)] == [
        3,
        2,
        1,
        2,
    ]
    assert mark(own, str(student.pk)) == 2
    assert [unread(own), unread(staff)] == [0, 3]  # what the person has seen says nothing of staff
    assert [mark(staff, str(student.pk)), mark(staff, str(student.pk)), unread(staff)] == [2, 0, 1]
    sum_up(turn(sender_id="web-1", user=student))
    assert [unread(staff), unread(own), mark(staff), unread(staff)] == [2, 1, 2, 0]
    assert unread(staff, "nadie") == 0
    for path in ("unread_count", "mark_read"):
        call = api.post if path == "mark_read" else api.get
        assert call(f"/api/logs/{path}?user_id={soporte.pk}", headers=own).status_code == 403
        assert call(f"/api/logs/{path}").status_code == 401


@pytest.mark.engines
def test_conversations_are_found_by_what_was_said_in_them(
    api: APIClient, bearer: Bearer, soporte: User
) -> None:
    sum_up(turn(sender_id="web-1", user_message="mi certificado", intent="ver_certificados"))
    sum_up(turn(sender_id="web-1", user_message="gracias"))
    sum_up(turn(sender_id="web-2", user_message="la cafetería", is_fallback=True, intent="horarios"))
    for query, found in (
        ({"q": "CERTIFIC"}, ["web-1"]),
        ({"q": "cafeteria"}, ["web-2"]),
        ({"intent": "horarios"}, ["web-2"]),
        ({"status": "success", "sender": "web-1"}, ["web-1"]),
        ({"intent": "horarios", "q": "certificado"}, []),
        ({"intent": "", "q": "undefined", "status": "", "color": "verde"}, ["web-2", "web-1"]),
        ({"q": "gracias", "page": 1}, ["web-1"]),
    ):
        answer = api.get("/api/logs", query, headers=bearer(soporte)).json()
        rows = answer["items"] if "page" in query else answer
        assert [row["sender_id"] for row in rows] == found, query


def test_conversations_are_listed_newest_first(
    api: APIClient, bearer: Bearer, student: User, soporte: User
) -> None:
    sum_up(turn(sender_id="web-1", user=student, days_ago=2))
    sum_up(turn(sender_id="web-2", user_message="lo último", is_fallback=True))
    headers = bearer(soporte)
    newest, older = api.get("/api/logs", headers=headers).json()
    assert (newest["sender_id"], newest["last_message"], newest["fallbacks"]) == ("web-2", "lo último", 1)
    assert (older["email"], older["user_id"], older["unread"]) == (student.email, str(student.pk), 1)
    page = api.get("/api/logs", {"page": 2, "page_size": 1, "desde": "undefined"}, headers=headers).json()
    assert (page["items"], page["total"], page["page"], page["page_size"]) == ([older], 2, 2, 1)
    assert api.get("/api/logs", {"user_id": str(student.pk)}, headers=headers).json() == [older]
    assert (
        api.get("/api/logs", {"desde": "2026-02-02", "hasta": "2026-02-01"}, headers=headers).status_code
        == 422
    )


def test_opening_a_conversation_counts_as_seeing_it(client: Client, soporte: User) -> None:
    sum_up(turn(sender_id="web-1"))
    row = Conversation.objects.get()
    client.force_login(soporte)
    unseen = client.get("/admin/chat/conversation/", {"vistos": "no"})
    assert [one.unread for one in unseen.context["cl"].result_list] == [1]
    client.get(f"/admin/chat/conversation/{row.pk}/change/")
    assert len(client.get("/admin/chat/conversation/", {"vistos": "no"}).context["cl"].result_list) == 0

"""What is older than it may be goes, by batches, and a row says what went."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.chat.models import Conversation
from apps.core import retention
from apps.helpdesk.models import Survey, Ticket
from apps.intents.models import Example, Intent, Origin, ReviewGroup, ReviewItem
from apps.logs import purging
from apps.logs.models import AuditEntry, ChatTurn, Feedback, PurgeRun
from tests.intents.review_inbox import said

pytestmark = pytest.mark.django_db
YEARS = 10 * 365
DAY = 86_400


def purged(*arguments: str) -> str:
    out = StringIO()
    call_command("purge_logs", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.engines
def test_old_turns_go_with_what_hangs_on_them_and_groups_are_counted_anew() -> None:
    old = [said(f"algo viejo {n}", seconds_ago=400 * DAY + n) for n in range(5)]
    new = said("algo nuevo", sender_id="web-2")
    Feedback.objects.create(turn=old[0], value="down", comment="mal")
    now = timezone.now()
    both = ReviewGroup.objects.create(text="algo", key="algo", first_at=now, last_at=now, message_count=2)
    alone = ReviewGroup.objects.create(text="viejo", key="viejo", first_at=now, last_at=now, message_count=1)
    for group, turn in ((both, old[1]), (both, new), (alone, old[2])):
        ReviewItem.objects.create(
            group=group, turn=turn, reason="fallback", text=turn.user_message, key=turn.user_message
        )
    intent = Intent.objects.create(name="algo")
    taught = Example.objects.create(
        intent=intent, text="algo viejo", key="algo viejo", origin=Origin.REVIEW, source_turn=old[1]
    )
    Conversation.objects.create(sender_id="web-1", turns=5, last_turn_at=now - timedelta(days=400))
    Conversation.objects.create(sender_id="web-2", turns=1, last_turn_at=now - timedelta(days=400))

    assert "turns 5" in purged("--dry-run")
    assert ChatTurn.objects.count() == 6
    said_so = purged("--batch", "2")
    assert "turns 5" in said_so
    assert "feedback 1" in said_so
    assert "conversations 1" in said_so
    assert list(ChatTurn.objects.all()) == [new]
    assert not Feedback.objects.exists()
    assert [group.message_count for group in ReviewGroup.objects.all()] == [1]
    taught.refresh_from_db()  # age alone takes nothing from the bot
    assert taught.source_turn_id is None
    assert [row.sender_id for row in Conversation.objects.all()] == ["web-2"]  # it has a turn
    run = PurgeRun.objects.get(kind="turns", is_dry=False)
    assert (run.state, run.counts["turns"], run.counts["review_groups"]) == ("done", 5, 1)
    assert purging.purged_until("turns") == run.before
    assert "nada" in purged("--kind", "turns")


@pytest.mark.engines
def test_each_kind_has_its_own_age_and_cases_stay_without_the_person(env: Any) -> None:
    long_ago = timezone.now() - timedelta(days=YEARS)
    asked = {
        "name": "Ana",
        "email": "ana@ejemplo.edu.co",
        "subject": "Ayuda",
        "message": "m",
        "cedula": "123",
    }
    closed = Ticket.objects.create(number="T-2016-000001", status="closed", **asked)
    still_open = Ticket.objects.create(number="T-2016-000002", **asked)
    Ticket.objects.update(updated_at=long_ago)
    survey = Survey.objects.create(key="k", level=2, comment="no", conversation_id="web-1", ticket=closed)
    AuditEntry._base_manager.update(timestamp=long_ago)
    entries = AuditEntry.objects.count()

    env(TICKET_RETENTION_DAYS=0, AUDIT_RETENTION_DAYS=0)
    assert "tickets: se conserva siempre" in purged()
    closed.refresh_from_db()
    assert closed.email
    assert AuditEntry.objects.count() == entries
    env(TICKET_RETENTION_DAYS=30, AUDIT_RETENTION_DAYS=30)
    purged()
    closed.refresh_from_db()
    survey.refresh_from_db()
    still_open.refresh_from_db()
    assert (closed.number, closed.status, closed.kind) == ("T-2016-000001", "closed", "soporte")
    assert (closed.name, closed.email, closed.message, closed.cedula) == ("—", "", "—", "")
    assert (survey.level, survey.comment, survey.conversation_id) == (2, "", "")
    assert still_open.email == "ana@ejemplo.edu.co"
    assert AuditEntry.objects.count() == 0
    assert "nada" in purged("--kind", "tickets")


def test_a_run_that_breaks_off_says_so_and_the_next_one_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(4):
        said(f"viejo {n}", seconds_ago=400 * DAY)
    calls: list[int] = []

    def tell(kind: str, counts: dict[str, int], total: int) -> None:
        calls.append(total)
        if len(calls) == 1:
            raise KeyboardInterrupt

    turns = retention.kind_named("turns")
    with pytest.raises(KeyboardInterrupt):
        purging.purge_all(kinds=[turns], batch=2, tell=tell)
    assert [(run.state, run.counts) for run in PurgeRun.objects.all()] == [("failed", {"turns": 2})]
    purging.purge_all(kinds=[turns], batch=2, tell=tell)
    assert ChatTurn.objects.count() == 0
    assert calls == [4, 2]


def test_what_is_asked_wrongly_deletes_nothing() -> None:
    said("reciente")
    for wrong in (
        ("--before", "2999-01-01"),
        ("--kind", "todo"),
        ("--kind", "turns", "--before", "ayer"),
        ("--batch", "0"),
    ):
        with pytest.raises(CommandError):
            purged(*wrong)
    assert ChatTurn.objects.count() == 1
    purged("--kind", "turns", "--before", "2999-01-01")
    assert ChatTurn.objects.count() == 0

"""`import_legacy` against a real server with an invented old database: whole, twice, cut short, broken."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pymongo
import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import models
from rest_framework.test import APIClient

from apps.accounts.models import User, UserSettings
from apps.chat.models import Conversation
from apps.helpdesk.models import Delivery, Ticket, TicketComment, TicketEvent
from apps.logs.erasure import begin, erase_person
from apps.logs.models import AuditEntry, ChangedDay, ChatTurn, Export, PurgeRun
from apps.ops.legacy.turns import Turns
from apps.ops.models import LegacyMark
from apps.stats.models import DayStats
from tests.conftest import PASSWORD
from tests.ops import old_database
from tests.servers.processes import CannotStart, mongo_server, skip_or_fail

pytestmark = [pytest.mark.slow, pytest.mark.engines, pytest.mark.django_db(transaction=True)]
MODELS: tuple[type[models.Model], ...] = (
    User,
    UserSettings,
    ChatTurn,
    Conversation,
    Ticket,
    TicketComment,
    Export,
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    try:
        with mongo_server() as uri:
            yield uri
    except CannotStart as reason:
        skip_or_fail(reason)


@pytest.fixture
def old(server: str) -> Iterator[Any]:
    """The old database, filled; its address is `server` with `--db viejo`."""
    client: pymongo.MongoClient[Any]
    with pymongo.MongoClient(server) as client:
        client.drop_database("viejo")
        old_database.fill(client["viejo"])
        yield client["viejo"]


def run(server: str, **options: Any) -> str:
    out = StringIO()
    call_command("import_legacy", mongo_uri=server, db="viejo", stdout=out, no_color=True, **options)
    return out.getvalue()


def table(out: str) -> dict[str, list[int]]:
    """Read, new, already there, left out, by collection."""
    rows = [line.split() for line in out.splitlines()]
    return {row[0]: [int(n) for n in row[1:]] for row in rows if len(row) == 5 and row[1].isdigit()}


WHOLE = {
    "users": [3, 2, 0, 1],
    "user_settings": [2, 1, 0, 1],
    "logs": [23, 18, 0, 5],
    "tickets": [3, 2, 0, 1],
    "exports": [3, 2, 0, 1],
}
AGAIN = {name: [read, 0, new, skipped] for name, (read, new, _there, skipped) in WHOLE.items()}


def snapshot() -> list[Any]:
    return [sorted(map(str, model._default_manager.values())) for model in MODELS]


def test_a_whole_old_database_comes_over_once(old: Any, server: str, tmp_path: Path, api: APIClient) -> None:
    (tmp_path / "conversaciones_1.csv").write_text("a;b\n")
    assert table(run(server, dry_run=True)) == WHOLE
    assert not any(model._default_manager.exists() for model in MODELS)
    report = tmp_path / "informe.json"
    out = run(server, files=tmp_path, report=report)
    assert table(out) == WHOLE
    assert "Sin leer: la colección intents (unos 1 documentos)." in out
    assert "logs, campos que no se traen: geo (1)" in out
    assert "logs, omitidos: 3 · no es un turno: sin mensaje ni respuesta" in out
    found = json.loads(report.read_text())["collections"]
    assert found["users"]["unknown"] == {"avatarurl": 1}
    assert found["tickets"]["notes"]["estado «raro»: queda open"]["count"] == 1
    assert "en-claro-123" not in out + report.read_text()
    login = {"email": "ana@ejemplo.edu.co", "password": PASSWORD}
    assert api.post("/api/auth/login", login).status_code == 200
    before = snapshot()
    assert table(run(server, files=tmp_path)) == AGAIN
    assert snapshot() == before
    assert not LegacyMark.objects.exists()


def test_turns_bring_their_figures_their_search_and_their_conversation(
    old: Any, server: str, api: APIClient, admin: User, bearer: Any
) -> None:
    out = run(server)
    assert "Estadísticas: " in out
    ana = User.objects.get(email="ana@ejemplo.edu.co")
    assert set(ChatTurn.objects.values_list("engine", flat=True)) == {"legacy"}
    first = ChatTurn.objects.get(request_id="rid-00000000")
    assert (first.user, str(first.day), first.bot_response) == (ana, "2025-03-03", ["Así se pide."])
    assert first.metadata["url"] == "https://lms.example/curso"
    assert "secreto" not in json.dumps(first.metadata)
    named = ChatTurn.objects.get(user_message="hola")
    assert (named.user, named.origen, named.sender_id[:7]) == (ana, "autenticado", "legacy-")
    missed = ChatTurn.objects.get(intent="nlu_fallback")
    assert (missed.is_fallback, missed.confidence, missed.status) == (True, 0.31, "warning")
    assert (missed.bot_response, missed.user, missed.origen) == (["No te entendí."], None, "widget")
    failed = ChatTurn.objects.get(latency_ms=812)
    assert (failed.status, str(failed.day)) == ("error", "2025-03-03")  # 02:30 UTC is the evening before
    summed = Conversation.objects.get(sender_id="web-1")
    assert (summed.turns, summed.unread, summed.user, summed.owner_read) == (4, 0, ana, 4)
    assert ChatTurn.objects.filter(user_message__words="certificado").count() == 16
    days = {"desde": "2025-03-03", "hasta": "2025-03-05"}
    assert api.get("/api/admin/stats", days, headers=bearer(admin)).json()["total_logs"] == 18
    assert DayStats.objects.exists()
    assert not ChangedDay.objects.exists()


def test_tickets_come_with_their_comments_and_tell_nobody(old: Any, server: str) -> None:
    run(server)
    solved = Ticket.objects.get(email="ana@ejemplo.edu.co")
    assert (solved.status, solved.priority, solved.number) == ("solved", "high", "T-2025-000001")
    assert solved.assignee is not None
    assert (solved.assignee.email, solved.user, solved.due_at) == (
        "ivan@ejemplo.edu.co",
        User.objects.get(email="ana@ejemplo.edu.co"),
        None,
    )
    assert solved.metadata["legacy"]["number"] == "HD-77"
    assert (solved.updated_at - solved.created_at).seconds == 5 * 3600
    said = {c.text: (c.actor, c.is_public) for c in TicketComment.objects.all()}
    assert said == {
        "Ya puedes.": ("staff", True),
        "Gracias.": ("requester", True),
        "solo entre nosotros": ("staff", False),
    }
    assert Ticket.objects.get(email="luis@ejemplo.edu.co").status == "open"
    assert mail.outbox == []
    assert not Delivery.objects.exists()
    assert not TicketEvent.objects.exists()
    models_told = set(AuditEntry.objects.values_list("content_type__model", flat=True))
    assert models_told <= {"user"}


def test_exports_bring_the_files_of_their_folder_alone(old: Any, server: str, tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "conversaciones_1.csv").write_text("a;b\n")
    (tmp_path / "secreto.csv").write_text("x")
    run(server, files=tmp_path / "inside")
    found = {row.name: (row.state, row.size, row.user) for row in Export.objects.all()}
    ivan = User.objects.get(email="ivan@ejemplo.edu.co")
    assert found == {"conversaciones_1.csv": ("done", 4, ivan), "secreto.csv": ("expired", 0, ivan)}


def test_cut_short_it_goes_on_where_it_was(old: Any, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    take = Turns.take
    batches: list[int] = []

    def stopped(self: Turns, *args: Any) -> None:
        if len(batches) == 2:
            raise KeyboardInterrupt
        batches.append(1)
        take(self, *args)

    monkeypatch.setattr(Turns, "take", stopped)
    with pytest.raises(CommandError, match="Interrumpido") as caught:
        run(server, batch=5)
    assert caught.value.returncode == 130
    written = ChatTurn.objects.count()
    assert 0 < written < 18
    assert not ChangedDay.objects.exists()  # what came is counted
    monkeypatch.setattr(Turns, "take", take)
    out = run(server, batch=5)
    assert "logs: siguió después de 10 documentos ya hechos" in out
    assert table(out)["logs"] == [23, 18, 0, 5]
    assert (ChatTurn.objects.count(), Ticket.objects.count()) == (18, 2)
    assert not LegacyMark.objects.exists()
    assert table(run(server, restart=True)) == AGAIN


def test_what_was_erased_here_does_not_come_back(old: Any, server: str) -> None:
    run(server, emails_verified=True)
    receipt = begin("erase", email="ana@ejemplo.edu.co", with_account=True)
    erase_person(receipt, email="ana@ejemplo.edu.co")
    left = ChatTurn.objects.count(), Ticket.objects.filter(email="ana@ejemplo.edu.co").count()
    assert left == (0, 0)
    out = run(server)
    assert "sus datos se borraron aquí a petición de la persona" in out
    assert left == (ChatTurn.objects.count(), Ticket.objects.filter(email="ana@ejemplo.edu.co").count())
    assert not User.objects.filter(email="ana@ejemplo.edu.co").exists()


def test_turns_of_days_that_were_purged_here_stay_away(old: Any, server: str) -> None:
    PurgeRun.objects.create(kind="turns", before="2025-06-01T00:00:00Z")
    out = run(server, only=frozenset({"logs"}))
    assert "anterior a lo que aquí ya se depuró" in out
    assert not ChatTurn.objects.exists()


def test_some_of_it_and_from_a_day_on(old: Any, server: str) -> None:
    from datetime import date

    from apps.core.dates import start_of

    out = run(server, only=frozenset({"logs"}), since=start_of(date(2025, 3, 4)))
    assert table(out) == {"logs": [23, 1, 0, 22]}
    assert ChatTurn.objects.get().user is None  # nobody of the old people is here yet
    assert not User.objects.exists()
    with pytest.raises(CommandError, match="No existe la carpeta"):
        run(server, files=Path("/no/hay"))


def test_who_registered_here_with_somebodys_e_mail_gets_nothing_of_theirs(
    old: Any, server: str, api: APIClient
) -> None:
    person = {"email": "ana@ejemplo.edu.co", "nombre": "Otra", "password": PASSWORD}
    assert api.post("/api/auth/register", person).status_code == 201
    out = run(server)
    squatter = User.objects.get(email=person["email"])
    for model in (ChatTurn, Conversation, Ticket, Export):
        assert model._default_manager.exists()
        assert not model._default_manager.filter(user=squatter).exists()
    assert not UserSettings.objects.exists()
    assert "alguien se registró aquí con su correo" in out

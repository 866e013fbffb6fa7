"""Exports: sent as they are read or made by a job, written down, opened by a link that ends."""

import csv
import io
import stat
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.core.errors import Conflict
from apps.logs.exports import files, registry, services, turns, work
from apps.logs.exports.models import Export
from tests.logs.conftest import Get
from tests.stats.test_dashboard import turn

pytestmark = pytest.mark.django_db
EXPORTS = "/api/admin/exportaciones"
Commit = Callable[..., Any]


def cells(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def asked(user: User | None = None, **filters: Any) -> Export:
    return services.start_export(kind=turns.TURNS, filters=filters, user=user)


def test_a_csv_is_sent_whole_harmless_and_written_down(
    ask: Get, soporte: User, student: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "CHUNK", 2)
    turn(user_message="=1+1", user=student, bot_response=["@a", "b"], days_ago=1)
    turn(user_message='con "comillas", coma\ny línea', days_ago=2)
    turn(user_message="tres", is_fallback=True, intent="-x")
    answer = ask(EXPORTS, desde="", hasta="undefined")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment; filename=conversaciones_2")
    rows = cells(answer)
    assert [row["user_message"] for row in rows] == ['con "comillas", coma\ny línea', "'=1+1", "tres"]
    assert (rows[1]["email"], rows[1]["bot_response"], rows[2]["intent"]) == (student.email, "'@a\nb", "'-x")
    day = timezone.localdate() - timedelta(days=1)
    for path in ("/api/export", "/api/admin/logs/export", "/admin/exportaciones"):
        assert [row["user_message"] for row in cells(ask(path, desde=day, hasta=day))] == ["'=1+1"]
    failed = cells(ask("/api/admin/intentos-fallidos/export", intent="-x"))
    assert [(row["user_message"], row["intent"]) for row in failed] == [("tres", "'-x")]
    noted = Export.objects.order_by("-created_at").first()
    assert noted is not None
    assert (noted.kind, noted.user, noted.state) == ("intentos-fallidos", soporte, Export.State.STREAMED)
    assert (noted.filters, noted.day) == ({"intent": "-x"}, timezone.localdate())
    ask(EXPORTS, 422, desde="2026-02-02", hasta="2026-02-01")
    assert Export.objects.count() == 5
    assert ask("/api/admin/logs/exports") == [{"date": timezone.localdate().isoformat(), "total": 5}]


def test_an_export_is_made_by_a_job_and_opened_by_its_link(
    ask: Get,
    api: APIClient,
    soporte: User,
    bearer: Callable[[User], dict[str, str]],
    django_capture_on_commit_callbacks: Commit,
) -> None:
    turn(user_message="una")
    turn(user_message="otra", days_ago=9)
    hasta = timezone.localdate() - timedelta(days=5)
    with django_capture_on_commit_callbacks(execute=True):
        started = api.post(EXPORTS, {"hasta": hasta.isoformat()}, headers=bearer(soporte))
    assert started.status_code == 202
    row = ask(f"{EXPORTS}/{started.json()['_id']}")
    assert (row["estado"], row["filas"], row["progreso"]) == ("done", 1, 1.0)
    assert {
        "_id",
        "usuario",
        "email",
        "tipo",
        "fecha",
        "timestamp",
        "archivo",
        "nombre_archivo",
        "url",
    } < set(row)
    (listed,) = ask(f"{EXPORTS}/historial", usuario="MESA@", tipo="conversaciones")
    assert {**listed, "url": ""} == {**row, "url": ""}
    assert ask(f"{EXPORTS}/lista", usuario="nadie") == ask("/api/admin/logs/exports/list", tipo="stats") == []
    path = files.folder() / row["archivo"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    opened = APIClient().get(row["url"])
    assert [one["user_message"] for one in cells(opened)] == ["otra"]
    assert opened["Content-Disposition"] == f"attachment; filename={row['nombre_archivo']}"
    assert (opened["Cache-Control"], opened["X-Content-Type-Options"]) == ("no-store", "nosniff")


def test_a_link_ends_and_cannot_be_made_up(
    api: APIClient, soporte: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = asked()
    work.make_export(export.pk.hex)
    export.refresh_from_db()
    link = f"{EXPORTS}/archivo?firma={files.signed(export, str(soporte.pk))}"
    assert cells(api.get(link)) == []
    assert api.get(f"{link}x").status_code == 404
    for made_up in ([export.pk.hex, str(soporte.pk)], export.pk.hex):
        firma = signing.dumps(made_up, salt="otra")
        assert api.get(f"{EXPORTS}/archivo?firma={firma}").status_code == 404
    of_before = signing.dumps(export.pk.hex, salt=files.SALT)
    assert api.get(f"{EXPORTS}/archivo?firma={of_before}").status_code == 410
    monkeypatch.setattr(files, "LINK_SECONDS", -1)
    assert api.get(link).status_code == 410
    monkeypatch.undo()
    Export.objects.update(expires_at=timezone.now())
    assert services.expire_exports() == 1
    gone = api.get(link)
    assert (gone.status_code, gone.json()["code"]) == (410, "gone")
    assert not list(files.folder().glob(f"{export.pk.hex}*"))
    assert services.expire_exports() == 0


@pytest.mark.parametrize("change", [{"rol": "usuario"}, {"is_active": False}, None])
def test_a_link_is_good_while_the_one_it_was_shown_to_may_have_it(
    change: dict[str, Any] | None, ask: Get, api: APIClient, soporte: User, admin: User
) -> None:
    export = asked(admin)
    work.make_export(export.pk.hex)
    link = ask(f"{EXPORTS}/{export.pk}")["url"]  # asked for by another one of staff
    assert cells(api.get(link)) == []
    if change is None:
        soporte.delete()
    else:
        User.objects.filter(pk=soporte.pk).update(**change)
    gone = api.get(link)
    assert (gone.status_code, gone.json()["code"]) == (410, "gone")


@pytest.mark.engines
def test_few_are_made_at_once_and_a_dead_one_is_made_again() -> None:
    first, second = asked(), asked()
    Export.objects.update(state="waiting", attempts=0)  # where nothing waits for a commit they are made
    Export.objects.filter(pk=first.pk).update(
        state="running", slot="export-0", token="muerto", heartbeat_at=timezone.now()
    )
    work.make_export(second.pk.hex)
    second.refresh_from_db()
    assert second.state == "waiting"
    silent = timezone.now() - timedelta(seconds=work.SILENT_SECONDS + 1)
    Export.objects.filter(pk=first.pk).update(heartbeat_at=silent)
    work.make_export(second.pk.hex)
    work.make_export(first.pk.hex)
    assert set(Export.objects.values_list("state", "slot", "attempts")) == {("done", None, 1)}
    assert Export.objects.get(pk=first.pk).token != "muerto"


def test_a_job_that_comes_again_takes_over_and_gives_up_at_last() -> None:
    export = asked()
    Export.objects.update(
        state="running", slot="export-0", token="otro", heartbeat_at=timezone.now(), attempts=1
    )
    work.make_export(export.pk.hex)
    assert set(Export.objects.values_list("state", "attempts")) == {("done", 2)}
    Export.objects.update(state="waiting", attempts=work.MAX_ATTEMPTS)
    work.make_export(export.pk.hex)
    assert Export.objects.get().state == "failed"


def test_who_is_taken_over_leaves_the_other_ones_file_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same job twice at once: both are in the queue when an export waits and another one ends."""
    monkeypatch.setattr(work, "BEAT_SECONDS", 0.0)
    seen: list[int] = []

    def rows(filters: Any) -> Any:
        for number in range(1000):
            seen.append(number)
            if len(seen) == 300:
                work.make_export(Export.objects.get().pk.hex)
            yield [number]

    monkeypatch.setitem(registry._kinds, "prueba", registry.Kind("prueba", ["n"], rows, "Prueba"))
    export = services.start_export(kind="prueba", filters={}, user=None)
    work.make_export(export.pk.hex)
    export.refresh_from_db()
    assert (export.state, export.attempts, export.rows) == ("done", 2, 1000)
    (file,) = files.folder().glob(f"{export.pk.hex}*")
    assert (file.name, file.read_bytes().count(b"\n")) == (export.file, 1001)
    services.expire_export(export)


def test_a_cancelled_export_stops_and_leaves_no_file(ask: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "BEAT_SECONDS", 0.0)
    told = []

    def rows(filters: Any) -> Any:
        for number in range(2000):
            if number == 700:
                services.cancel_export(export=Export.objects.get())
            told.append(number)
            yield [number]

    kind = registry.Kind("prueba", ["n"], rows, "Prueba", lambda filters: 2000)
    monkeypatch.setitem(registry._kinds, "prueba", kind)
    export = services.start_export(kind="prueba", filters={}, user=None)
    work.make_export(export.pk.hex)
    export.refresh_from_db()
    assert (export.state, export.slot, export.rows, export.share) == ("cancelled", None, 500, 0.25)
    assert len(told) == 1000
    assert not list(files.folder().glob(f"{export.pk.hex}*"))
    with pytest.raises(Conflict):
        services.cancel_export(export=export)
    assert ask(f"{EXPORTS}/{export.pk}")["url"] is None
    ask(f"{EXPORTS}/no-es-un-id", 404)


def test_a_failure_is_said_and_the_next_one_starts(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Commit
) -> None:
    def rows(filters: Any) -> Any:
        yield ["a"]
        raise OSError("disk")

    monkeypatch.setitem(registry._kinds, "rota", registry.Kind("rota", ["n"], rows, "Rota"))
    broken, waiting = services.start_export(kind="rota", filters={}, user=None), asked()
    with django_capture_on_commit_callbacks(execute=True):
        work.make_export(broken.pk.hex)
    broken.refresh_from_db()
    waiting.refresh_from_db()
    assert (broken.state, broken.error != "", waiting.state) == ("failed", True, "done")


def test_who_may_not_see_a_kind_gets_no_link_to_it(
    ask: Get, api: APIClient, soporte: User, bearer: Callable[[User], dict[str, str]], monkeypatch: Any
) -> None:
    secret = registry.Kind(
        "personas", ["n"], lambda filters: [["x"]], "Personas", permission="accounts.export_user"
    )
    monkeypatch.setitem(registry._kinds, "personas", secret)
    assert api.post(EXPORTS, {"kind": "personas"}, headers=bearer(soporte)).status_code == 403
    assert api.post(EXPORTS, {"kind": "nada"}, headers=bearer(soporte)).status_code == 422
    work.make_export(services.start_export(kind="personas", filters={}, user=None).pk.hex)
    (row,) = ask(f"{EXPORTS}/historial")
    assert (row["estado"], row["url"]) == ("done", None)


def test_exports_have_a_quota_of_their_own(ask: Get) -> None:
    for _ in range(10):
        ask("/api/export")
    assert int(ask(EXPORTS, 429)["Retry-After"]) >= 1
    assert settings.ENV.EXPORT_KEEP_DAYS == 7

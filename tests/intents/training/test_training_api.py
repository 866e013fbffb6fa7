"""Training and models by API: what the panel and other programs send and read."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import responses
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.chat.engine import embedded_engine
from apps.intents.models import ModelVersion, TrainingRun
from apps.intents.services.training import run_training, train_here
from tests.intents.small_bot import SmallBot

pytestmark = pytest.mark.django_db
State = TrainingRun.State
GITHUB = {
    "GITHUB_OWNER": "instituto",
    "GITHUB_REPO": "bot",
    "GITHUB_WORKFLOW_FILE": "entrenar.yml",
    "GITHUB_TOKEN_WORKFLOW": "secreto",
}
DISPATCH = "https://api.github.com/repos/instituto/bot/actions/workflows/entrenar.yml/dispatches"


def train(bot: SmallBot, **answers: str) -> ModelVersion:
    bot.write(**answers)
    made = train_here(trigger=TrainingRun.Trigger.COMMAND).version
    assert made is not None
    return made


@pytest.mark.parametrize("path", ["/api/admin/train", "/api/admin/retrain", "/api/admin/upload"])
def test_a_training_is_queued_and_answered_with_its_number(
    staff: APIClient, small_bot: SmallBot, admin: User, path: str
) -> None:
    answer = staff.post(path, {}, headers={"X-Request-ID": "peticion-1234"})
    assert answer.status_code == 202
    body = answer.json()
    run = TrainingRun.objects.get()
    moment = body.pop("timestamp")
    assert datetime.fromisoformat(moment).utcoffset() is not None
    assert body == {
        "success": True,
        "ok": True,
        "mode": "local",
        "message": "Entrenamiento en cola. Pregunta por él con run_id.",
        "run_id": run.pk.hex,
        "log_file": f"train_{run.pk.hex}.log",
        "model_name": None,
        "request_id": "peticion-1234",
    }
    assert (run.asked_by, run.state, run.trigger) == (admin, State.QUEUED, "api")


def test_without_a_body_it_trains_too(staff: APIClient, small_bot: SmallBot) -> None:
    assert staff.post("/api/admin/upload").status_code == 202


def test_a_second_one_is_refused(staff: APIClient, small_bot: SmallBot) -> None:
    staff.post("/api/admin/train", {})
    answer = staff.post("/api/admin/train", {})
    assert answer.status_code == 409
    assert answer.json()["code"] == "training_running"
    assert TrainingRun.objects.count() == 1


def test_four_an_hour_are_too_many_and_refused_ones_do_not_count(
    staff: APIClient, small_bot: SmallBot, admin: User
) -> None:
    for _ in range(3):
        assert staff.post("/api/admin/train", {"mode": "otro"}).status_code == 422
        run_id = staff.post("/api/admin/train", {}).json()["run_id"]
        assert staff.post("/api/admin/train", {}).status_code == 409
        staff.post(f"/api/admin/train/{run_id}/cancel")
    refused = staff.post("/api/admin/train", {})
    assert refused.status_code == 429
    assert 3500 < int(refused["Retry-After"]) <= 3601
    assert "Ya pediste 3 entrenamientos" in refused.json()["message"]
    TrainingRun.objects.filter(pk=run_id).update(asked_at=timezone.now() - timedelta(hours=1))
    assert staff.post("/api/admin/train", {}).status_code == 202


@pytest.mark.parametrize("body", [{"mode": "otro"}, {"branch": "../x y"}, {"mode": 5}, {"mode": None}])
def test_nonsense_is_422(staff: APIClient, small_bot: SmallBot, body: dict[str, Any]) -> None:
    assert staff.post("/api/admin/train", body).status_code == 422
    assert not TrainingRun.objects.exists()


def test_ci_without_a_workflow_says_what_is_missing(staff: APIClient, small_bot: SmallBot) -> None:
    answer = staff.post("/api/admin/train", {"mode": "ci", "branch": "main"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "ci_not_configured"
    assert not TrainingRun.objects.exists()


@responses.activate
def test_ci_starts_the_workflow_on_the_branch(
    staff: APIClient, small_bot: SmallBot, env: Any, django_capture_on_commit_callbacks: Any
) -> None:
    env(**GITHUB)
    sent = responses.post(DISPATCH, status=204)
    with django_capture_on_commit_callbacks(execute=True):
        answer = staff.post("/api/admin/train", {"mode": "ci", "branch": "main"})
    assert (answer.status_code, answer.json()["mode"]) == (202, "ci")
    assert sent.call_count == 1
    assert sent.calls[0].request.body == b'{"ref": "main"}'
    assert sent.calls[0].request.headers["Authorization"] == "Bearer secreto"
    run = TrainingRun.objects.get()
    assert (run.state, run.branch, run.slot) == (State.DONE, "main", None)


@responses.activate
def test_a_refused_workflow_fails_the_run_without_its_token(
    staff: APIClient, small_bot: SmallBot, env: Any, django_capture_on_commit_callbacks: Any
) -> None:
    env(**GITHUB)
    responses.post(DISPATCH, status=404)
    with django_capture_on_commit_callbacks(execute=True):
        staff.post("/api/admin/train", {"mode": "ci"})
    run = TrainingRun.objects.get()
    assert run.state == State.FAILED
    assert "404" in run.error
    assert "secreto" not in run.error


def test_train_mode_is_the_default(staff: APIClient, small_bot: SmallBot, env: Any) -> None:
    env(TRAIN_MODE="ci", **GITHUB)
    assert staff.post("/api/admin/train", {}).json()["mode"] == "ci"


def test_a_dry_run_counts_and_trains_nothing(staff: APIClient, small_bot: SmallBot) -> None:
    body = staff.get("/api/admin/train?dry_run=true").json()
    findings = body.pop("findings")
    assert body == {
        "ok": True,
        "success": True,
        "message": "Los datos están listos para entrenar.",
        "n_intents": 3,
        "n_examples": 15,
        "is_current": False,
    }
    assert {row["severity"] for row in findings} <= {"warning", "unsupported"}
    assert not TrainingRun.objects.exists()
    train(small_bot)
    assert staff.get("/api/admin/train").json()["is_current"] is True


def test_a_dry_run_names_the_first_error(staff: APIClient, small_bot: SmallBot) -> None:
    small_bot.write({"saludo": ("hola",), "menu": ("hola", "menú")})
    body = staff.get("/api/admin/train?dry_run=true").json()
    assert body["ok"] is False
    assert "hola" in body["message"]
    assert any(row["severity"] == "error" for row in body["findings"])


def test_a_dry_run_over_unreadable_files_names_no_path(staff: APIClient, small_bot: SmallBot) -> None:
    (small_bot.rasa / "domain.yml").write_text("intents: [")
    body = staff.get("/api/admin/train?dry_run=true").json()
    assert body["ok"] is False
    assert str(small_bot.rasa) not in body["message"]


def test_a_run_tells_state_progress_log_and_figures(staff: APIClient, small_bot: SmallBot) -> None:
    started = staff.post("/api/admin/train", {}).json()
    queued = staff.get(f"/api/admin/train/{started['run_id']}").json()
    assert (queued["state"], queued["progress"], queued["log"], queued["figures"]) == (
        "queued",
        0.0,
        "",
        None,
    )
    run_training(run=TrainingRun.objects.get())
    done = staff.get(f"/api/admin/train/{started['run_id']}").json()
    assert (done["state"], done["progress"], done["error"]) == ("done", 1.0, "")
    assert "Terminado" in done["log"]
    assert done["figures"]["n_intents"] == 3
    assert done["gate"]["passed"] is True
    assert done["model_name"] == embedded_engine().status().model_version
    log = staff.get(f"/api/admin/logs/{started['log_file']}")
    assert log["Content-Type"] == "text/plain; charset=utf-8"
    assert log.content.decode() == done["log"]


@pytest.mark.parametrize("run_id", ["nada", "0" * 32, "00000000-0000-0000-0000-000000000000", "%00", "train"])
def test_an_unknown_run_is_404(staff: APIClient, db: None, run_id: str) -> None:
    assert staff.get(f"/api/admin/train/{run_id}").status_code == 404
    assert staff.post(f"/api/admin/train/{run_id}/cancel").status_code == 404


def test_runs_are_listed_newest_first_with_the_same_queries(
    staff: APIClient, admin: User, django_assert_num_queries: Any
) -> None:
    def make(count: int) -> None:
        TrainingRun.objects.bulk_create(
            TrainingRun(engine="embedded", asked_by=admin, state=State.FAILED) for _ in range(count)
        )

    make(1)
    with django_assert_num_queries(3):
        staff.get("/api/admin/train/runs")
    make(20)
    with django_assert_num_queries(3):
        body = staff.get("/api/admin/train/runs?limit=15").json()
    assert (len(body["items"]), body["total"]) == (15, 21)
    moments = [row["asked_at"] for row in body["items"]]
    assert moments == sorted(moments, reverse=True)
    assert staff.get("/api/admin/train/runs?state=done").json() == {"items": [], "total": 0}
    assert staff.get("/api/admin/train/runs?state=nada").status_code == 422


def test_cancel_by_api(staff: APIClient, small_bot: SmallBot) -> None:
    run_id = staff.post("/api/admin/train", {}).json()["run_id"]
    assert staff.post(f"/api/admin/train/{run_id}/cancel").json()["state"] == "cancelled"
    again = staff.post(f"/api/admin/train/{run_id}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "training_ended")


@pytest.mark.parametrize(
    "name", ["otro.log", "train_../x.log", "train_.log", "train_a.log.txt", "train_a%00.log"]
)
def test_other_file_names_are_400(staff: APIClient, db: None, name: str) -> None:
    answer = staff.get(f"/api/admin/logs/{name}")
    assert answer.status_code in (400, 404)
    assert answer.json()["code"] in ("bad_log_name", "not_found")


def test_a_good_name_without_a_file_is_404(staff: APIClient, db: None) -> None:
    assert staff.get("/api/admin/logs/train_abc.log").status_code == 404
    assert staff.get("/api/admin/logs/otro.log").json()["code"] == "bad_log_name"


@pytest.mark.parametrize("path", ["/api/admin/last-model", "/api/api/admin/last-model"])
def test_the_last_model_is_the_one_that_answers(staff: APIClient, small_bot: SmallBot, path: str) -> None:
    assert staff.get(path).status_code == 404
    version = train(small_bot)
    body = staff.get(path).json()
    assert (body["model_name"], body["status"]) == (version.name, "active")
    assert datetime.fromisoformat(body["timestamp"]) == version.trained_at


def test_models_are_listed_with_figures_and_the_same_queries(
    staff: APIClient, small_bot: SmallBot, django_assert_num_queries: Any
) -> None:
    old, new = train(small_bot), train(small_bot, saludo="Otra.")
    with django_assert_num_queries(3):
        body = staff.get("/api/admin/models").json()
    assert [(row["name"], row["is_active"]) for row in body["items"]] == [(new.name, True), (old.name, False)]
    assert body["items"][0]["figures"]["n_intents"] == 3
    assert "report" not in body["items"][0]


@pytest.mark.parametrize("field", ["pk", "name"])
def test_one_model_by_number_or_name(staff: APIClient, small_bot: SmallBot, field: str) -> None:
    version = train(small_bot)
    body = staff.get(f"/api/admin/models/{getattr(version, field)}").json()
    assert body["name"] == version.name
    assert body["report"] == version.report
    assert staff.get("/api/admin/models/nada").status_code == 404


def test_activate_goes_back(staff: APIClient, small_bot: SmallBot, admin: User) -> None:
    old, _new = train(small_bot, saludo="Primera."), train(small_bot, saludo="Segunda.")
    body = staff.post(f"/api/admin/models/{old.pk.hex}/activate").json()
    assert (body["ok"], body["model"]["is_active"]) == (True, True)
    assert body["model"]["activated_by"] == admin.email
    assert small_bot.answer("hola") == "Primera."


def test_a_damaged_model_is_409(staff: APIClient, small_bot: SmallBot) -> None:
    old, new = train(small_bot, saludo="Primera."), train(small_bot, saludo="Segunda.")
    (small_bot.models / old.file).write_bytes(b"nothing")
    answer = staff.post(f"/api/admin/models/{old.name}/activate")
    assert (answer.status_code, answer.json()["code"]) == (409, "model_unusable")
    assert embedded_engine().status().model_version == new.name


def test_what_would_change_against_the_active_model(staff: APIClient, small_bot: SmallBot) -> None:
    old, new = train(small_bot, saludo="Primera."), train(small_bot, saludo="Segunda.")
    staff.post("/api/chat", {"message": "hola", "sender": "web-1"})
    body = staff.get(f"/api/admin/models/{old.name}/compare").json()
    assert (body["old"], body["new"], body["messages"], body["changed_messages"]) == (
        new.name,
        old.name,
        1,
        1,
    )
    assert body["changed"][0]["new_answer"] == "Primera."


def test_comparing_has_a_quota_of_its_own(staff: APIClient, small_bot: SmallBot) -> None:
    path = f"/api/admin/models/{train(small_bot).name}/compare"
    answers = [staff.get(path) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[0]["X-RateLimit-Limit"] == "10"
    assert staff.get("/api/admin/models").status_code == 200


def test_compare_without_an_active_model_is_404(staff: APIClient, small_bot: SmallBot) -> None:
    version = train(small_bot)
    (small_bot.models / "active.json").unlink()
    assert staff.get(f"/api/admin/models/{version.name}/compare").status_code == 404

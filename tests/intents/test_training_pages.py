"""Trainings in Django admin: asked for, watched, left and come back to, cancelled."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.intents.models import ModelVersion, TrainingRun
from apps.intents.services.training.watch import log_folder
from tests.intents.admin_pages import LIST as INTENTS
from tests.intents.admin_pages import TRAIN, act, make, said
from tests.intents.model_rows import LIST as MODELS
from tests.intents.model_rows import RUNS, START, make_run, make_version, running
from tests.intents.small_bot import SmallBot

pytestmark = pytest.mark.django_db
State = TrainingRun.State


def of(run: TrainingRun, verb: str = "change") -> str:
    return reverse(f"admin:intents_trainingrun_{verb}", args=[run.pk])


def html_of(page: Client, address: str) -> str:
    answer = page.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def ask(page: Client, django_capture_on_commit_callbacks: Any) -> Callable[[], Any]:
    """Presses the button; the job is done at once."""

    def press() -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return page.post(START)

    return press


def write_log(run: TrainingRun, text: str) -> None:
    log_folder().mkdir(parents=True, exist_ok=True)
    (log_folder() / run.log_name).write_text(text)


# asking


def test_a_training_is_one_button_on_three_lists(
    page: Client, small_bot: SmallBot, admin: User, ask: Callable[[], Any]
) -> None:
    for address in (INTENTS, MODELS, RUNS):
        assert f'action="{START}"' in html_of(page, address), address
    answer = ask()
    run = TrainingRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, of(run))
    assert (run.trigger, run.asked_by, run.state) == (TrainingRun.Trigger.ADMIN, admin, State.DONE)
    assert small_bot.answer("ver mis calificaciones") == "Respuesta de notas."
    html = html_of(page, of(run))
    assert "Terminado" in html
    assert run.version is not None
    assert f'<a href="{MODELS}{run.version.pk}/change/">{run.version.name}</a>' in html
    assert "Leyendo lo que sabe el bot" in html  # its log
    assert "Pidió el entrenamiento." in html_of(page, of(run, "history"))


def test_while_one_is_open_the_button_leads_to_it(page: Client, small_bot: SmallBot) -> None:
    run = running()
    for press in (page.post, page.get):
        answer = press(START)
        assert (answer.status_code, answer["Location"]) == (302, of(run))
    assert "Ya hay un entrenamiento en marcha" in html_of(page, of(run))
    assert TrainingRun.objects.count() == 1


def test_a_dead_one_gives_way(page: Client, small_bot: SmallBot, ask: Callable[[], Any]) -> None:
    long_ago = timezone.now() - timedelta(minutes=5)
    dead = running(heartbeat_at=long_ago)
    assert "no da señales" in html_of(page, of(dead))
    assert "Entrenar ahora" in html_of(page, START)
    ask()
    dead.refresh_from_db()
    assert dead.state == State.FAILED
    assert TrainingRun.objects.filter(state=State.DONE).count() == 1


def test_asking_by_an_address_alone_asks_first(page: Client, small_bot: SmallBot) -> None:
    html = html_of(page, START)
    assert "Todavía no hay ningún modelo activo." in html
    assert not TrainingRun.objects.exists()


def test_a_project_that_cannot_be_read_is_said_on_the_page_of_the_run(
    page: Client, small_bot: SmallBot, ask: Callable[[], Any]
) -> None:
    small_bot.rasa.joinpath("domain.yml").write_text("- nada: [")
    ask()
    run = TrainingRun.objects.get()
    html = html_of(page, of(run))
    assert run.state == State.FAILED
    assert 'class="run-error"' in html
    assert run.error[:30] in html.replace("&quot;", '"').replace("&#x27;", "'")


def test_after_a_change_staff_are_led_to_the_training(page: Client, small_bot: SmallBot) -> None:
    act(page, "deactivate", make())
    html = said(page)
    assert TRAIN in html
    assert f'<a href="{START}">Entrenar ahora</a>' in html


# watching


def test_the_page_of_a_run_says_how_far_it_is(page: Client, small_bot: SmallBot, admin: User) -> None:
    run = running(asked_by=admin)
    write_log(run, "10:00 empezó <b>\n")
    html = html_of(page, of(run))
    for text in (
        'value="42"',
        "Entrenando el clasificador",
        'aria-live="polite"',
        "empezó &lt;b&gt;",
        "Luz Jiménez",
    ):
        assert text in html, text
    assert f'data-state-url="{of(run, "state")}"' in html
    assert of(run, "cancel") in html


def test_the_state_is_json_of_the_same(page: Client, small_bot: SmallBot) -> None:
    run = running(started_at=timezone.now() - timedelta(seconds=75))
    write_log(run, "10:00 empezó\n")
    body = page.get(of(run, "state")).json()
    assert body.pop("took").startswith("1 min 1")
    assert body == {
        "is_open": True,
        "state": "Entrenando",
        "percent": 42,
        "step": "Entrenando el clasificador",
        "warning": "",
        "log": "10:00 empezó\n",
    }
    TrainingRun.objects.update(state=State.FAILED, slot=None)
    assert page.get(of(run, "state")).json()["is_open"] is False


def test_a_long_log_is_shown_by_its_end(page: Client, small_bot: SmallBot) -> None:
    run = running()
    write_log(run, "la primera\n" + "una línea más\n" * 5000 + "la última\n")
    log = page.get(of(run, "state")).json()["log"]
    assert log.endswith("la última\n")
    assert "la primera" not in log
    assert len(log) < 20_000


def test_what_waits_too_long_says_why(page: Client, small_bot: SmallBot) -> None:
    run = make_run(asked_at=timezone.now() - timedelta(minutes=2), slot="training")
    assert "Nadie lo ha empezado" in html_of(page, of(run))


def test_a_model_that_waits_can_be_activated_from_its_run(page: Client, small_bot: SmallBot) -> None:
    version = make_version(decision=ModelVersion.Decision.WAITING)
    run = make_run(version=version, state=State.DONE, progress=1)
    assert f'href="{MODELS}{version.pk}/activate/"' in html_of(page, of(run))
    ModelVersion.objects.update(decision=ModelVersion.Decision.ACTIVATED)
    assert f'href="{MODELS}{version.pk}/activate/"' not in html_of(page, of(run))


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_of_runs_costs_four_queries_however_many_there_are(
    page: Client, small_bot: SmallBot, admin: User, django_assert_max_num_queries: Any, count: int
) -> None:
    for n in range(count):
        version = make_version(f"20261101-0800{n:02}-aaaaaaaa")
        make_run(version=version, asked_by=admin, state=State.DONE, progress=1)
    page.get(RUNS)
    with django_assert_max_num_queries(7):  # four; session, person, second factor
        html = html_of(page, RUNS)
    assert html.count("<progress") == count
    assert html.count("-aaaaaaaa</a>") == count


def test_an_empty_list_says_what_will_be_here(page: Client, small_bot: SmallBot) -> None:
    assert "Aquí aparecerá cada entrenamiento" in html_of(page, RUNS)


# cancelling


def test_cancelling_asks_first_and_then_does_it(page: Client, small_bot: SmallBot) -> None:
    run = make_run(slot="training")
    assert "Se pierde lo entrenado hasta ahora" in html_of(page, of(run, "cancel"))
    run.refresh_from_db()
    assert run.state == State.QUEUED
    html = page.post(of(run, "cancel"), follow=True).content.decode()
    run.refresh_from_db()
    assert (run.state, run.slot) == (State.CANCELLED, None)
    assert "Se canceló." in html


def test_one_that_runs_stops_at_its_next_step(page: Client, small_bot: SmallBot) -> None:
    run = running()
    html = page.post(of(run, "cancel"), follow=True).content.decode()
    run.refresh_from_db()
    assert (run.state, run.is_cancel_asked) == (State.RUNNING, True)
    assert "Se detendrá al terminar el paso de ahora." in html
    assert "se pidió cancelarlo" in html
    assert of(run, "cancel") not in html


def test_what_has_ended_cannot_be_cancelled(page: Client, small_bot: SmallBot) -> None:
    run = make_run(state=State.DONE)
    assert "ya terminó" in page.post(of(run, "cancel"), follow=True).content.decode()
    run.refresh_from_db()
    assert run.state == State.DONE


# who may


def test_soporte_has_nothing_to_do_with_trainings(client: Client, small_bot: SmallBot, soporte: User) -> None:
    run = running()
    client.force_login(soporte)
    for address in (RUNS, START, of(run), of(run, "state"), of(run, "cancel")):
        assert client.get(address).status_code == 403, address
    for address in (START, of(run, "cancel")):
        assert client.post(address).status_code == 403, address
    run.refresh_from_db()
    assert (run.state, run.is_cancel_asked) == (State.RUNNING, False)
    assert "Entrenar ahora" not in html_of(client, INTENTS)


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    run = running()
    for address in (START, of(run, "state"), of(run, "cancel")):
        assert client.post(address).status_code == 302
    assert TrainingRun.objects.count() == 1


@pytest.mark.parametrize("verb", ["state", "cancel"])
def test_an_unknown_run_is_not_found(page: Client, verb: str) -> None:
    assert page.get(f"{RUNS}nada/{verb}/").status_code == 404
    assert page.get(f"{RUNS}00000000-0000-0000-0000-000000000000/{verb}/").status_code == 404

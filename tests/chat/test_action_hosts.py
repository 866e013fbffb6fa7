"""Which host runs which action in this process."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import LazySettings

from apps.chat.engines.embedded.hosts import InProcessHost, RemoteHost, rehearsal_host
from apps.chat.engines.project import BotProject, Intent, Response
from apps.chat.hosts import action_hosts, bot_backend
from rasa.actions.rehearsal import RehearsalBackend
from tutorbot.env import Env


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    action_hosts.cache_clear()
    bot_backend.cache_clear()
    yield
    action_hosts.cache_clear()
    bot_backend.cache_clear()


def test_alone_this_process_runs_the_project_s_own_actions_and_no_other(env: Callable[..., Env]) -> None:
    env(ACTION_SERVER_URL="")
    (own,) = action_hosts()
    assert isinstance(own, InProcessHost)
    assert "action_greet" in own
    assert "action_foreign" not in own


def test_with_an_action_server_only_foreign_actions_go_there(env: Callable[..., Env]) -> None:
    env(ACTION_SERVER_URL="http://127.0.0.1:9/webhook")
    first = {
        name: next(h for h in action_hosts() if name in h) for name in ("action_greet", "action_foreign")
    }
    assert isinstance(first["action_greet"], InProcessHost)
    assert isinstance(first["action_foreign"], RemoteHost)


def test_actions_reach_the_back_end_that_settings_name(settings: LazySettings) -> None:
    settings.BOT_BACKEND = "rasa.actions.rehearsal.RehearsalBackend"
    assert isinstance(bot_backend(), RehearsalBackend)


def test_a_rehearsal_offers_guesses_in_the_language_of_the_conversation() -> None:
    button = {"title": "Timetable", "payload": "/horarios"}
    project = BotProject(
        intents={"horarios": Intent(name="horarios", title="Horarios")},
        responses={"utter_a": (Response(text="x", buttons=(button,), conditions={"idioma": "en"}),)},
    )
    guess = {"intent": {"name": "nlu_fallback"}, "intent_ranking": [{"name": "horarios", "confidence": 0.3}]}
    tracker = {"slots": {"idioma": "en"}, "latest_message": guess, "events": []}
    (asked,) = (
        rehearsal_host(project).run({"next_action": "action_not_understood", "tracker": tracker}).responses
    )
    assert [one["title"] for one in asked["buttons"]] == ["Timetable", "Main menu"]

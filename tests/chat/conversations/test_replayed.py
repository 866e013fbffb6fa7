"""The conversations of rasa/tests/conversations.yml on the embedded engine, message by message, over HTTP."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.project import BotProject
from apps.intents.services.project import project_files
from tests.chat.conversations import said
from tests.chat.conversations.said import Said
from tests.chat.conversations.talk import Talk

pytestmark = pytest.mark.django_db

FILE = Path(__file__).parents[3] / "rasa" / "tests" / "conversations.yml"
CONVERSATIONS = yaml.safe_load(FILE.read_text("utf-8"))["conversations"]
KEYS = {
    "say",
    "known",
    "intent",
    "responses",
    "slots",
    "english",
    "buttons",
    "titles",
    "cards",
    "auth_needed",
}


@pytest.fixture(scope="module")
def project() -> BotProject:
    return project_files()


@pytest.fixture(scope="module")
def spoken(project: BotProject) -> dict[str, Said]:
    return {language: Said(project, language) for language in ("es", "en")}


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda one: one["name"])
def test_the_conversation_goes_as_described(
    conversation: Mapping[str, Any],
    api: APIClient,
    bot: EmbeddedEngine,
    project: BotProject,
    spoken: dict[str, Said],
    student: User,
    bearer: Callable[..., Any],
) -> None:
    headers = {True: bearer(student), False: {}}
    talk = Talk(api, {})
    for number, turn in enumerate(conversation["turns"], 1):
        talk.headers = headers[turn.get("known", conversation.get("known", False))]
        intent = talk.say(turn["say"])
        speech = spoken["en" if turn.get("english") else "es"]
        found = [*_differences(turn, talk, speech), *_wrong_slots(turn, talk, project)]
        if turn.get("intent", intent) != intent:
            found.append(f"understood {intent}")
        assert not found, (number, turn["say"], found)


def _differences(turn: Mapping[str, Any], talk: Talk, speech: Said) -> list[str]:
    found = []
    wanted = turn["responses"]
    if len(wanted) != len(talk.texts) or not all(map(speech.is_one_of, talk.texts, wanted)):
        found.append(f"said {[speech.names(text) or text for text in talk.texts]}, not {wanted}")
    if missing := set(turn.get("buttons", ())) - set(talk.payloads):
        found.append(f"no buttons {sorted(missing)}")
    if missing := set(turn.get("titles", ())) - set(said.titles(talk.messages)):
        found.append(f"no titles {sorted(missing)}")
    if "cards" in turn and len(talk.cards) != turn["cards"]:
        found.append(f"{len(talk.cards)} cards")
    if "auth_needed" in turn and talk.asks_for_login is not turn["auth_needed"]:
        found.append(f"asks for login: {talk.asks_for_login}")
    return found


def _wrong_slots(turn: Mapping[str, Any], talk: Talk, project: BotProject) -> list[str]:
    wanted = turn.get("slots", {})
    held = talk.slots if wanted else {}
    values = {name: held.get(name, project.slots[name].initial) for name in wanted}
    return [f"{name} is {values[name]!r}" for name, value in wanted.items() if values[name] != value]


def test_all_33_conversations_are_there() -> None:
    assert {int(one["name"].split()[0]) for one in CONVERSATIONS} == set(range(1, 34))
    assert len({one["name"] for one in CONVERSATIONS}) == len(CONVERSATIONS)


def test_they_expect_what_exists(project: BotProject) -> None:
    turns = [turn for one in CONVERSATIONS for turn in one["turns"]]
    assert not [turn for turn in turns if set(turn) - KEYS]
    names = {name.strip() for turn in turns for one in turn["responses"] for name in one.split("|")}
    assert names <= set(project.responses)
    assert {turn.get("intent", "nlu_fallback") for turn in turns} <= {*project.intents, "nlu_fallback"}

"""This repository's own bot on the embedded engine."""

import subprocess
import sys
from pathlib import Path

import pytest

from apps.chat.engines.base import TrainedModel
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.embedded.hosts import rehearsal_host
from apps.chat.engines.project import BotProject
from apps.intents.botproject.loader import load_project
from tests.bot import activate_our_bot
from tests.chat.embedded.helpers import CLAIMS, MemoryStore, message

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def project() -> BotProject:
    return load_project(ROOT / "rasa")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rasa-models")


@pytest.fixture(scope="module")
def model(folder: Path) -> TrainedModel:
    return activate_our_bot(EmbeddedEngine(folder, MemoryStore()), folder)


@pytest.fixture
def tutor(folder: Path, model: TrainedModel, project: BotProject) -> EmbeddedEngine:
    return EmbeddedEngine(folder, MemoryStore(), hosts=[rehearsal_host(project)])


def test_it_is_understood_well_enough_to_be_published(model: TrainedModel) -> None:
    figures = model.figures
    assert figures["accuracy"] > 0.8
    assert figures["macro_f1"] > 0.8
    assert figures["noisy_accuracy"] > 0.7
    assert figures["precision"] > 0.88
    assert figures["coverage"] > 0.8


def test_its_own_examples_are_understood(
    tutor: EmbeddedEngine, project: BotProject, model: TrainedModel
) -> None:
    threshold = model.figures["threshold"]
    told = [(name, example.text) for name, known in project.intents.items() for example in known.examples[:4]]
    right = [
        p.intent == name and p.confidence >= threshold for name, text in told if (p := tutor.parse(text))
    ]
    assert sum(right) / len(right) > 0.95


@pytest.mark.parametrize("text", ["asdf qwerty zxcv", "jkl", "hjkñ", "zxcvbnm", "wqkx", "…", "你好"])
def test_gibberish_is_not_answered_as_if_understood(tutor: EmbeddedEngine, text: str) -> None:
    assert tutor.reply(message(text)).is_fallback


def test_every_intent_is_answered_with_and_without_login(tutor: EmbeddedEngine, project: BotProject) -> None:
    for name, known in project.intents.items():
        anonymous = tutor.reply(message(f"/{name}", sender=f"a-{name}"))
        verified = tutor.reply(message(f"/{name}", sender=f"v-{name}", claims=CLAIMS))
        assert anonymous.messages, name
        assert verified.messages, name
        assert anonymous.intent == verified.intent == name
        needs_login = any(part.get("custom", {}).get("type") == "auth_needed" for part in anonymous.messages)
        assert needs_login or not known.requires_auth, name


MEMORY = """
import sys
from pathlib import Path
from apps.chat.engines.embedded import EmbeddedEngine
class Nothing:
    def turn(self, sender): raise NotImplementedError
engine = EmbeddedEngine(Path(sys.argv[1]), Nothing())
assert engine.parse("hola").intent == "saludo"
assert not {"sklearn", "scipy"} & sys.modules.keys(), "a worker that answers loads no scikit-learn"
print(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1])
"""


def test_a_process_that_only_answers_is_small(folder: Path, model: TrainedModel) -> None:
    command = [sys.executable, "-c", MEMORY, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    assert int(done.stdout) / 1024 < 100

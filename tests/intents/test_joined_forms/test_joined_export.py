"""A joined project with forms, exported and read back."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from apps.chat.engines.project import BotProject, Rule
from apps.intents.botproject import Source, load_project, load_with_source
from apps.intents.exchange.rasa_project import RasaProject, project_folder
from apps.intents.exchange.rasa_zip import write_rasa
from apps.intents.knowledge import IntentData, join, knowledge_of
from tests.intents.test_joined_forms.conftest import GRANT, LIBRARY, acts_on, changed, with_stories


def exported(folder: Path, known: list[IntentData], target: Path) -> tuple[BotProject, dict[str, Any]]:
    """The joined project as it is read back, and the rules as they are written."""
    files, source = load_with_source(folder)
    assert isinstance(source, Source)
    for name, text in project_folder(RasaProject(join(files, known), files, source)).items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text)
    rules: dict[str, Any] = YAML(typ="safe", pure=True).load((target / "data/rules.yml").read_text())
    return load_project(target), rules


def bare(project: BotProject) -> BotProject:
    def key(rule: Rule) -> str:
        return repr(replace(rule, file=""))

    rules = tuple(sorted((replace(rule, file="") for rule in project.rules), key=key))
    stories = tuple(replace(story, file="") for story in project.stories)
    return replace(project, rules=rules, stories=stories, findings=())


@pytest.mark.parametrize(
    "change",
    [
        lambda known: known,
        lambda known: [*known, LIBRARY, GRANT],
        lambda known: changed(known, "horarios", is_active=False),
        lambda known: changed(known, "saludo", is_active=False),
        lambda known: changed(known, "saludo", requires_auth=True),
        lambda known: changed(changed(known, "saludo", is_active=False), "si", is_active=False),
        lambda known: changed(known, "notas", is_active=False),
    ],
)
@pytest.mark.parametrize("follows_stories", [True, False])
def test_what_is_exported_is_what_was_joined(
    files: BotProject, folder: Path, tmp_path: Path, change: Any, follows_stories: bool
) -> None:
    if follows_stories:
        files = with_stories(files, folder)
    known = change(knowledge_of(files))
    back, _ = exported(folder, known, tmp_path / "out")
    joined = join(files, known)
    assert back.errors == joined.errors == ()
    assert bare(back) == bare(joined)


def test_an_intent_without_an_answer_is_exported_without_rules_that_would_give_it(
    files: BotProject, folder: Path, known: list[IntentData], tmp_path: Path
) -> None:
    _, source = load_with_source(folder)
    content = write_rasa([*known, replace(LIBRARY, answers=())], files, source)
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path / "zip")
    back = load_project(tmp_path / "zip")
    assert "biblioteca" in back.intents
    assert acts_on(back, "biblioteca") == set()
    assert acts_on(back, "horarios") == acts_on(files, "horarios")


def test_an_or_keeps_its_words_and_loses_only_the_way_that_left(
    folder: Path, known: list[IntentData], tmp_path: Path
) -> None:
    def inside(known: list[IntentData]) -> list[Any]:
        _, rules = exported(folder, known, tmp_path / "out")
        return [item["steps"] for item in rules["rules"] if item["rule"] == "dentro"]

    back = [{"action": "action_answer_inside"}, {"action": "cita"}, {"active_loop": "cita"}]
    all_ways = [{"or": [{"intent": "saludo"}, {"intent": "horarios"}, {"intent": "si"}]}, *back]
    assert inside(known) == [all_ways]
    assert inside([*known, LIBRARY]) == [all_ways]
    without = changed(known, "horarios", is_active=False)
    assert inside(without) == [[{"or": [{"intent": "saludo"}, {"intent": "si"}]}, *back]]
    assert inside(changed(known, "horarios", requires_auth=True)) == inside(without)
    assert inside(changed(without, "saludo", is_active=False)) == [[{"intent": "si"}, *back]]
    none = changed(changed(without, "saludo", is_active=False), "si", is_active=False)
    assert inside(none) == []


def test_a_rule_that_can_be_kept_in_no_ones_words_is_written_out(
    folder: Path, known: list[IntentData], tmp_path: Path
) -> None:
    path = folder / "data/rules.yml"
    doubled = path.read_text() + (
        "- rule: dentro\n  condition: [{active_loop: otra}]\n  wait_for_user_input: false\n"
        "  steps: [{or: [{intent: saludo}, {intent: horarios}]}, {action: utter_saludo}]\n"
    )
    path.write_text(
        re.sub(r"stories:.*?(?=- rule: dentro\n  condition: \[\{active_loop: otra)", "", doubled, flags=re.S)
    )
    files = load_project(folder)
    left = changed(known, "horarios", is_active=False)
    back, rules = exported(folder, left, tmp_path / "out")
    assert len([item for item in rules["rules"] if item["rule"] == "dentro"]) == 3
    assert bare(back) == bare(join(files, left))

"""Stories: followed by memoization, left out and named where they need more."""

import pytest

from apps.chat.engines.project import Policies, Step, Story
from tests.intents.test_botproject.conftest import GOOD, Loader, assert_says

CONFIG = GOOD["config.yml"].rstrip() + "\n        - name: MemoizationPolicy\n"
SLOTS = "slots:\n  listo: {type: bool, mappings: []}\n"


def story(steps: str, config: str = CONFIG) -> dict[str, str]:
    indented = "".join(f"  {line}\n" for line in steps.splitlines())
    return {
        "config.yml": config,
        "domain/s.yml": SLOTS + "responses:\n  utter_cuento: [{text: x}]\n",
        "data/s.yml": f"stories:\n- story: cuento\n  metadata: x\n  steps:\n{indented}",
    }


STEPS = "- intent: saludo\n- action: utter_saludo\n- intent: menu\n- action: utter_cuento\n"


def test_a_story_arrives_with_its_turns(load: Loader) -> None:
    project = load(story(f"{STEPS}- slot_was_set:\n  - listo: true\n  - requested_slot: x\n"))
    assert_says(project)
    turns = (
        *(Step("intent", "saludo"), Step("action", "utter_saludo")),
        *(Step("intent", "menu"), Step("action", "utter_cuento")),
    )
    assert project.stories == (Story("cuento", (*turns, Step("slot", "listo", True)), "data/s.yml"),)


def test_every_way_through_an_or_is_a_story(load: Loader) -> None:
    either = "- or:\n  - intent: saludo\n  - intent: menu\n- action: utter_cuento\n"
    project = load(story(either))
    assert_says(project)
    assert [one.steps[0].name for one in project.stories] == ["saludo", "menu"]


def test_stories_without_memoization_are_unsupported_and_their_answers_count_as_used(load: Loader) -> None:
    project = load(story(STEPS, GOOD["config.yml"]))
    assert_says(project, ("unsupported", "cuento", "añade una en «policies»"))
    assert project.stories == ()


def test_without_policies_stories_are_followed_and_the_learning_ones_named(load: Loader) -> None:
    config = "recipe: default.v1\nlanguage: es\n"
    project = load(story(STEPS, config))
    assert_says(project, ("unsupported", "config", "TEDPolicy"))
    assert project.policies == Policies(memoization=True)
    assert len(project.stories) == 1


@pytest.mark.parametrize(
    ("steps", "severity", "words"),
    [
        (f"{STEPS}- checkpoint: x", "unsupported", "checkpoint"),
        ("- user: hola\n- action: utter_saludo", "unsupported", "«user:»"),
        ("- intent: saludo\n- bot: Hola", "unsupported", "«bot:»"),
        ("- intent: nadie\n- action: utter_menu", "error", "«nadie» no existe"),
        ("- intent: menu\n- action: utter_nadie", "error", "«utter_nadie» no existe"),
        ("- intent: menu\n- active_loop: nadie\n- action: utter_menu", "error", "formulario «nadie»"),
        ("- intent: menu", "warning", "no hace nada"),
    ],
)
def test_what_is_wrong_in_a_story_is_told(load: Loader, steps: str, severity: str, words: str) -> None:
    told = [one for one in load(story(steps)).findings if one.name == "cuento"]
    assert [one.severity for one in told] == [severity], told
    assert words in told[0].message


def test_a_story_without_a_name_is_an_error(load: Loader) -> None:
    files = {"config.yml": CONFIG, "data/s.yml": "stories:\n- steps: []\n"}
    assert_says(load(files), ("error", "stories", "historia sin nombre"))


@pytest.mark.parametrize(
    ("options", "ignored"),
    [
        ("menu", ("fecha",)),
        ("menu: {use_entities: []}", ("ciudad", "fecha", "hora")),
        ("menu: {use_entities: false}", ("ciudad", "fecha", "hora")),
        ("menu: {use_entities: true}", ("fecha",)),
        ("menu: {use_entities: [hora]}", ("ciudad", "fecha")),
        ("menu: {ignore_entities: [hora]}", ("hora",)),
        ("menu: {use_entities: [hora, ciudad], ignore_entities: [hora]}", ("fecha", "hora")),
    ],
)
def test_entities_that_rules_do_not_look_at_are_those_of_rasa(
    load: Loader, options: str, ignored: tuple[str, ...]
) -> None:
    domain = GOOD["domain/base.yml"].replace("- menu\n", f"- {options}\n")
    domain = domain.rstrip() + "\n        entities: [ciudad, fecha: {influence_conversation: false}, hora]\n"
    project = load({"domain/base.yml": domain})
    assert_says(project)
    assert project.intents["menu"].ignored_entities == ignored


def test_a_rule_does_not_ask_for_an_entity_that_is_ignored(load: Loader) -> None:
    domain = GOOD["domain/base.yml"].replace("- menu\n", "- menu: {ignore_entities: [hora]}\n")
    domain = domain.rstrip() + "\n        entities: [ciudad, hora]\n"
    steps = "- intent: menu\n  entities: [hora, ciudad]\n- action: utter_cuento\n"
    project = load({**story(steps), "domain/base.yml": domain})
    assert_says(project)
    assert project.stories[0].steps[0] == Step("intent", "menu", entities=("ciudad",))

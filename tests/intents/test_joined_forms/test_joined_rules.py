"""Intents of staff and rules inside forms, joined with the files."""

from dataclasses import replace
from pathlib import Path

from apps.chat.engines.project import BotProject, Step
from apps.intents.knowledge import IntentData, is_plain_rule, join, knowledge_of, rules_naming
from tests.intents.test_joined_forms.conftest import GRANT, LIBRARY, acts_on, changed, with_stories


def test_the_files_joined_with_themselves_stay_as_they_are_written(
    files: BotProject, known: list[IntentData]
) -> None:
    assert files.errors == ()
    joined = join(files, known)
    assert joined.rules == files.rules
    assert (joined.slots, joined.forms, joined.stories) == (files.slots, files.forms, files.stories)


def test_an_intent_of_staff_may_be_said_inside_every_form(files: BotProject, known: list[IntentData]) -> None:
    joined = join(files, [*known, LIBRARY])
    assert acts_on(joined, "biblioteca") == {
        ((), ("utter_biblioteca",)),
        (("cita",), ("action_answer_inside", "cita", "cita")),
        (("otra",), ("action_answer_inside", "otra", "otra")),
    }
    assert joined.errors == ()


def test_where_the_project_has_no_such_actions_the_answer_itself_is_given(
    files: BotProject, known: list[IntentData]
) -> None:
    bare = replace(files, actions=("action_verify_session",))
    joined = join(bare, [*known, LIBRARY, GRANT])
    assert (("otra",), ("utter_biblioteca", "otra", "otra")) in acts_on(joined, "biblioteca")
    assert ((False,), ("utter_need_auth",)) in acts_on(joined, "beca")


def test_a_protected_intent_asks_for_the_login_and_remembers_the_wish(
    files: BotProject, known: list[IntentData]
) -> None:
    joined = join(files, [*known, replace(LIBRARY, requires_auth=True)])
    ask = ("utter_need_auth", "action_remember_wish")
    assert acts_on(joined, "biblioteca") == {
        ((True,), ("utter_biblioteca",)),
        ((False,), ask),
        *((((form, True)), ("action_answer_inside", form, form)) for form in ("cita", "otra")),
        *((((form, False)), (*ask, form, form)) for form in ("cita", "otra")),
    }


def test_protection_is_switched_inside_forms_too_and_only_where_the_files_answer(
    files: BotProject, known: list[IntentData]
) -> None:
    ask = ("utter_need_auth", "action_remember_wish")
    assert acts_on(join(files, changed(known, "horarios", requires_auth=True)), "horarios") == {
        ((True,), ("utter_horarios",)),
        ((False,), ask),
        (("cita", True), ("action_answer_inside", "cita", "cita")),
        (("cita", False), (*ask, "cita", "cita")),
    }
    assert acts_on(join(files, changed(known, "notas", requires_auth=False)), "notas") == {
        ((), ("utter_notas",)),
        (("cita",), ("action_answer_inside", "cita", "cita")),
    }


def test_rules_inside_forms_do_not_hold_an_intent_and_others_do(files: BotProject) -> None:
    assert rules_naming(files, "notas") == []
    assert rules_naming(files, "cancelar") == ["cancelar"]
    assert rules_naming(files, "si") == ["si"]
    inside = next(rule for rule in files.rules if rule.name == "protegidas dentro sin sesión")
    assert is_plain_rule(inside, "notas")
    assert not is_plain_rule(replace(inside, steps=inside.steps[:-1]), "notas")
    assert not is_plain_rule(
        replace(inside, conditions=(Step("loop", None), *inside.conditions[1:])), "notas"
    )


def test_stories_that_are_followed_hold_their_intents_and_leave_with_them(
    files: BotProject, folder: Path
) -> None:
    project = with_stories(files, folder)
    assert rules_naming(project, "horarios") == ["cuento", "otro"]
    left = join(project, changed(knowledge_of(project), "horarios", is_active=False))
    assert [story.steps[0].name for story in left.stories] == ["saludo"]


def test_an_intent_that_leaves_is_named_by_no_mapping_and_no_form(
    files: BotProject, known: list[IntentData]
) -> None:
    left = join(files, changed(known, "horarios", is_active=False))
    assert left.slots["nombre"].mappings[0].not_intents == ("saludo",)
    assert left.forms["cita"].ignored_intents == ()
    assert [(one.intents, one.not_intents) for one in left.slots["tema"].mappings] == [
        (("saludo",), ()),
        ((), ("si",)),
    ]
    assert acts_on(left, "saludo") == acts_on(files, "saludo")


def test_an_intent_of_staff_is_no_answer_where_the_files_count_questions_out(
    files: BotProject, known: list[IntentData]
) -> None:
    joined = join(files, [*known, LIBRARY])
    assert joined.slots["nombre"].mappings[0].not_intents == ("saludo", "horarios", "biblioteca")
    assert joined.forms["cita"].ignored_intents == ("horarios", "biblioteca")
    assert joined.slots["tema"] == files.slots["tema"]

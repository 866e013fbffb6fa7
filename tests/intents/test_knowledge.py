"""Staff's intents and the files of rasa/ as one project."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.project import EXPIRED, EXPIRED_ANSWER, BotProject, Response, Rule, Step
from apps.intents.botproject import load_project
from apps.intents.knowledge import (
    MISSING_ANSWER,
    NEED_AUTH,
    IntentData,
    join,
    knowledge_of,
    rules_naming,
    undated,
    valid_on,
)
from tests.chat.embedded.helpers import CLAIMS, MemoryStore, message, quiet, texts


@pytest.fixture(scope="module")
def files() -> BotProject:
    return load_project(settings.BASE_DIR / "rasa")


@pytest.fixture(scope="module")
def known(files: BotProject) -> list[IntentData]:
    return knowledge_of(files)


def sentences(*words: str) -> tuple[str, ...]:
    starts = ("dónde queda", "cómo llego a", "busco", "quiero ir a", "horario de", "abren hoy")
    return tuple(f"{start} {word}" for start in starts for word in words)


LIBRARY = IntentData(
    "biblioteca",
    sentences("la biblioteca", "el préstamo de libros"),
    (Response(text="Está en el bloque B."),),
)


def signature(rules: tuple[Rule, ...]) -> set[Any]:
    """What rules do, whatever they are called."""
    return {(repr(rule.steps), repr(rule.conditions), rule.conversation_start) for rule in rules}


def changed(known: list[IntentData], name: str, **values: Any) -> list[IntentData]:
    return [replace(one, **values) if one.name == name else one for one in known]


def rules_of(project: BotProject, intent: str) -> set[Any]:
    """Those outside forms."""
    return {
        (rule.steps[1].name, tuple(c.value for c in rule.conditions))
        for rule in project.rules
        if rule.steps[0] == Step("intent", intent) and not any(c.kind == "loop" for c in rule.conditions)
    }


def test_the_files_joined_with_themselves_are_the_files(files: BotProject, known: list[IntentData]) -> None:
    joined = join(files, known)
    assert joined.intents == files.intents
    assert joined.responses == files.responses
    assert joined.synonyms == files.synonyms
    assert signature(joined.rules) == signature(files.rules)
    assert len(joined.rules) == len(files.rules)
    assert joined.findings == ()


def test_a_new_intent_gets_a_rule_and_without_an_answer_a_safe_one(
    files: BotProject, known: list[IntentData]
) -> None:
    joined = join(
        files, [*known, LIBRARY, replace(LIBRARY, name="otra", answers=(), examples=sentences("otra"))]
    )
    assert rules_of(joined, "biblioteca") == {("utter_biblioteca", ())}
    assert joined.responses["utter_biblioteca"] == LIBRARY.answers
    assert joined.responses["utter_otra"] == (Response(text=MISSING_ANSWER),)
    assert [f for f in joined.findings if f.severity == "error"] == []


def test_protection_is_switched_by_the_intent_alone(files: BotProject, known: list[IntentData]) -> None:
    assert rules_of(join(files, [*known, LIBRARY]), "biblioteca") == {("utter_biblioteca", ())}
    assert rules_of(join(files, [*known, replace(LIBRARY, requires_auth=True)]), "biblioteca") == {
        ("utter_biblioteca", (True,)),
        (NEED_AUTH, (False,)),
    }
    locked = join(files, changed(known, "horarios", requires_auth=True))
    assert rules_of(locked, "horarios") == {("utter_horarios", (True,)), (NEED_AUTH, (False,))}
    unlocked = join(locked, changed(known, "horarios", requires_auth=False))
    assert rules_of(unlocked, "horarios") == {("utter_horarios", ())}


def test_what_an_action_answers_stays_protected(files: BotProject, known: list[IntentData]) -> None:
    joined = join(files, changed(known, "estado_estudiante", requires_auth=False))
    assert rules_of(joined, "estado_estudiante") == {("action_student_state", (True,)), (NEED_AUTH, (False,))}


def test_an_inactive_intent_leaves_with_its_rules(files: BotProject, known: list[IntentData]) -> None:
    joined = join(files, changed(known, "horarios", is_active=False))
    assert "horarios" not in joined.intents
    assert not rules_of(joined, "horarios")
    assert not [f for f in joined.findings if f.severity == "error"]
    assert len(joined.intents) == len(files.intents) - 1


def test_a_sentence_in_two_intents_is_an_error_that_names_both(
    files: BotProject, known: list[IntentData]
) -> None:
    first = known[0]
    twin = replace(LIBRARY, examples=(*LIBRARY.examples, first.examples[0].upper() + "!"))
    (error,) = join(files, [*known, twin]).errors
    assert error.name == first.name
    assert "está también en biblioteca" in error.message


def test_rules_that_say_more_than_the_answer_hold_their_intent(files: BotProject) -> None:
    assert rules_naming(files, "afirmar")
    assert rules_naming(files, "horarios") == []
    assert rules_naming(files, "estado_estudiante")


@pytest.fixture(scope="module")
def answering(files: BotProject, known: list[IntentData], tmp_path_factory: Any) -> EmbeddedEngine:
    """An engine trained on the files, a new intent, and protection switched on for one that had none."""
    people = changed(known, "horarios", requires_auth=True)
    engine = EmbeddedEngine(Path(tmp_path_factory.mktemp("models")), MemoryStore())
    engine.activate(engine.train(join(files, [*people, LIBRARY]), quiet))
    return engine


def said(engine: EmbeddedEngine, text: str, sender: str, **options: Any) -> str:
    return " ".join(texts(engine.reply(message(text, sender=sender, **options)).messages))


@pytest.mark.slow
def test_a_new_intent_is_answered_after_training(answering: EmbeddedEngine) -> None:
    assert said(answering, "dónde queda la biblioteca", "uno") == "Está en el bloque B."


@pytest.mark.slow
def test_switching_protection_changes_what_somebody_unknown_hears(
    answering: EmbeddedEngine, files: BotProject
) -> None:
    hours = next(one for one in knowledge_of(files) if one.name == "horarios")
    ask = {answer.text for answer in files.responses[NEED_AUTH]}
    assert said(answering, hours.examples[0], "tres") in ask
    answers = {answer.text for answer in hours.answers}
    assert said(answering, hours.examples[0], "cuatro", claims=CLAIMS) in answers


def test_what_is_valid_on_a_day_never_leaves_an_answer_without_words() -> None:
    over = Response("Hasta mayo", valid_until="2026-05-31", review_by="2026-05-01")
    own = Response("Solo técnicos", conditions={"programa": "técnico"})
    responses = {"utter_a": (over, Response("Siempre")), "utter_b": (over,), "utter_c": (over, own)}
    assert valid_on(responses, date(2026, 5, 31)) == {
        "utter_a": (undated(over), Response("Siempre")),
        "utter_b": (undated(over),),
        "utter_c": (undated(over), own),
    }
    assert valid_on(responses, date(2026, 6, 1)) == {
        "utter_a": (Response("Siempre"),),
        "utter_b": (EXPIRED_ANSWER,),
        "utter_c": (own, EXPIRED_ANSWER),
    }
    told = {EXPIRED: (Response("En revisión."),), "utter_b": (over,), "utter_d": (own,), "utter_e": ()}
    assert valid_on(told, date(2026, 6, 1)) == {
        EXPIRED: (Response("En revisión."),),
        "utter_b": (Response("En revisión."),),
        "utter_d": (own,),
        "utter_e": (),
    }


def test_a_model_is_made_of_an_answers_validity_and_not_of_its_review(files: BotProject) -> None:
    def hash_of(**dates: str) -> str:
        answer = Response("Está en el bloque B.", **dates)
        return join(files, [replace(LIBRARY, answers=(answer,))]).data_hash()

    assert hash_of(review_by="2026-05-31") == hash_of()
    assert hash_of(valid_until="2026-05-31") != hash_of()

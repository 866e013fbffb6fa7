"""Saved conversations as tests of the bot: what counts as the expected answer, and what a run says."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.chat.engines.base import BotReply
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.embedded.model import LoadedModel
from apps.chat.engines.project import BotProject, Response
from apps.core.errors import Conflict, Invalid, NotFound
from apps.intents.models import SavedConversation
from apps.intents.rehearsals import Turn, read_turns
from apps.intents.rehearsals.comparing import Variations
from apps.intents.rehearsals.privacy import EMAIL, NUMBER, mask
from apps.intents.rehearsals.turns import MAX_TURNS, turns_of
from apps.intents.services import rehearsals
from apps.intents.services.rehearsal_drafts import draft_from_sender, save_from_sender
from apps.intents.services.rehearsal_files import (
    add_starters,
    export_conversations,
    import_conversations,
)
from apps.intents.services.review.personal import personal_data_in
from apps.logs.models import ChatTurn

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(bot: EmbeddedEngine) -> LoadedModel:
    return bot.active()


def saved(*turns: Turn, name: str = "Prueba", **more: Any) -> SavedConversation:
    return rehearsals.create_conversation(name=name, turns=[turn.to_json() for turn in turns], **more)


def said(text: str, *, at: int = 0, sender: str = "web-1", origin: str = "widget") -> ChatTurn:
    now = timezone.now() + timedelta(seconds=at)
    return ChatTurn.objects.create(
        timestamp=now,
        day=timezone.localdate(),
        request_id=str(at),
        sender_id=sender,
        user_message=text,
        engine="embedded",
        origen=origin,
    )


HELLO = Turn("hola", False, "saludo", ("Hola, soy otra",), ("Académica", "Administrativa", "Soporte"))


# comparing

ONE, TWO, THREE = "Hola, ¿qué tal?", "Buenas. Dime.", "Hola {nombre}, aquí estoy."
OWN = ({"title": "Uno", "payload": "/uno"},)
RESPONSES = {
    "utter_saludo": (Response(text=ONE), Response(text=TWO), Response(text=THREE)),
    "utter_menu": (Response(text="Menú A", buttons=OWN), Response(text="Menú B")),
    "utter_largo": (Response(text="Parte uno.\n\nParte dos."), Response(text="Todo junto.")),
    "utter_si": (
        Response(text="Eres técnico.", conditions={"programa": "técnico"}),
        Response(text="No sé qué eres."),
    ),
    "utter_canal": (Response(text="Por la web.", channel="web"), Response(text="Por aquí.", channel="rest")),
    "utter_todo": (Response(text="{dato}"), Response(text="Nada que decir.")),
    "utter_sola": (Response(text="Solo esta."),),
}
VARIATIONS = Variations(BotProject(responses=RESPONSES))


@pytest.mark.parametrize(
    ("expected", "got", "differs"),
    [
        ([ONE], [ONE], ()),
        ([ONE], [TWO], ()),
        ([TWO], ["Hola Ana, aquí estoy."], ()),
        (["Hola Luis, aquí estoy."], ["Hola Ana, aquí estoy."], ("messages",)),
        (["Hola, aquí estoy."], ["Hola Ana, aquí estoy."], ("messages",)),
        (["Solo esta."], ["Solo esta."], ()),
        (["Otra"], ["Solo esta."], ("messages",)),
        ([ONE, "Solo esta."], [TWO, "Solo esta."], ()),
        ([ONE, "Solo esta."], [TWO], ("messages",)),
        (["Parte uno.", "Parte dos."], ["Todo junto."], ()),
        (["Todo junto.", ONE], ["Parte uno.", "Parte dos.", TWO], ()),
        (["Parte uno."], ["Todo junto."], ("messages",)),
        (["Eres técnico."], ["No sé qué eres."], ("messages",)),
        (["Por la web."], ["Por aquí."], ("messages",)),
        (["cualquier cosa"], ["Nada que decir."], ("messages",)),
        ([ONE], [], ("messages",)),
        ([], [ONE], ()),  # the intent alone
    ],
)
def test_texts_are_right_in_any_variation_of_what_was_said(
    expected: list[str], got: list[str], differs: tuple[str, ...]
) -> None:
    before = Turn("x", intent="saludo", messages=tuple(expected))
    now = Turn("x", intent="saludo", messages=tuple(got))
    assert VARIATIONS.differences(before, now) == differs


@pytest.mark.parametrize(
    ("expected", "got", "differs"),
    [
        (("Uno",), ("Uno",), ()),
        (("Uno",), (), ()),  # the other variation has none
        (("Uno", "Dos"), ("Dos",), ()),
        (("Uno", "Dos"), (), ("buttons",)),
        (("Uno",), ("Tres",), ("buttons",)),
    ],
)
def test_buttons_that_belong_to_a_variation_go_with_it(
    expected: tuple[str, ...], got: tuple[str, ...], differs: tuple[str, ...]
) -> None:
    before = Turn("x", intent="menu", messages=("Menú A",), buttons=expected)
    text = "Menú A" if got[:1] == ("Uno",) else "Menú B"
    assert VARIATIONS.differences(before, Turn("x", intent="menu", messages=(text,), buttons=got)) == differs


def test_buttons_of_the_same_text_are_the_same_in_order() -> None:
    before = Turn("x", intent="a", messages=("Solo esta.",), buttons=("A", "B"))
    assert VARIATIONS.differences(before, dataclasses.replace(before, buttons=("B", "A"))) == ("buttons",)


def test_guesses_under_what_was_not_understood_may_change_with_the_model() -> None:
    before = Turn("x", intent="nlu_fallback", messages=("Solo esta.",), buttons=("Cursos", "Menú"))
    now = dataclasses.replace(before, buttons=("Notas", "Menú"))
    assert VARIATIONS.differences(before, now) == ()
    other = dataclasses.replace(now, messages=("Otra",))
    assert VARIATIONS.differences(before, other) == ("messages", "buttons")


def test_another_intent_is_a_difference_and_nothing_expected_is_none() -> None:
    before = Turn("x", intent="a", messages=(ONE,))
    assert VARIATIONS.differences(before, dataclasses.replace(before, intent="b")) == ("intent",)
    assert VARIATIONS.differences(Turn("x"), before) == ()
    assert VARIATIONS.differences(dataclasses.replace(before, intent=None), before) == ()


def test_a_text_full_of_slots_is_compared_in_no_time() -> None:
    hostile = Response(text="a{x}" * 200 + "b")
    variations = Variations(BotProject(responses={"utter_x": (hostile, Response(text="c"))}))
    before, now = Turn("x", intent="i", messages=("a" * 2000,)), Turn("x", intent="i", messages=("c",))
    assert variations.differences(before, now) == ("messages",)


# turns


@pytest.mark.parametrize(
    ("turns", "field", "told"),
    [
        (None, "turns", "al menos un turno"),
        ([], "turns", "al menos un turno"),
        ({"say": "hola"}, "turns", "al menos un turno"),
        ([{"say": "hola"}] * (MAX_TURNS + 1), "turns", "máximo es de 50"),
        ([{"say": "hola"}, "hola"], "turns.2", "Turno 2: debe ser un objeto."),
        ([{"say": "hola"}, {}], "turns.2", "Turno 2: falta «say»"),
        ([{"say": 5}], "turns.1", "falta «say», o no es un texto"),
        ([{"say": " \t "}], "turns.1", "«say» está vacío"),
        ([{"say": "x" * 501}], "turns.1", "más de 500 caracteres"),
        ([{"say": "x", "verified": "yes"}], "turns.1", "«verified»"),
        ([{"say": "x", "intent": ["a"]}], "turns.1", "«intent»"),
        ([{"say": "x", "messages": "hola"}], "turns.1", "«messages» es una lista"),
        ([{"say": "x", "buttons": [1]}], "turns.1", "«buttons»"),
        ([{"say": "x", "buttons": ["a"] * 31}], "turns.1", "más de 30"),
        ([{"say": "x", "otro": 1}], "turns.1", "«otro» no es un dato de un turno"),
    ],
)
def test_turns_that_are_no_turns_are_named(turns: Any, field: str, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_turns(turns)
    assert refused.value.errors[0]["field"] == field
    assert told in refused.value.errors[0]["message"]


def test_what_is_said_stands_in_one_line() -> None:
    assert read_turns([{"say": " hola\r\n  a todos "}]) == (Turn("hola a todos"),)


def test_what_a_database_holds_never_breaks_a_page() -> None:
    assert turns_of(None) == turns_of("x") == turns_of([1, {"say": ""}, {}]) == ()


# rehearsing


@pytest.mark.engines
def test_what_the_model_answers_is_recorded_and_then_is_right(model: LoadedModel) -> None:
    asked = [Turn("hola"), Turn("ver mis certificados"), Turn("ver mis certificados", verified=True)]
    recorded = rehearsals.record_conversation(asked, model)
    assert [turn.intent for turn in recorded] == ["saludo", "ver_certificados", "ver_certificados"]
    assert recorded[1].messages != recorded[2].messages
    assert recorded[0].buttons[0] == "Académica"
    row = SavedConversation.objects.get(pk=saved(*recorded).pk)
    assert rehearsals.rehearse(row, model).is_right
    assert rehearsals.rehearse_all(model) == {"passed": 1, "failed": []}


def test_a_run_names_the_first_turn_that_differs(model: LoadedModel) -> None:
    saved(Turn("hola"), HELLO, Turn("menú", intent="otra"))
    saved(Turn("hola", intent="saludo", messages=HELLO.messages), name="Inactiva", is_active=False)
    assert rehearsals.rehearse_all(model) == {
        "passed": 0,
        "failed": [
            {
                "name": "Prueba",
                "turn": 2,
                "say": "hola",
                "expected": "saludo · «Hola, soy otra» · [Académica] · [Administrativa] · [Soporte]",
                "got": (
                    "saludo · «Hola, qué bueno tenerte por aquí. Soy tu Tutor Virtual. Elige un área o "
                    "escríbeme lo que necesitas.» · [Académica] · [Administrativa] · [Soporte]"
                ),
            }
        ],
    }


@pytest.fixture
def broken(model: LoadedModel) -> LoadedModel:
    """A model whose dialogue breaks at the second turn."""

    class Broken:
        project = model.dialogue.project

        def with_hosts(self, hosts: object) -> "Broken":
            return self

        def answer(self, state: Any, said: Any, **more: Any) -> Any:
            if said.text == "rómpete":
                raise RuntimeError("secret detail")
            return model.dialogue.answer(state, said, **more)

    return dataclasses.replace(model, dialogue=Broken())  # type: ignore[arg-type]


def test_a_dialogue_that_breaks_fails_its_conversation_alone(broken: LoadedModel) -> None:
    saved(Turn("hola"), Turn("rómpete"), Turn("menú"))
    saved(Turn("hola", intent="saludo"), name="Sana")
    outcome = rehearsals.rehearse_all(broken)
    assert outcome["passed"] == 1
    [failure] = outcome["failed"]
    assert (failure["name"], failure["turn"]) == ("Prueba", 2)
    assert failure["got"] == "El bot falló en este turno (RuntimeError)."
    with pytest.raises(Conflict, match="turno 2"):
        rehearsals.record_conversation([Turn("hola"), Turn("rómpete")], broken)
    with pytest.raises(Conflict):
        rehearsals.accept_as_expected(SavedConversation.objects.get(name="Prueba"), broken)


def test_what_there_is_no_time_for_has_not_passed(model: LoadedModel) -> None:
    saved(Turn("hola"))
    outcome = rehearsals.rehearse_all(model, seconds=0)
    assert outcome["passed"] == 0
    assert outcome["failed"][0]["got"] == "No hubo tiempo de ensayarla."


def test_many_conversations_need_one_query(
    model: LoadedModel, django_assert_num_queries: Callable[..., Any]
) -> None:
    turns = [Turn("hola", intent="saludo").to_json()] * 3
    SavedConversation.objects.bulk_create(SavedConversation(name=f"n{n}", turns=turns) for n in range(40))
    with django_assert_num_queries(1):
        assert rehearsals.rehearse_all(model) == {"passed": 40, "failed": []}


# accepting


@pytest.mark.engines
def test_what_is_answered_becomes_expected_in_one_turn_or_in_all(model: LoadedModel) -> None:
    row = saved(HELLO, Turn("/menu", intent="otra"), Turn("/ayuda"))
    assert rehearsals.turns_to_accept(row, model) == 3
    assert rehearsals.accept_as_expected(row, model, [2]) == 1
    row.refresh_from_db()
    assert row.turns[0] == HELLO.to_json()
    assert row.turns[1]["intent"] == "menu"
    with pytest.raises(Invalid, match="turno 9"):
        rehearsals.accept_as_expected(row, model, [9])
    assert rehearsals.accept_as_expected(row, model) == 2
    row.refresh_from_db()
    assert rehearsals.rehearse(row, model).is_right
    assert row.turns[2]["intent"] == "ayuda"
    assert rehearsals.accept_as_expected(row, model) == 0


def test_another_variation_is_not_accepted_anew(model: LoadedModel) -> None:
    other = model.dialogue.project.responses["utter_saludo"][1].text
    row = saved(dataclasses.replace(HELLO, messages=(other,)))
    assert rehearsals.accept_as_expected(row, model) == 0
    assert row.turns[0]["messages"] == [other]


def test_names_are_needed_and_unique() -> None:
    saved(Turn("hola"), name="  Una   prueba ")
    assert SavedConversation.objects.get().name == "Una prueba"
    for name, kind in (("", Invalid), ("x" * 121, Invalid), ("Una prueba", Conflict)):
        with pytest.raises(kind):
            saved(Turn("hola"), name=name)
    other = saved(Turn("hola"), name="Otra")
    with pytest.raises(Conflict):
        rehearsals.change_conversation(saved=other, name="Una prueba")
    assert rehearsals.change_conversation(saved=other, name="Otra", description="d").description == "d"


# personal data


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("soy ana.rojas+x@ejemplo.com.co gracias", f"soy {EMAIL} gracias"),
        ("ana @ejemplo.com", EMAIL),
        ("cédula 1.032.456.789", f"cédula {NUMBER}"),
        ("mi cel es 300 123 4567.", f"mi cel es {NUMBER}."),
        ("+57 (300) 123-4567", NUMBER),
        ("TI 1032456", f"TI {NUMBER}"),
        ("cc 1032456789a", f"cc {NUMBER}a"),
        ("1234567890123456789012", NUMBER),
        ("ana arroba gmail punto com, gracias", f"{EMAIL}, gracias"),
        ("entra a https://x.co/?t=abc ya", "entra a https://x.co/ ya"),
        ("https://x.co/u/1032456789#a@b.co", f"https://x.co/u/{NUMBER}"),
        ("el 22-11-2026 10:30", None),
        ("son 40 horas y 3 cursos del 2026", None),
        ("el 22-11-2026 o 22.11.2026", None),
        ('/estado{"a": "b"}', None),
        (f"{EMAIL} {NUMBER}", None),
    ],
)
def test_personal_data_is_masked(text: str, masked: str | None) -> None:
    found = mask(text)
    assert found.text == (masked or text)
    assert found.is_changed is (masked is not None)
    assert not mask(found.text).is_changed


@pytest.mark.parametrize(
    "text",
    ["1032456789a", "1234567890123456789012", "https://x.co/?t=abc", "ana arroba gmail", "a'b@x", "hola"],
)
def test_the_inbox_and_saved_conversations_have_one_rule(text: str) -> None:
    assert bool(personal_data_in(text)) is mask(text).is_changed


@pytest.mark.engines
def test_a_real_conversation_becomes_a_test_without_its_data(model: LoadedModel) -> None:
    for number in range(32):
        said(f"hola{'!' * number}", at=number)
    said("mi correo es ana@ejemplo.com", at=40, origin="autenticado")
    said("de otro", sender="web-2")
    drafts = draft_from_sender("web-1")
    assert len(drafts) == 30
    assert (drafts[0].turn.say, drafts[0].is_masked) == ("hola!!!", False)
    assert (drafts[-1].turn, drafts[-1].emails) == (Turn(f"mi correo es {EMAIL}", True), 1)
    row = save_from_sender("web-1", name="Real", model=model)
    assert row.turns[0]["intent"] == "saludo"
    assert "ana@" not in str(row.turns)


def test_personal_data_written_back_in_is_refused() -> None:
    said("hola")
    turns = [{"say": "hola"}, {"say": "mi cédula es 1032456789"}]
    with pytest.raises(Invalid) as refused:
        save_from_sender("web-1", name="Real", turns=turns)
    assert refused.value.errors[0]["field"] == "turns.2"
    assert not SavedConversation.objects.exists()
    with pytest.raises(NotFound):
        save_from_sender("nadie", name="Real")


def test_a_very_long_message_is_cut_and_said_so() -> None:
    said("palabra " * 200)
    [draft] = draft_from_sender("web-1")
    assert draft.is_cut
    assert len(draft.turn.say) <= 500


# what comes with the project, and files


@pytest.mark.engines
def test_what_comes_with_the_project_is_right_on_its_bot(model: LoadedModel) -> None:
    assert add_starters() == 9
    assert rehearsals.rehearse_all(model) == {"passed": SavedConversation.objects.count(), "failed": []}
    SavedConversation.objects.filter(name="Terminar").update(is_active=False)
    assert add_starters() == 0
    assert not SavedConversation.objects.get(name="Terminar").is_active


@pytest.mark.engines
def test_conversations_go_out_and_come_back_without_loss() -> None:
    add_starters()
    content = export_conversations().encode()
    before = list(SavedConversation.objects.values("name", "description", "is_active", "turns"))
    assert import_conversations(content) == (0, 0)
    SavedConversation.objects.filter(name="Terminar").update(description="otra")
    SavedConversation.objects.filter(name="Saludo y menú").delete()
    assert import_conversations(content) == (1, 1)
    assert list(SavedConversation.objects.values("name", "description", "is_active", "turns")) == before


@pytest.mark.parametrize(
    "content",
    [
        b"\xff",
        b"{",
        b"[" * 100_000,
        b'{"name": "a"}',
        b'["a"]',
        b'[{"name": "a"}]',
        b'[{"name": 5, "turns": []}]',
        b'[{"name": "a", "turns": [], "otro": 1}]',
        b'[{"name": "buena", "turns": [{"say": "hola"}]}, {"name": "mala", "turns": [{"say": ""}]}]',
        b" " * (5 * 2**20 + 1),
    ],
)
def test_a_wrong_file_changes_nothing(content: bytes) -> None:
    with pytest.raises(Invalid):
        import_conversations(content)
    assert not SavedConversation.objects.exists()


def test_an_answer_without_text_is_kept_by_its_buttons() -> None:
    reply = BotReply([{"image": "x"}, {"text": "", "buttons": [{"title": "A"}]}], intent="a")
    assert Turn("x").answered(reply) == Turn("x", False, "a", (), ("A",))

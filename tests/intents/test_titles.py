"""What intents are called on buttons, in both languages."""

from apps.chat.engines.project import BotProject, Intent, Response
from apps.chat.engines.titles import titles_in
from apps.intents.services.project import project_files


def test_english_titles_are_those_of_english_buttons() -> None:
    def says(language: str, *buttons: tuple[str, str]) -> Response:
        made = tuple({"title": title, "payload": payload} for title, payload in buttons)
        return Response(text="x", buttons=made, conditions={"idioma": language} if language else {})

    project = BotProject(
        intents={
            "menu": Intent(name="menu", title="Menú"),
            "ayuda": Intent(name="ayuda", title="Ayuda"),
            "ping": Intent(name="ping"),
        },
        responses={
            "utter_a": (
                says("", ("Menú", "/menu")),
                says("en", ("Main menu", "/menu"), ("Certificates", '/ver{"a": 1}')),
            ),
            "utter_b": (
                says("en", ("Menu again", "/menu"), ("Ping", "/ping")),
                says("es", ("Otra", "/ayuda")),
            ),
        },
    )
    assert titles_in(project) == {"menu": {"es": "Menú", "en": "Main menu"}, "ayuda": {"es": "Ayuda"}}


def test_the_twin_of_the_title_names_an_intent_and_not_a_way_back() -> None:
    def says(language: str, *titles: str) -> Response:
        made = tuple({"title": title, "payload": "/menu"} for title in titles)
        return Response(text="x", buttons=made, conditions={"idioma": language} if language else {})

    project = BotProject(
        intents={"menu": Intent(name="menu", title="Menú")},
        responses={
            "utter_a": (says("", "Volver", "Volver"), says("en", "Back", "Back")),
            "utter_b": (says("", "Menú"), says("en", "Main menu")),
        },
    )
    assert titles_in(project)["menu"] == {"es": "Menú", "en": "Main menu"}


def test_buttons_of_cards_name_intents_too() -> None:
    cards = {"cards": [{"title": "c"}, {"title": "d", "buttons": [{"title": "Learn", "payload": "/tema"}]}]}
    project = BotProject(
        intents={"tema": Intent(name="tema", title="Tema")},
        responses={"utter_a": (Response(text="x", custom=cards, conditions={"idioma": "en"}),)},
    )
    assert titles_in(project) == {"tema": {"es": "Tema", "en": "Learn"}}


def test_every_intent_that_is_offered_has_an_english_title() -> None:
    titles = titles_in(project_files())
    assert [name for name, by in titles.items() if "en" not in by] == ["idioma_en"]
    assert titles["idioma_en"]["es"] == "English"
    assert titles["menu"]["en"] == "Main menu"

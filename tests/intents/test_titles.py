"""What intents are called on buttons, in both languages."""

from apps.chat.engines.project import BotProject, Intent, Response
from apps.intents.titles import titles_in


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

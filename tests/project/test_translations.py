"""The English catalogue is whole and compiled; pages follow the browser's language, the API stays Spanish."""

import ast
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from tests.conftest import PASSWORD
from tests.servers.processes import skip_or_fail

FOLDER = Path(__file__).parents[2] / "tutorbot/locale/en/LC_MESSAGES"
PLACEHOLDER = re.compile(r"\{\{|\}\}|\{\w*\}|%\(\w+\)[sd]|%%|%[sd]")
SPANISH_LETTER = re.compile(r"[áéíóúüñ¿¡«»]", re.IGNORECASE)
TEXT_ATTRIBUTE = re.compile(r"(alt|aria-label|content|placeholder|title|data-.+)$")
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
MAKE_MESSAGES = ("makemessages", "-l", "en", "--no-obsolete", "-i", ".venv", "-i", "var", "-i", "tests")
PAGES = [
    ("/chat-embed.html", "Escribe tu mensaje", "Write your message"),
    ("/nada", "No encontramos esta página", "We could not find this page"),
    ("/admin/login/", "Iniciar sesión", "Log in"),
]


# The catalogue


def forms(entry: polib.POEntry | polib.MOEntry) -> list[tuple[str, str]]:
    """(Spanish, English), twice for a text with a plural."""
    if entry.msgid_plural:
        return list(zip((entry.msgid, entry.msgid_plural), entry.msgstr_plural.values(), strict=True))
    return [(entry.msgid, entry.msgstr)]


CATALOGUE = polib.pofile(FOLDER / "django.po")
FORMS = [pair for entry in CATALOGUE for pair in forms(entry)]


def test_every_entry_is_translated() -> None:
    assert [entry.msgid for entry in CATALOGUE if not entry.translated()] == []


def test_every_translation_keeps_the_placeholders() -> None:
    def placeholders(text: str) -> list[str]:
        return sorted(PLACEHOLDER.findall(text))

    assert [pair for pair in FORMS if placeholders(pair[0]) != placeholders(pair[1])] == []


def test_no_translation_breaks_the_html_of_its_template() -> None:
    """Templates put translations into attributes, and Django does not escape them there."""
    in_templates = [e for e in CATALOGUE if any(path.startswith("templates/") for path, _ in e.occurrences)]
    texts = [english for entry in in_templates for _spanish, english in forms(entry)]
    assert texts
    assert [text for text in texts if set(text) & set('"<>&')] == []


def test_the_header_says_nothing_that_changes_by_itself() -> None:
    assert CATALOGUE.metadata["Language"] == "en"
    assert not {"POT-Creation-Date", "PO-Revision-Date", "Last-Translator"} & set(CATALOGUE.metadata)
    assert not CATALOGUE.metadata_is_fuzzy


def test_the_compiled_catalogue_says_what_its_source_says() -> None:
    compiled = polib.mofile(FOLDER / "django.mo")
    assert {(e.msgctxt, *forms(e)) for e in compiled} == {(e.msgctxt, *forms(e)) for e in CATALOGUE}
    assert compiled.metadata == CATALOGUE.metadata


# The sources


def marked_in_python(root: Path) -> set[str]:
    """Literal texts in calls of gettext. xgettext leaves out those inside f-strings; this does not."""
    calls = (
        node
        for app in ("apps", "tutorbot")
        for path in (root / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Call) and node.args
    )
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id in MARKS
        and isinstance(call.args[0], ast.Constant)
    }


def test_every_text_marked_in_python_is_in_the_catalogue(project_root: Path) -> None:
    assert marked_in_python(project_root) - {entry.msgid for entry in CATALOGUE} == set()


@pytest.mark.slow
def test_make_messages_would_add_and_drop_nothing(project_root: Path, tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        skip_or_fail("GNU gettext is not installed")
    no_bytecode = shutil.ignore_patterns("__pycache__")
    for folder in ("apps", "templates", "tutorbot"):
        shutil.copytree(project_root / folder, tmp_path / folder, ignore=no_bytecode)
    shutil.copytree(project_root / "rasa" / "actions", tmp_path / "rasa" / "actions", ignore=no_bytecode)
    shutil.copy(project_root / "manage.py", tmp_path)
    subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *MAKE_MESSAGES],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    renewed = polib.pofile(tmp_path / "tutorbot/locale/en/LC_MESSAGES/django.po")
    in_sources = {entry.msgid for entry in renewed} | marked_in_python(project_root)
    assert {entry.msgid for entry in CATALOGUE} == in_sources


# Pages and API


class _Texts(HTMLParser):
    """What a person can read or hear of a page: its texts, and the attributes that hold one."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.found.add(data.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        spoken = [value for name, value in attrs if value and TEXT_ATTRIBUTE.match(name)]
        self.found |= {value.strip() for value in spoken}


OWN_NAMES = {"Español"}
"""A language is chosen by its own name."""


def spanish_texts(page: str) -> set[str]:
    """Texts of the catalogue left in Spanish, and those that look Spanish without being in it."""
    texts = _Texts(page).found - OWN_NAMES
    originals = {spanish for spanish, english in FORMS if spanish != english}
    return (texts & originals) | {text for text in texts if SPANISH_LETTER.search(text)}


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "spanish", "english"), PAGES)
def test_a_page_follows_the_browsers_language(client: Client, path: str, spanish: str, english: str) -> None:
    for language, wanted, other in (("en", english, spanish), ("es", spanish, english)):
        headers = {"Accept": "text/html", "Accept-Language": language}
        response = client.get(path, headers=headers)
        page = response.content.decode()
        assert f'<html lang="{language}"' in page
        assert response["Content-Language"] == language
        assert wanted in page
        assert other not in page


@pytest.mark.parametrize("path", ["/chat-embed.html", "/nada", "/redoc"])
def test_an_english_page_shows_no_spanish_text(client: Client, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html", "Accept-Language": "en"})
    assert spanish_texts(page.content.decode()) == set()


def test_an_english_admin_shows_no_spanish_text(client: Client, db: None) -> None:
    client.force_login(User.objects.create_superuser("chief@example.edu.co", PASSWORD))
    names = [f"admin:{m._meta.app_label}_{m._meta.model_name}_changelist" for m in admin.site._registry]
    for name in ("admin:index", "admin:accounts_user_add", *names):
        page = client.get(reverse(name), headers={"Accept-Language": "en"})
        assert page.status_code == 200
        assert spanish_texts(page.content.decode()) == set(), name


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
def test_an_api_error_is_spanish_in_every_language(client: Client, language: str) -> None:
    headers = {"Accept-Language": language}
    unknown = client.get("/chat/nada", headers=headers)
    assert unknown.json()["detail"] == "No encontramos lo que buscas. Revisa la dirección."
    empty = client.post("/api/chat", {"message": ""}, content_type="application/json", headers=headers)
    assert empty.status_code == 422
    assert empty.json()["errors"] == [
        {
            "field": "message",
            "code": "blank",
            "message": "El mensaje está vacío. Escribe algo y envíalo de nuevo.",
        }
    ]

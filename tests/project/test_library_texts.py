"""What Django, DRF and import-export say in Spanish comes out in our words, which call people «tú»."""

import re
from pathlib import Path

import django
import import_export
import polib
import pytest
import rest_framework
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.test import Client
from django.utils.translation import gettext, ngettext, override
from rest_framework import serializers

from apps.accounts.models import User

FOLDER = Path(__file__).parents[2] / "tutorbot/locale/es/LC_MESSAGES"
DJANGO, DRF, SHEETS = (Path(lib.__path__[0]) for lib in (django, rest_framework, import_export))
LIBRARIES = {
    "django": [DRF, DJANGO / "conf", DJANGO / "contrib/auth", DJANGO / "contrib/admin", SHEETS],
    "djangojs": [DJANGO / "contrib/admin"],
}
PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)[sd]|%[sd]")
FORMAL = re.compile(r"\b(usted|ingrese|introduzca|seleccione|corrija|asegúrese|escoja|escriba)\b", re.I)
DOMAINS = pytest.mark.parametrize("domain", LIBRARIES)


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@DOMAINS
def test_every_text_is_one_of_a_library(domain: str) -> None:
    known = {
        (entry.msgid, entry.msgid_plural)
        for library in LIBRARIES[domain]
        for entry in polib.mofile(library / f"locale/es/LC_MESSAGES/{domain}.mo")
    }
    ours = {(entry.msgid, entry.msgid_plural) for entry in polib.pofile(FOLDER / f"{domain}.po")}
    assert ours - known == set()


@DOMAINS
def test_every_text_keeps_its_placeholders_and_is_compiled(domain: str) -> None:
    catalogue = polib.pofile(FOLDER / f"{domain}.po")
    for entry in catalogue:
        for text in texts(entry):
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(entry.msgid)), text
    compiled = {(e.msgid, *texts(e)) for e in polib.mofile(FOLDER / f"{domain}.mo")}
    assert compiled == {(e.msgid, *texts(e)) for e in catalogue}


def test_ours_win_over_the_libraries_own() -> None:
    with override("es"):
        for entry in polib.pofile(FOLDER / "django.po"):
            if entry.msgid_plural:
                said = [ngettext(entry.msgid, entry.msgid_plural, number) for number in (1, 2)]
            else:
                said = [gettext(entry.msgid)]
            assert said == texts(entry)
            assert not FORMAL.search(" ".join(said)), said


def test_a_serializer_and_a_password_rule_say_tu() -> None:
    with override("es"):
        field = serializers.IntegerField(min_value=1)
        with pytest.raises(serializers.ValidationError) as refused:
            field.run_validation(0)
        assert refused.value.detail == ["Usa un número desde 1."]
        rule = MinimumLengthValidator(12).get_help_text()
        assert rule == "Tu contraseña debe tener al menos 12 caracteres."


@pytest.mark.django_db
def test_the_admin_says_tu_in_pages_and_scripts(client: Client, admin: User) -> None:
    client.force_login(admin)
    page = client.get("/admin/accounts/user/").content.decode()
    for words in ("Elige qué persona cambiar", "Hola,", "Escribe para filtrar…", 'href="/chat-embed.html"'):
        assert words in page
    script = client.get("/admin/jsi18n/").content.decode()
    assert "Tu reloj va %s horas adelante del servidor." in script

"""Importing and exporting intents in Django admin: a preview, then the import."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.models import User
from apps.chat.engines.project import Response
from apps.core.errors import Conflict
from apps.intents.exchange import FORMATS, MAX_BYTES
from apps.intents.models import Intent
from apps.intents.selectors import known_intents
from tests.intents.admin_pages import LIST, TRAIN, make
from tests.intents.test_exchange_files import DOMAIN, NLU, RULES, zipped

pytestmark = pytest.mark.django_db
IMPORT, CONFIRM, EXPORT = f"{LIST}import/", f"{LIST}import/confirm/", f"{LIST}export/"
BOMB = b"a: &a [x,x]\nb: &b [*a,*a]\n" + b"".join(b"c%d: [%s]\n" % (n, b"*b," * 99) for n in range(40))
HEADER = "intent,examples,responses\n"
NEW = f"{HEADER}becas,quiero una beca|becas,Pregunta en bienestar.\n"


def upload(page: Client, content: bytes | str, name: str = "a.csv", mode: str = "skip") -> Any:
    raw = content if isinstance(content, bytes) else content.encode()
    return page.post(IMPORT, {"file": SimpleUploadedFile(name, raw), "mode": mode})


def sent(answer: Any) -> dict[str, str]:
    return {field.name: field.value() for field in answer.context["confirm"]}


def waiting() -> list[Path]:
    return [path for path in (Path(settings.ENV.DATA_DIR) / "imports").glob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def _no_files_left() -> Any:
    for path in waiting():
        path.unlink()
    yield
    for path in waiting():
        path.unlink()


def test_the_list_leads_to_both_pages(page: Client) -> None:
    html = page.get(LIST).content.decode()
    assert f'href="{IMPORT}"' in html
    assert f'href="{EXPORT}"' in html
    assert "Reemplazar: las que existen" in page.get(IMPORT).content.decode()


def test_a_file_is_previewed_then_imported(page: Client, admin: User) -> None:
    make()
    answer = upload(page, f"{NEW}notas,frase nueva,Otra respuesta,\n".replace(",\n", "\n"), mode="merge")
    html = answer.content.decode()
    assert "Nuevas: <strong>1</strong>" in html
    assert "Cambian: <strong>1</strong>" in html
    assert "<ins>quiero una beca</ins>" in html
    assert not Intent.objects.filter(name="becas").exists()
    assert len(waiting()) == 1
    done = page.post(CONFIRM, sent(answer), follow=True)
    html = done.content.decode()
    assert "1 nuevas, 1 cambiadas, 0 sin cambios" in html
    assert TRAIN in html
    becas = Intent.objects.get(name="becas")
    assert (becas.owner, becas.examples.count()) == (admin, 2)
    assert Intent.objects.get(name="notas").examples.count() == 3
    assert waiting() == []


def test_replacing_shows_what_goes(page: Client) -> None:
    make(title="Notas")
    text = "intent,examples,responses,title\nnotas,ver mis notas,Nueva,Calificaciones\n"
    html = upload(page, text, mode="replace").content.decode()
    assert "<del>¿cuánto saqué?</del>" in html
    assert re.search(r">\+1 −2</td>\s*<td[^>]*>título</td>", html)


def test_rows_with_errors_are_named_and_the_rest_may_go_in(page: Client) -> None:
    answer = upload(page, f"{NEW}Mala Fila,uno,dos\ncertificación,uno,dos\n")
    html = answer.content.decode()
    assert "<strong>Fila 3</strong>: intent: Usa de 2 a 64 letras" in html
    assert "<strong>Fila 4</strong>" in html
    assert "Importar lo que está bien" in html
    html = page.post(CONFIRM, sent(answer), follow=True).content.decode()
    assert "Filas con errores, que no se importaron: 2." in html
    assert [row.name for row in Intent.objects.all()] == ["becas"]


def test_a_preview_that_is_no_longer_true_is_shown_anew(page: Client) -> None:
    answer = upload(page, NEW)
    make("becas")
    again = page.post(CONFIRM, sent(answer))
    html = again.content.decode()
    assert "cambiaron mientras revisabas" in html
    assert "El archivo no cambia nada" in html
    assert Intent.objects.get().examples.count() == 2
    assert page.post(CONFIRM, sent(again), follow=True).status_code == 200
    assert Intent.objects.count() == 1


def test_a_form_that_is_sent_twice_at_once_is_done_once(page: Client, monkeypatch: Any) -> None:
    form = sent(upload(page, NEW))
    monkeypatch.setattr("apps.core.sheets.storage.ImportFolder.exists", lambda self: True)
    assert "1 nuevas" in page.post(CONFIRM, form, follow=True).content.decode()
    answer = page.post(CONFIRM, form, follow=True)
    assert answer.redirect_chain[-1][0] == IMPORT
    assert "La vista previa venció. Sube el archivo otra vez." in answer.content.decode()
    assert Intent.objects.count() == 1


@pytest.mark.parametrize("name", ["read_file", "import_intents"])
def test_an_error_while_it_is_confirmed_leads_back_and_is_said(
    page: Client, monkeypatch: Any, name: str
) -> None:
    form = sent(upload(page, NEW))

    def busy(**_given: Any) -> None:
        raise Conflict("Alguien cambió lo mismo a la vez.")

    monkeypatch.setattr(f"apps.intents.admin.transfer.{name}", busy)
    answer = page.post(CONFIRM, form, follow=True)
    assert answer.redirect_chain[-1][0] == IMPORT
    assert "Alguien cambió lo mismo a la vez." in answer.content.decode()
    assert not Intent.objects.exists()
    assert waiting() == []


def test_a_preview_is_confirmed_once_and_names_no_other_file(page: Client) -> None:
    form = sent(upload(page, NEW))
    page.post(CONFIRM, form)
    Intent.objects.all().delete()
    for stored in (form["stored"], "../tutorbot.sqlite3", "", "0" * 32 + ".csv"):
        html = page.post(CONFIRM, {**form, "stored": stored}, follow=True).content.decode()
        assert "La vista previa venció" in html
    assert page.get(CONFIRM, follow=True).redirect_chain
    assert not Intent.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "El archivo está vacío"),
        ("a.csv", b"nombre\nuno", "Faltan columnas"),
        ("a.csv", b"x" * (MAX_BYTES + 1), "El archivo pasa de 5 MB"),
        ("a.csv", b'"intent,examples\n', "Revisa las comillas"),
        ("a.json", b"{", "no es JSON"),
        ("a.xlsx", b"no", "hoja de cálculo"),
        ("a.zip", b"no", "No se puede leer el zip"),
        ("a.zip", zipped({"data/nlu.yml": b"#" * (21 * 2**20)}), "demasiado grande"),
        ("a.yml", b"nlu: !!python/object/apply:os.system [id]", "etiquetas de YAML"),
        ("a.yml", BOMB, "demasiados valores"),
        ("a.exe", b"MZ", "Envía un archivo .csv"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_and_not_kept(
    page: Client, name: str, content: bytes, said: str
) -> None:
    answer = upload(page, content, name)
    assert (answer.status_code, said in answer.content.decode()) == (200, True), answer.content.decode()
    assert waiting() == []
    assert not Intent.objects.exists()


def test_nothing_is_kept_of_a_file_that_changes_nothing_or_without_a_file(page: Client) -> None:
    make("becas")
    html = upload(page, NEW).content.decode()
    assert "El archivo no cambia nada" in html
    assert waiting() == []
    assert "Elige un archivo" in page.post(IMPORT, {"mode": "skip"}).content.decode()
    assert upload(page, NEW, mode="todo").status_code == 200
    assert waiting() == []


def test_what_a_rasa_project_has_besides_intents_is_named(page: Client) -> None:
    files = {
        "data/nlu.yml": NLU,
        "domain.yml": DOMAIN + "slots: {edad: {type: float}}\n",
        "data/rules.yml": RULES,
    }
    answer = upload(page, zipped(files), "bot.zip")
    assert "No se importa: slots (1)" in answer.content.decode()
    page.post(CONFIRM, sent(answer))
    assert known_intents()[0].answers == (Response("Hola"),)


def test_what_is_shown_of_a_file_is_text(page: Client) -> None:
    html = upload(page, f"{HEADER}becas,<b>ya</b>,<script>x</script>\nMala,<i>,x\n").content.decode()
    assert "<b>ya</b>" not in html
    assert "&lt;b&gt;ya&lt;/b&gt;" in html


def test_a_preview_shows_two_hundred_and_counts_all(page: Client) -> None:
    answer = upload(page, HEADER + "".join(f"uno_{n},frase {n},Sí\n" for n in range(250)))
    html = answer.content.decode()
    assert html.count('<tr class="sheet-new">') == 200
    assert "Se muestran las primeras 200 de 250 intenciones." in html
    page.post(CONFIRM, sent(answer))
    assert Intent.objects.count() == 250


@pytest.mark.slow
@pytest.mark.parametrize("format", FORMATS)
def test_everything_is_exported_and_comes_in_again(page: Client, format: str) -> None:
    dated = (Response("Hasta mayo", valid_until="2026-05-31"),)
    make()
    make("otra", answers=dated)
    answer = page.post(EXPORT, {"format": format})
    assert answer["Content-Type"] == FORMATS[format].content_type
    assert f".{FORMATS[format].suffix}" in answer["Content-Disposition"]
    before = known_intents()
    Intent.objects.all().delete()
    page.post(CONFIRM, sent(upload(page, answer.content, f"a.{FORMATS[format].suffix}")))
    assert known_intents() == before


def test_an_export_in_an_unknown_format_or_that_no_cell_holds_is_said(page: Client) -> None:
    assert page.post(EXPORT, {"format": "pdf"}).status_code == 200
    make(answers=(Response(custom={"a": "x" * 40_000}),))
    assert "no cabe en una celda" in page.post(EXPORT, {"format": "xlsx"}).content.decode()
    with zipfile.ZipFile(io.BytesIO(page.post(EXPORT, {"format": "rasa"}).content)) as archive:
        assert "domain.yml" in archive.namelist()


def test_only_those_who_may_see_these_pages(client: Client, soporte: User, student: User) -> None:
    client.force_login(soporte)
    html = client.get(LIST).content.decode()
    assert IMPORT not in html
    assert EXPORT not in html
    for address in (IMPORT, CONFIRM, EXPORT):
        assert client.get(address).status_code == 403
        assert client.post(address, {}).status_code == 403
    client.force_login(student)
    assert client.get(IMPORT).status_code == 302

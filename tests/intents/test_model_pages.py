"""Models in Django admin: the list, one model, the comparison, activating and going back."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.intents.models import ModelVersion, TrainingRun
from apps.intents.services.comparison import compare_versions
from apps.intents.services.training import train_here
from apps.intents.services.versions import active_version
from tests.intents.admin_pages import make
from tests.intents.model_rows import LIST, make_run, make_version, make_versions, point_to, report
from tests.intents.small_bot import SENTENCES, SmallBot
from tests.stats.test_dashboard import turn

pytestmark = pytest.mark.django_db
Decision = ModelVersion.Decision
OTHER = {**SENTENCES, "becas": ("quiero una beca", "ver becas", "becas disponibles")}


@pytest.fixture
def folder(small_bot: SmallBot) -> Path:
    return small_bot.models


@pytest.fixture
def two(small_bot: SmallBot, admin: User) -> tuple[ModelVersion, ModelVersion]:
    """The older, active; and the newer, which knows of scholarships and waits."""
    older = train_here(trigger=TrainingRun.Trigger.COMMAND, asked_by=admin).version
    small_bot.write(OTHER)
    newer = train_here(trigger=TrainingRun.Trigger.COMMAND, asked_by=admin).version
    assert older is not None
    assert newer is not None
    from apps.intents.services.versions import activate_version

    activate_version(version=older, by=admin)
    ModelVersion.objects.filter(pk=newer.pk).update(
        decision=Decision.WAITING,
        gate={"passed": False, "reasons": ["El acierto baja."], "compared_with": ""},
    )
    return older, newer


def of(version: ModelVersion, verb: str = "change") -> str:
    return reverse(f"admin:intents_modelversion_{verb}", args=[version.pk])


def html_of(page: Client, address: str) -> str:
    answer = page.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


# the list


def test_the_list_says_how_good_each_is_and_which_answers(page: Client, folder: Path, admin: User) -> None:
    first = make_version("20261101-080000-aaaaaaaa", days_ago=2, trained_by=admin)
    make_version("20261102-080000-bbbbbbbb", days_ago=1, decision=Decision.WAITING)
    point_to(folder, first)
    html = html_of(page, LIST)
    rows = [row.split("</tr>")[0] for row in html.split("<tr>")[1:] if "field-version" in row]
    assert len(rows) == 2
    waiting, active = rows
    assert '<strong class="model-active">Activo</strong>' in active
    assert "Activo" not in waiting
    assert "Espera una decisión" in waiting
    for figure in (
        "91,2\u00a0%",
        "89,7\u00a0%",
        "80,1\u00a0%",
        "93,0\u00a0% / 96,5\u00a0%",
        "45 / 640",
        "Luz Jiménez",
    ):
        assert figure in active, figure
    assert "Activar" in waiting
    assert "Activar" not in active
    assert html.count("<canvas") == 1


def test_an_older_one_is_a_way_back(page: Client, folder: Path) -> None:
    make_version("20261101-080000-aaaaaaaa", days_ago=2)
    point_to(folder, make_version("20261102-080000-bbbbbbbb", days_ago=1))
    assert "Volver a este modelo" in html_of(page, LIST)


def test_a_model_without_its_file_offers_nothing(page: Client, folder: Path) -> None:
    gone = make_version(file="")
    assert "Activar<" not in html_of(page, LIST)
    html = html_of(page, of(gone))
    assert "Su archivo ya se borró" in html
    assert of(gone, "activate") not in html


def test_an_empty_list_says_what_will_be_here(page: Client, folder: Path) -> None:
    html = html_of(page, LIST)
    assert "Aquí aparecerá cada modelo" in html
    assert "Entrenar ahora" in html
    assert "<canvas" not in html


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_costs_five_queries_however_many_there_are(
    page: Client, folder: Path, admin: User, django_assert_max_num_queries: Any, count: int
) -> None:
    versions = make_versions(count)
    ModelVersion.objects.update(trained_by=admin)
    point_to(folder, versions[0])
    page.get(LIST)
    with django_assert_max_num_queries(8):  # five; session, person, second factor
        html = html_of(page, LIST)
    assert html.count("field-version") == count


def test_filters_and_search(page: Client, folder: Path) -> None:
    make_version("20261101-080000-aaaaaaaa", engine="rasa")
    make_version("20261102-080000-bbbbbbbb", decision=Decision.WAITING)
    for query in ("motor=rasa", "decision__exact=activated", "q=aaaaaaaa"):
        html = html_of(page, f"{LIST}?{query}")
        assert "20261101-080000-aaaaaaaa" in html, query
        assert html.count("field-version") == 1, query


def test_the_trend_has_the_last_thirty_with_a_table(page: Client, folder: Path) -> None:
    make_versions(35)
    html = html_of(page, LIST)
    assert "Las últimas 30 versiones" in html
    assert html.split('id="trend-table"')[1].split("</table>")[0].count("<tr>") == 31


# one model


def test_the_page_of_a_model_says_everything_of_its_report(page: Client, folder: Path, admin: User) -> None:
    notas = make("notas")
    point_to(folder, make_version("20261101-080000-aaaaaaaa", days_ago=2, figures={"accuracy": 0.9}))
    version = make_version(
        "20261102-080000-bbbbbbbb",
        trained_by=admin,
        decision=Decision.WAITING,
        gate={"passed": False, "reasons": ["El acierto baja."], "compared_with": ""},
    )
    run = make_run(version=version, state=TrainingRun.State.DONE)
    html = html_of(page, of(version))
    told = (
        "Espera una decisión: no está activo.",
        "No pasó el control:",
        "<li>El acierto baja.</li>",
        "+1,2 puntos <em>mejor</em>",
        f'<a href="/admin/intents/intent/{notas.pk}/change/">notas</a>',
        "<li>papel de notas</li>",
        "<li>mi &lt;b&gt;</li>",
        "quiero mi diploma",
        "11 conversaciones salieron como se espera.",
        "¿Cuál?",
        "umbral: 42",
        "f" * 64,
        "120,6",
        "4,2 s",
        f"/admin/intents/trainingrun/{run.pk}/change/",
    )
    for text in told:
        assert text in html, text
    table = html.split('id="intents-table"')[1].split("</table>")[0]
    assert table.count("<tr>") == 31
    assert table.index("intencion_00") < table.index("intencion_29")


def test_a_model_without_figures_or_report_has_a_page_too(page: Client, folder: Path) -> None:
    version = make_version(report={}, gate={})
    ModelVersion.objects.update(figures={})
    html = html_of(page, of(version))
    assert "No pasó por el control." in html
    assert "<canvas" not in html
    assert html_of(page, LIST).count("field-version") == 1
    assert "no hay otro modelo" in html_of(page, of(version, "compare"))


def test_the_page_of_a_model_costs_the_same_for_any_report(
    page: Client, folder: Path, django_assert_max_num_queries: Any
) -> None:
    version = make_version(report=report(200))
    page.get(of(version))
    with django_assert_max_num_queries(9):
        html_of(page, of(version))


# activating


def test_the_question_says_what_changes_and_changes_nothing(
    page: Client, small_bot: SmallBot, two: tuple[ModelVersion, ModelVersion]
) -> None:
    older, newer = two
    for text in ("quiero una beca", "quiero una beca", "hola"):
        turn(user_message=text)
    html = html_of(page, of(newer, "activate"))
    assert "2 de 3 mensajes" in html
    assert "<li>El acierto baja.</li>" in html
    assert older.name in html
    assert active_version() == older


def test_a_waiting_model_is_activated_and_the_way_back_is_one_step(
    page: Client, small_bot: SmallBot, admin: User, two: tuple[ModelVersion, ModelVersion]
) -> None:
    older, newer = two
    answer = page.post(of(newer, "activate"), follow=True)
    assert "está activo: responde desde ahora" in answer.content.decode()
    assert small_bot.answer("quiero una beca") == "Respuesta de becas."
    newer.refresh_from_db()
    assert (newer.decision, newer.activated_by) == (Decision.ACTIVATED, admin)
    assert "Activó el modelo." in html_of(page, of(newer, "history"))
    assert "Volver a este modelo" in html_of(page, of(older, "activate"))
    page.post(of(older, "activate"))
    assert active_version() == older


def test_the_active_one_is_not_activated_again(page: Client, two: tuple[ModelVersion, ModelVersion]) -> None:
    older, _newer = two
    answer = page.post(of(older, "activate"), follow=True)
    assert "Este modelo ya es el activo." in answer.content.decode()


@pytest.mark.parametrize("harm", ["missing", "corrupted", "pruned"])
def test_a_model_that_cannot_be_read_is_a_message_and_the_old_one_answers(
    page: Client, small_bot: SmallBot, two: tuple[ModelVersion, ModelVersion], harm: str
) -> None:
    older, newer = two
    file = small_bot.models / newer.file
    if harm == "missing":
        file.unlink()
    elif harm == "corrupted":
        file.write_bytes(b"PK" + file.read_bytes()[2:-1])
    else:
        ModelVersion.objects.filter(pk=newer.pk).update(file="")
    turn()
    assert "No se puede decir qué cambiaría" in html_of(page, of(newer, "activate"))
    html = page.post(of(newer, "activate"), follow=True).content.decode()
    assert 'class="error"' in html
    assert "ntrena de nuevo" in html
    assert active_version() == older
    assert small_bot.answer("ver mis calificaciones") == "Respuesta de notas."


# the comparison


def test_a_comparison_shows_both_answers(
    page: Client, small_bot: SmallBot, two: tuple[ModelVersion, ModelVersion]
) -> None:
    older, newer = two
    ModelVersion.objects.filter(pk=older.pk).update(report=report(3))
    changed = report(3)
    changed["intents"][0]["f1"], changed["intents"][1]["f1"] = 0.9, 0.69
    changed["intents"].append({"intent": "becas", "examples": 3, "precision": 1, "recall": 1, "f1": 0.2})
    ModelVersion.objects.filter(pk=newer.pk).update(report=changed)
    for text in ("quiero una beca", "quiero una beca", "hola", "/menu"):
        turn(user_message=text)
    html = html_of(page, of(newer, "compare"))
    assert "2 de 3 mensajes" in html
    row = html.split("model-answers")[1].split("<tbody>")[1]
    assert row.index("quiero una beca") < row.index("No te entendí bien") < row.index("Respuesta de becas.")
    assert "2 veces" in row
    assert "becas · " in row
    places = [html.rindex(text) for text in ("intencion_00", "becas", "intencion_01")]
    assert places == sorted(places)
    assert "+50,0 puntos <em>mejor</em>" in html
    assert "−1,0 puntos <em>peor</em>" in html
    assert "intencion_02" not in html


def test_a_comparison_is_made_once_a_minute_until_somebody_writes(
    page: Client, small_bot: SmallBot, two: tuple[ModelVersion, ModelVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    _older, newer = two
    made = []

    def counted(**given: Any) -> Any:
        made.append(given)
        return compare_versions(**given)

    monkeypatch.setattr("apps.intents.model_answers.compare_versions", counted)
    turn(user_message="quiero una beca")
    for verb in ("compare", "activate", "compare"):
        assert "1 de 1 mensaje" in html_of(page, of(newer, verb))
    assert len(made) == 1
    turn(user_message="quiero una beca")
    assert "2 de 2 mensajes" in html_of(page, of(newer, "compare"))
    assert len(made) == 2


def test_a_comparison_with_a_chosen_one(page: Client, folder: Path) -> None:
    first, second, third = make_versions(3)
    point_to(folder, third)
    html = html_of(page, f"{of(second, 'compare')}?with={first.pk}")
    assert f'<option value="{first.pk}" selected>' in html
    assert "No se puede decir qué cambiaría" in html


@pytest.mark.parametrize("wanted", ["nada", "00000000-0000-0000-0000-000000000000", "{self}", "{rasa}"])
def test_a_comparison_with_what_cannot_be_compared_is_not_found(
    page: Client, folder: Path, wanted: str
) -> None:
    version, rasa = make_version(), make_version("20261102-080000-bbbbbbbb", engine="rasa")
    address = f"{of(version, 'compare')}?with={wanted.format(self=version.pk, rasa=rasa.pk)}"
    assert page.get(address).status_code == 404


# who may


def test_soporte_reads_models_and_decides_nothing(client: Client, folder: Path, soporte: User) -> None:
    older = make_version("20261101-080000-aaaaaaaa", days_ago=1)
    version = make_version("20261102-080000-bbbbbbbb", decision=Decision.WAITING)
    point_to(folder, older)
    make_run(version=version)
    client.force_login(soporte)
    for address in (LIST, of(version), of(version, "compare")):
        html = html_of(client, address)
        assert "Entrenar ahora" not in html, address
        assert ">Activar<" not in html, address
        assert "trainingrun" not in html, address
    for verb in ("get", "post"):
        assert getattr(client, verb)(of(version, "activate")).status_code == 403
    assert active_version() == older


def test_a_student_and_a_stranger_see_no_model(client: Client, student: User) -> None:
    version = make_version()
    for verb in ("change", "compare", "activate"):
        assert client.get(of(version, verb)).status_code == 302
    client.force_login(student)
    for verb in ("change", "compare", "activate"):
        assert client.get(of(version, verb)).status_code == 302


@pytest.mark.parametrize("verb", ["compare", "activate"])
def test_an_unknown_model_is_not_found(page: Client, verb: str) -> None:
    assert page.get(f"{LIST}nada/{verb}/").status_code == 404


def test_rows_are_made_and_deleted_by_no_hand(page: Client) -> None:
    version = make_version()
    assert page.get(f"{LIST}add/").status_code == 403
    assert page.post(of(version, "delete"), {"post": "yes"}).status_code == 403
    assert page.post(of(version), {"name": "otro"}).status_code == 403


# whether there is something to train


def test_the_list_says_whether_there_are_changes_to_train(
    page: Client, small_bot: SmallBot, two: tuple[ModelVersion, ModelVersion]
) -> None:
    _older, newer = two
    assert "Hay cambios sin entrenar." in html_of(page, LIST)
    page.post(of(newer, "activate"))
    assert "Al día." in html_of(page, LIST)
    make("certificados")
    assert "Hay cambios sin entrenar." in html_of(page, LIST)
    ModelVersion.objects.filter(pk=newer.pk).update(trained_at=timezone.now() + timedelta(days=1))
    small_bot.rasa.joinpath("domain.yml").write_text("- nada: [")
    make("becas_nuevas")
    html = html_of(page, LIST)
    assert "Al día." not in html
    assert "Hay cambios" not in html


def test_long_lists_of_a_report_show_the_first_ten(page: Client, folder: Path) -> None:
    rows = [
        {"truth": f"de_{n}", "guess": "otra", "count": 40 - n, "sentences": [f"frase {n}"]} for n in range(30)
    ]
    html = html_of(page, of(make_version(report=report(3, confusions=rows))))
    first, rest = html.split("Ver el resto (en total, 30)")
    assert "frase 9" in first
    assert "frase 10" not in first
    assert "frase 29" in rest


def test_without_saved_conversations_nothing_is_said_of_them(page: Client, folder: Path) -> None:
    html = html_of(page, of(make_version(report=report(3, conversations={"passed": 0, "failed": []}))))
    assert "Conversaciones guardadas</h2>" not in html

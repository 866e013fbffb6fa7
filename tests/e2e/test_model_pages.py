"""Models and trainings in a browser: charts with tables behind them, a comparison, progress that follows."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from apps.chat import engine as engines
from apps.intents.models import ModelVersion, TrainingRun
from apps.intents.services.training import train_here
from apps.intents.services.training.watch import log_folder
from tests.intents.model_rows import LIST, RUNS, START, make_run, make_versions, report, running
from tests.intents.small_bot import SENTENCES, SmallBot, use_small_bot
from tests.stats.test_dashboard import turn

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
LOOKS = pytest.mark.parametrize(("size", "theme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"])
PAINTED = """canvas => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return pixels.some((value, index) => index % 4 === 3 && value > 0);
}"""


@pytest.fixture
def bot(trained_bot: None, settings: Any, env: Any, tmp_path: Path, db: None) -> Iterator[SmallBot]:
    yield use_small_bot(settings, env, tmp_path)
    engines.embedded_engine.cache_clear()


@pytest.fixture
def models(bot: SmallBot, admin: Any) -> tuple[ModelVersion, ModelVersion]:
    """A trained one with a full report that waits, and the active one; each understands something else."""
    older = train_here(trigger=TrainingRun.Trigger.COMMAND, asked_by=admin).version
    bot.write(
        {**SENTENCES, "notas": ("mis notas", "cuánto saqué"), "becas": ("quiero una beca", "ver becas")}
    )
    newer = train_here(trigger=TrainingRun.Trigger.ADMIN, asked_by=admin).version
    assert older is not None
    assert newer is not None
    from apps.intents.services.versions import activate_version

    activate_version(version=older, by=admin)
    ModelVersion.objects.filter(pk=older.pk).update(report=report(28))
    reasons = ["El acierto baja de 98,0 % a 91,2 %.", "No pasan las conversaciones guardadas: «Certificado»."]
    newer.report, newer.decision = report(30), ModelVersion.Decision.WAITING
    newer.gate = {"passed": False, "reasons": reasons, "compared_with": older.name}
    newer.figures |= {"unaccented_accuracy": 0.91, "typo_accuracy": 0.77}
    newer.save()
    make_versions(12)
    for text in ("ver mis calificaciones", "hola", "quiero una beca", "quiero una beca", "mis notas"):
        turn(user_message=text)
    return newer, older


def look(page: Any, name: str, address: str, size: dict[str, int], theme: str) -> None:
    """Goes there; SCREENSHOTS=folder keeps a picture."""
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size(size)
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder, f"{name}-{size['width']}-{theme}.png"), full_page=True)
    is_cut = "boxes => boxes.some(box => box.scrollWidth > box.clientWidth)"
    assert not page.locator(".results, .model-page").evaluate_all(is_cut), name


@LOOKS
def test_every_page_fits_and_its_charts_are_drawn(
    signed_in: Any, models: tuple[ModelVersion, ModelVersion], size: dict[str, int], theme: str
) -> None:
    page, (newer, older) = signed_in, models
    run = running(asked_by=newer.trained_by)
    log_folder().mkdir(parents=True, exist_ok=True)
    (log_folder() / run.log_name).write_text(
        "2026-11-27T10:00:00-05:00   0% Leyendo lo que sabe el bot\n" * 40
    )
    failed = make_run(state=TrainingRun.State.FAILED, error="El proyecto tiene 2 errores.", progress=0.1)
    addresses = {
        "list": (LIST, 1),
        "detail": (f"{LIST}{newer.pk}/change/", 2),
        "active": (f"{LIST}{older.pk}/change/", 2),
        "compare": (f"{LIST}{newer.pk}/compare/", 0),
        "activate": (f"{LIST}{newer.pk}/activate/", 0),
        "runs": (RUNS, 0),
        "run": (f"{RUNS}{run.pk}/change/", 0),
        "failed": (f"{RUNS}{failed.pk}/change/", 0),
        "cancel": (f"{RUNS}{run.pk}/cancel/", 0),
        "index": ("/admin/", 3),
        "intents": ("/admin/intents/intent/", 0),
    }
    for name, (address, charts) in addresses.items():
        look(page, name, address, size, theme)
        drawn = page.locator("canvas[data-chart]")
        assert drawn.count() == charts, name
        for place in range(charts):
            assert drawn.nth(place).evaluate(PAINTED), name
            assert page.locator(".chart-table").nth(place).is_hidden()
    TrainingRun.objects.filter(pk=run.pk).update(state=TrainingRun.State.DONE, slot=None)
    look(page, "start", START, size, theme)


def test_behind_each_chart_is_its_table(signed_in: Any, models: tuple[ModelVersion, ModelVersion]) -> None:
    page = signed_in
    page.goto(f"{LIST}{models[0].pk}/change/")
    button = page.locator("[aria-controls=intents-table]")
    assert (button.inner_text(), button.get_attribute("aria-expanded")) == ("Ver tabla", "false")
    button.click()
    rows = page.locator("#intents-table tbody tr")
    assert rows.count() == 30
    assert "intencion_00" in rows.first.inner_text()
    assert (button.inner_text(), button.get_attribute("aria-expanded")) == ("Ocultar tabla", "true")
    button.click()
    assert page.locator("#intents-table").is_hidden()


def test_without_scripts_the_tables_are_there(
    signed_in: Any, browser: Any, live_server: Any, models: tuple[ModelVersion, ModelVersion]
) -> None:
    context = browser.new_context(locale="es-CO", base_url=live_server.url, java_script_enabled=False)
    context.add_cookies(signed_in.context.cookies())
    page = context.new_page()
    page.goto(f"{LIST}{models[0].pk}/change/")
    assert page.locator("#intents-table tbody tr").count() == 30
    assert page.locator("#intents-table").is_visible()
    assert page.locator("canvas").first.is_hidden()
    assert page.locator(".chart-switch").first.is_hidden()
    context.close()


def test_charts_follow_theme_and_contrast(signed_in: Any, models: tuple[ModelVersion, ModelVersion]) -> None:
    page = signed_in
    page.goto(f"{LIST}{models[0].pk}/change/")
    bar = "Chart.getChart(document.querySelector('canvas')).getDatasetMeta(0).data[0].options.backgroundColor"
    assert page.evaluate(bar) == "#266a00"
    for attribute, value, colour in (("theme", "dark", "#93d968"), ("contrast", "high", "#c4f5a5")):
        page.evaluate(f"document.documentElement.dataset.{attribute} = '{value}'")
        page.wait_for_function(f"{bar} === '{colour}'")


def test_the_page_of_a_run_follows_it_to_its_end(signed_in: Any, bot: SmallBot) -> None:
    page, run = signed_in, running()
    page.goto(f"{RUNS}{run.pk}/change/")
    assert page.locator("#run-step").inner_text() == "Entrenando el clasificador"
    TrainingRun.objects.filter(pk=run.pk).update(progress=0.8, step="Probando las conversaciones guardadas")
    page.wait_for_selector("text=Probando las conversaciones guardadas")
    assert page.locator("#run-percent").inner_text() == "80\u00a0%"
    ended = {"state": TrainingRun.State.FAILED, "error": "No hay espacio.", "ended_at": timezone.now()}
    TrainingRun.objects.filter(pk=run.pk).update(slot=None, **ended)
    page.wait_for_selector("text=No hay espacio.")
    assert page.locator("[data-state-url]").count() == 0


def test_a_model_is_activated_after_seeing_what_changes(
    signed_in: Any, models: tuple[ModelVersion, ModelVersion], bot: SmallBot
) -> None:
    page, (_newer, older) = signed_in, models
    page.goto(LIST)
    assert page.locator("tr", has=page.locator(".model-active")).locator("a").first.inner_text() == older.name
    page.click("text=Activar")
    page.click("text=Ver esas respuestas")
    assert "2 veces" in page.locator(".model-answers").inner_text()
    page.click(".object-tools >> text=Activar")
    page.click("input[value=Activar]")
    page.wait_for_selector("text=está activo")
    assert bot.answer("quiero una beca") == "Respuesta de becas."

"""`manage.py train`: says what is wrong in the bot project, trains, activates."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.chat import engine as engines

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(settings: Any, env: Any, tmp_path: Path) -> Any:
    """A bot project of its own in an own data folder."""
    settings.BASE_DIR = tmp_path
    env(DATA_DIR=tmp_path / "data")
    engines.embedded_engine.cache_clear()
    folder = tmp_path / "rasa"
    folder.mkdir()
    (folder / "config.yml").write_text("recipe: default.v1\nlanguage: es\npipeline: []\npolicies: []\n")

    def write(domain: str, nlu: str) -> None:
        (folder / "domain.yml").write_text(f'version: "3.1"\n{domain}')
        (folder / "data").mkdir(exist_ok=True)
        (folder / "data/nlu.yml").write_text(f'version: "3.1"\n{nlu}')

    yield write
    engines.embedded_engine.cache_clear()


def train(**options: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("train", stdout=out, stderr=err, no_color=True, **options)
    return out.getvalue(), err.getvalue()


GOOD_DOMAIN = (
    "intents: [saludo, menu]\nresponses:\n  utter_saludo: [{text: Hola}]\n  utter_menu: [{text: Menú}]\n"
)
GOOD_NLU = """nlu:
- intent: saludo
  examples: |
    - hola
    - buenas tardes
    - qué tal
- intent: menu
  examples: |
    - menú
    - ver el menú
    - quiero el menú
rules:
- rule: saludo
  steps: [{intent: saludo}, {action: utter_saludo}]
- rule: menu
  steps: [{intent: menu}, {action: utter_menu}]
"""


def test_a_project_is_trained_and_what_is_odd_is_named(project: Any) -> None:
    project(
        GOOD_DOMAIN,
        GOOD_NLU + "stories:\n- story: aprendida\n  steps: [{intent: menu}, {checkpoint: x}]\n",
    )
    out, err = train()
    assert "2 intenciones, 6 ejemplos" in out
    assert "unsupported: aprendida" in err
    assert engines.embedded_engine().parse("hola").intent == "saludo"


def test_what_did_not_change_is_not_trained_again(project: Any) -> None:
    project(GOOD_DOMAIN, GOOD_NLU)
    train()
    assert "al día" in train(if_changed=True)[0]
    project(GOOD_DOMAIN, GOOD_NLU.replace("hola", "hola hola"))
    assert "intenciones" in train(if_changed=True)[0]


def test_errors_stop_the_training_and_the_old_model_stays(project: Any) -> None:
    project(GOOD_DOMAIN, GOOD_NLU)
    train()
    before = engines.embedded_engine().status().model_version
    project(GOOD_DOMAIN, GOOD_NLU.replace("action: utter_menu", "action: utter_nada"))
    with pytest.raises(CommandError, match="errores; no se entrenó"):
        train()
    assert engines.embedded_engine().status().model_version == before


def test_one_intent_alone_cannot_be_trained(project: Any) -> None:
    project(
        "intents: [saludo]\nresponses:\n  utter_saludo: [{text: Hola}]\n", GOOD_NLU.split("- intent: menu")[0]
    )
    with pytest.raises(CommandError):
        train()


def test_a_missing_project_is_one_line(project: Any, settings: Any, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path / "nowhere"
    with pytest.raises(CommandError) as caught:
        train()
    assert "Traceback" not in str(caught.value)

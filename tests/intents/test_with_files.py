"""A whole Rasa project from elsewhere: its intents into the database, all else into the files of rasa/."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.chat.engines.base import UserMessage
from apps.intents.models import Intent, TrainingRun
from apps.intents.services.project import build_project
from apps.intents.services.sync import sync_from_files
from apps.intents.services.training import train_here
from tests.intents.small_bot import SmallBot

pytestmark = pytest.mark.django_db
FOREIGN = {
    "config.yml": "recipe: default.v1\nlanguage: es\npipeline: []\npolicies: []\n",
    "domain.yml": """version: "3.1"
intents: [parqueo, saludo]
entities: [ciudad, placa]
slots:
  sede:
    type: text
    mappings: [{type: from_entity, entity: ciudad}]
responses:
  utter_parqueo: [{text: "Hay parqueadero en {sede}."}]
  utter_gracias: [{text: Con gusto.}]
""",
    "data/nlu.yml": """version: "3.1"
nlu:
- intent: parqueo
  examples: |
    - hay parqueadero en [Cali](ciudad)
    - dónde parqueo la moto
    - parqueadero de la sede
- intent: saludo
  examples: |
    - buenas buenas
- synonym: Cali
  examples: |
    - la sucursal del cielo
- lookup: ciudad
  examples: |
    - Cali
    - Pasto
- regex: placa
  examples: |
    - [A-Z]{3}\\d{3}
""",
    "data/rules.yml": """version: "3.1"
rules:
- rule: parqueo
  steps: [{intent: parqueo}, {action: utter_parqueo}, {action: utter_gracias}]
""",
}


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    folder = tmp_path / "Otro Bot"
    for name, text in FOREIGN.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def own(small_bot: SmallBot) -> SmallBot:
    """rasa/ with a folder of domain files, its intents in the database."""
    (small_bot.rasa / "domain").mkdir()
    (small_bot.rasa / "domain.yml").rename(small_bot.rasa / "domain/base.yml")
    sync_from_files()
    return small_bot


def bring(folder: Path, **options: Any) -> str:
    out = StringIO()
    call_command("import_intents", str(folder), with_files=True, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def files(own: SmallBot) -> list[str]:
    return sorted(path.relative_to(own.rasa).as_posix() for path in own.rasa.rglob("importado*"))


def test_everything_comes_along_and_the_bot_uses_it(own: SmallBot, foreign: Path) -> None:
    said = bring(foreign)
    assert files(own) == ["data/importado_otro_bot.yml", "domain/importado_otro_bot.yml"]
    assert "rasa/data/importado_otro_bot.yml" in said
    project = build_project()
    assert project.errors == ()
    assert project.synonyms["la sucursal del cielo"] == "Cali"
    assert project.lookups["ciudad"] == ("Cali", "Pasto")
    assert "placa" in project.regexes
    assert "sede" in project.slots
    assert "parqueo" in [rule.name for rule in project.rules]
    assert Intent.objects.get(name="saludo").examples.filter(text="buenas buenas").count() == 0  # skip
    assert train_here(trigger=TrainingRun.Trigger.COMMAND).state == TrainingRun.State.DONE
    reply = own.engine.reply(UserMessage("web-1", "hay parqueadero en Pasto"))
    assert [message["text"] for message in reply.messages] == ["Hay parqueadero en Pasto.", "Con gusto."]


def test_brought_again_it_adds_nothing(own: SmallBot, foreign: Path) -> None:
    bring(foreign)
    before = {name: (own.rasa / name).read_text() for name in files(own)}
    assert "rasa/" not in bring(foreign).replace("los archivos de rasa/", "")
    assert {name: (own.rasa / name).read_text() for name in files(own)} == before


def test_a_dry_run_says_which_files_and_writes_none(own: SmallBot, foreign: Path) -> None:
    assert "Se escribiría rasa/domain/importado_otro_bot.yml" in bring(foreign, dry_run=True)
    assert files(own) == []
    assert not Intent.objects.filter(name="parqueo").exists()


def test_what_would_break_the_project_is_refused_and_nothing_is_written(own: SmallBot, foreign: Path) -> None:
    rules = foreign / "data/rules.yml"
    rules.write_text(rules.read_text().replace("utter_gracias", "utter_nadie"))
    with pytest.raises(CommandError, match=r"tendría errores.*parqueo"):
        bring(foreign)
    assert files(own) == []
    assert not Intent.objects.filter(name="parqueo").exists()


def test_a_table_has_no_files_to_bring(own: SmallBot, tmp_path: Path) -> None:
    sheet = tmp_path / "x.csv"
    sheet.write_text("intent,examples,responses\nuna,algo,Listo.\n")
    with pytest.raises(CommandError, match="proyecto de Rasa"):
        bring(sheet)

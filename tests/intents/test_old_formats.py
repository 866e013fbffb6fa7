"""Bots of the old system as their files lay about: a Rasa 2 folder without `data/`, exported documents."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.intents.models import Answer, Example, Intent

pytestmark = pytest.mark.django_db
NLU = """version: "2.0"
nlu:
- intent: pedir_certificado
  examples: |
    - quiero un certificado
    - necesito el [certificado de notas](documento)
- intent: saludo
  examples: |
    - hola
"""
DOMAIN = """version: "2.0"
intents:
  - pedir_certificado
  - saludo
entities: [documento]
responses:
  utter_pedir_certificado:
  - text: Pídelo en la plataforma.
  utter_saludo:
  - text: ¡Hola!
"""


def import_from(path: Path) -> None:
    call_command("import_intents", path, stdout=StringIO(), no_color=True)


def what_came() -> tuple[set[str], int, int]:
    names = set(Intent.objects.values_list("name", flat=True))
    return names, Example.objects.count(), Answer.objects.count()


def test_a_flat_rasa_folder_comes_over(tmp_path: Path) -> None:
    (tmp_path / "nlu.yml").write_text(NLU)
    (tmp_path / "domain.yml").write_text(DOMAIN)
    import_from(tmp_path)
    assert what_came() == ({"pedir_certificado", "saludo"}, 3, 2)


@pytest.mark.parametrize(
    "documents",
    [
        {"intents": [{"tag": "saludo", "patterns": ["hola", "buenas"], "responses": ["¡Hola!"]}]},
        [
            {"_id": {"$oid": "65f0c0ffee65f0c0ffee65f0"}, "intent": "saludo", "examples": ["hola", "buenas"]}
            | {"responses": ["¡Hola!"], "created_at": {"$date": "2025-03-03T13:00:00Z"}}
        ],
    ],
    ids=["intents.json", "mongoexport"],
)
def test_json_of_the_old_system_comes_over(tmp_path: Path, documents: object) -> None:
    (tmp_path / "intents.json").write_text(json.dumps(documents))
    import_from(tmp_path / "intents.json")
    assert what_came() == ({"saludo"}, 2, 1)

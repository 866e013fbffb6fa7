"""Intents from a Rasa project: a zip, a folder, or one YAML file."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from apps.chat.engines.project import BotProject
from apps.core.errors import Invalid
from apps.core.text import printable
from apps.intents.botproject import ProjectError, load_with_source
from apps.intents.exchange.archives import Files, folder_files, lay_out, single_file, zip_files
from apps.intents.exchange.left_out import left_out, ruled_answer
from apps.intents.exchange.rows import ImportRow, ImportRows, answer_of, value_of
from apps.intents.knowledge import IntentData, knowledge_of

GIVEN = frozenset({"examples", "answers", "title", "requires_auth"})
"""What a project says of an intent; description, tags and activity it does not know."""


def read_rasa_zip(content: bytes) -> ImportRows:
    return _read(zip_files(content))


def read_rasa_yaml(content: bytes) -> ImportRows:
    return _read(single_file(content))


def read_rasa_folder(folder: Path) -> ImportRows:
    return _read(folder_files(folder))


def rows_of_project(project: BotProject) -> list[ImportRow]:
    """Rows are counted from 1, in the order of the domain."""
    return [_row(place, one, project) for place, one in enumerate(knowledge_of(project), start=1)]


def _read(files: Files) -> ImportRows:
    """Raises Invalid when the files are no plain YAML or hold no intent."""
    with TemporaryDirectory(prefix="tutorbot-import-") as folder:
        try:
            lay_out(files, Path(folder))
            project, source = load_with_source(Path(folder))
        except ProjectError as error:
            raise Invalid(str(error), code="bad_project") from None
        except OSError as error:  # a file and a folder of one name, a name too long
            raise Invalid(_("No se puede leer el zip. Créalo de nuevo, sin contraseña.")) from error
    rows = rows_of_project(project)
    if not rows:
        raise Invalid(_("No hay intenciones en el proyecto. Revisa sus archivos."), code="no_intents")
    return ImportRows(lambda: rows, left_out(project, source), source)


def _row(place: int, one: IntentData, project: BotProject) -> ImportRow:
    try:
        answers = tuple(
            answer_of(value_of(answer)) for answer in one.answers or ruled_answer(project, one.name)
        )
    except Invalid as error:
        return ImportRow(place, one, error=f"{one.name}: {error.text}")
    data = IntentData(
        one.name,
        examples=tuple(printable(text).strip() for text in one.examples),
        answers=answers,
        title=printable(one.title),
        requires_auth=one.requires_auth,
    )
    return ImportRow(place, data, GIVEN)

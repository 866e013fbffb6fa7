"""Files of another Rasa project brought into rasa/, where rules, slots and the like of this bot are."""

from collections.abc import Mapping
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.errors import Conflict
from apps.intents.botproject import ProjectError, Source, load_project
from apps.intents.botproject.own import own_files
from apps.intents.exchange.beside import files_beside


def plan_files(*, source: Source, name: str) -> dict[str, str]:
    """Texts by their path in rasa/. Raises Conflict when the project would have new errors with them."""
    try:
        own, own_source = own_files()
        files = files_beside(source, own_source, name)
        with TemporaryDirectory(prefix="tutorbot-files-") as folder:
            trial = Path(folder) / "rasa"
            copytree(settings.BASE_DIR / "rasa", trial)
            _write(trial, files)
            project = load_project(trial)
    except (ProjectError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise Conflict(_("No se pudo probar el proyecto con esos archivos: %s") % reason) from error
    known = {(one.name, one.message) for one in own.errors}
    new = [one for one in project.errors if (one.name, one.message) not in known]
    if new:
        told = "; ".join(f"{one.name}: {one.message}" for one in new[:5])
        raise Conflict(_("Con esos archivos el proyecto tendría errores: %s") % told, code="bad_project")
    return files


def write_files(files: Mapping[str, str]) -> None:
    """Into rasa/; a file of the same name is replaced. Raises Conflict."""
    try:
        _write(settings.BASE_DIR / "rasa", files)
    except OSError as error:
        raise Conflict(_("No se puede escribir en rasa/: revisa sus permisos.")) from error


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")

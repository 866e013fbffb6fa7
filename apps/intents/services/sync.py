"""rasa/ and the database together: what developers wrote comes to where staff edit it."""

from apps.intents.exchange.rasa import rows_of_project
from apps.intents.exchange.report import ImportReport, Mode
from apps.intents.models import Origin
from apps.intents.services.importing import import_intents
from apps.intents.services.project import project_files


def sync_from_files(*, mode: Mode = "skip", dry_run: bool = False) -> ImportReport:
    """The intents of rasa/ into the database. Raises ProjectError, and Invalid (field mode)."""
    rows = rows_of_project(project_files())
    return import_intents(rows=rows, mode=mode, origin=Origin.FILES, dry_run=dry_run)

"""Who exported what from the old system; the files too, where they can be read."""

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path, PureWindowsPath

from django.conf import settings
from django.utils import timezone

from apps.core.old_documents import Document, Unusable, text_of
from apps.logs.exports.files import folder, open_private
from apps.logs.models import Export
from apps.ops.legacy.people import OWNER, People
from apps.ops.legacy.reading import ERASED, TOO_OLD, key_here, not_here_yet, read_each, when
from apps.ops.legacy.tally import Tally

DATE = ("timestamp", "fecha", "createdat", "date")
KIND = ("tipo", "kind", "type")
FILE = ("archivo", "nombrearchivo", "filename", "file", "ruta", "path")
ENDPOINT = ("endpoint", "url")
ROWS = ("rows", "filas", "total", "registros")
KNOWN = frozenset(
    (*DATE, *KIND, *FILE, *ENDPOINT, *ROWS, *OWNER, "id", "v", "rol", "role", "ip", "useragent")
)
State = Export.State


class Exports:
    """One run's import of exports. `files` is the folder that the old system kept its files in."""

    def __init__(
        self, people: People, *, since: datetime | None, dry_run: bool, files: Path | None = None
    ) -> None:
        self.people, self.since, self.dry_run = people, since, dry_run
        self.files = files.resolve() if files else None

    def take(self, collection: str, documents: Sequence[Document], tally: Tally) -> None:
        read = read_each(documents, KNOWN, tally, lambda old, fields: self._read(collection, old, fields))
        found = {export.pk: (export, document) for document, _fields, export in read}
        new = not_here_yet(Export, found, tally)
        tally.new += len(new)
        if self.dry_run:
            return
        accounts = self.people.accounts(export.email for export, _document in new)
        for export, document in new:
            export.user_id = accounts.get(export.email)
            self._bring_file(export, document, tally)
        Export.objects.bulk_create([export for export, _document in new])

    def _read(self, collection: str, document: Document, fields: Document) -> Export:
        """Raises Unusable."""
        at = when(document, fields, DATE)
        if self.since and at < self.since:
            raise Unusable(TOO_OLD)
        name = PureWindowsPath(text_of(fields, FILE, 300)).name[:120]  # of paths with either slash
        kind, endpoint = text_of(fields, KIND, 40), text_of(fields, ENDPOINT, 200).partition("?")[0]
        if not (name or kind or endpoint):
            raise Unusable("no dice qué se exportó")
        email = self.people.email_in(fields)
        if self.people.is_erased(email=email):
            raise Unusable(ERASED)
        rows = text_of(fields, ROWS, 9)
        return Export(
            pk=key_here(collection, document),
            kind=kind or "exportación",
            email=email,
            state=State.EXPIRED,
            rows=int(rows) if rows.isdecimal() else 0,
            name=name,
            endpoint=endpoint,
            created_at=at,
            day=timezone.localdate(at),
            finished_at=at,
        )

    def _bring_file(self, export: Export, document: Document, tally: Tally) -> None:
        """A copy, to be had as long as any other export; never from outside of the folder."""
        if not self.files or not export.name:
            return
        source = (self.files / export.name).resolve()
        if source.parent != self.files or not source.is_file() or source.suffix.lower() != ".csv":
            tally.note(document.get("_id"), "su archivo CSV no está en la carpeta indicada: viene sin él")
            return
        target = folder() / f"{export.pk.hex}.csv"
        with source.open("rb") as old, open(target, "wb", opener=open_private) as new:
            shutil.copyfileobj(old, new)
        export.state, export.file, export.size = State.DONE, target.name, target.stat().st_size
        export.expires_at = timezone.now() + timedelta(days=settings.ENV.EXPORT_KEEP_DAYS)

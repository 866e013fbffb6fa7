"""One import: collection by collection, batch by batch, from where the last one was cut short."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from apps.accounts.clients.legacy_mongo import LegacyDatabase, key_text
from apps.accounts.services.legacy import LegacyImport
from apps.core.old_documents import Document
from apps.ops.legacy.accounts import Settings, Users
from apps.ops.legacy.exports import Exports
from apps.ops.legacy.people import People
from apps.ops.legacy.tally import Tally
from apps.ops.legacy.tickets import Tickets
from apps.ops.legacy.turns import Turns
from apps.ops.models import LegacyMark

BATCH = 500
SOURCES = {
    "users": ("users", "usuarios"),
    "settings": ("user_settings", "settings"),
    "logs": ("logs", "chat_logs", "message_logs"),
    "tickets": ("tickets", "helpdesk_tickets"),
    "exports": ("exports", "exportaciones", "export_logs"),
}
"""What can be asked for, and the collections that it may be in; each that there is is read."""
RESUMED = ("logs", "tickets", "exports")
"""The others are few, and what comes after them must know them all."""
Tell = Callable[[str, int, int], None]
"""Collection, documents done, documents in all (about)."""


class Kind(Protocol):
    def take(self, collection: str, documents: Sequence[Document], tally: Tally) -> None: ...


@dataclass(frozen=True, slots=True)
class Options:
    only: frozenset[str] = frozenset(SOURCES)
    since: datetime | None = None
    files: Path | None = None
    dry_run: bool = False
    restart: bool = False
    allow_superadmins: bool = False
    emails_verified: bool = False
    batch: int = BATCH


@dataclass(slots=True)
class Report:
    """By collection; `unread` are those of the old database that nobody asked for, with their sizes."""

    collections: dict[str, Tally] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)
    resumed: dict[str, int] = field(default_factory=dict)
    """Of which collections how many documents an earlier run had done."""

    def as_dict(self) -> dict[str, Any]:
        found = {name: tally.as_dict() for name, tally in self.collections.items()}
        return {"collections": found, "unread_collections": self.unread, "resumed": self.resumed}


class Import:
    """Of one old database. `report` says what was done so far, also after a failure."""

    def __init__(self, database: LegacyDatabase, options: Options, tell: Tell = lambda *_args: None) -> None:
        self.database, self.options, self.tell = database, options, tell
        self.report = Report()

    def run(self) -> Report:
        there = self.database.collections()
        wanted = [
            (kind, name)
            for kind, names in SOURCES.items()
            if kind in self.options.only
            for name in names
            if name in there
        ]
        self.report.unread = {
            name: self.database.count(name) for name in there if name not in {name for _kind, name in wanted}
        }
        if self.options.restart and not self.options.dry_run:
            self._marks().delete()
        kinds = self._kinds(there)
        for kind, name in wanted:
            work = kinds[kind]
            if isinstance(work, Turns) and work.people.anybody_erased:
                work.learn(self.database.documents(name))
            self._bring(kind, work, name)
        if not self.options.dry_run:
            self._marks().delete()
        return self.report

    def _marks(self) -> Any:
        return LegacyMark.objects.filter(pk__startswith=f"{self.database.name}.")

    def _kinds(self, there: Sequence[str]) -> dict[str, Kind]:
        options = self.options
        users = (name for name in SOURCES["users"] if name in there)
        people = People(document for name in users for document in self.database.documents(name))
        run = LegacyImport(
            allow_superadmins=options.allow_superadmins,
            emails_verified=options.emails_verified,
            dry_run=options.dry_run,
        )
        run.subjects = people.subjects()
        common: dict[str, Any] = {"since": options.since, "dry_run": options.dry_run}
        return {
            "users": Users(people, run),
            "settings": Settings(run),
            "logs": Turns(people, **common),
            "tickets": Tickets(people, **common),
            "exports": Exports(people, **common, files=options.files),
        }

    def _bring(self, kind: str, work: Kind, name: str) -> None:
        mark = self._mark(kind, name)
        tally = self.report.collections[name] = Tally(**mark.tally)
        if mark.tally:
            self.report.resumed[name] = tally.read
        if mark.is_done:
            return
        size = self.database.count(name)
        for batch in _batches(self.database.documents(name, mark.last_key), self.options.batch):
            work.take(name, batch, tally)
            tally.read += len(batch)
            if kind in RESUMED and not self.options.dry_run:
                mark.last_key, mark.tally = key_text(batch[-1].get("_id")), tally.as_dict()
                mark.save()
            self.tell(name, tally.read, max(size, tally.read))
        if kind in RESUMED and not self.options.dry_run:
            mark.tally, mark.is_done = tally.as_dict(), True
            mark.save()

    def _mark(self, kind: str, name: str) -> LegacyMark:
        key = f"{self.database.name}.{name}"
        if self.options.dry_run or kind not in RESUMED:
            return LegacyMark(pk=key)
        return LegacyMark.objects.filter(pk=key).first() or LegacyMark(pk=key)


def _batches(documents: Iterator[Document], size: int) -> Iterator[Sequence[Document]]:
    while batch := list(islice(documents, size)):
        yield batch

"""People and their preferences, as apps/accounts takes them over; few, so each run reads them all."""

from collections.abc import Callable, Iterable, Sequence

from apps.accounts.services.legacy import Counts, LegacyImport, LegacyReport
from apps.accounts.services.legacy_documents import PERSON_FIELDS, PREFERENCE_FIELDS
from apps.core.old_documents import Document, by_plain_name
from apps.ops.legacy.people import People
from apps.ops.legacy.reading import ERASED, OF_EVERY
from apps.ops.legacy.tally import Tally

READ = PERSON_FIELDS | OF_EVERY
READ_SETTINGS = PREFERENCE_FIELDS | OF_EVERY | {"createdat", "updatedat"}


class Users:
    def __init__(self, people: People, run: LegacyImport) -> None:
        self.people, self.run = people, run

    def take(self, collection: str, documents: Sequence[Document], tally: Tally) -> None:
        wanted = []
        for document in documents:
            fields = by_plain_name(document)
            tally.see(fields, READ)
            if self.people.is_erased(email=self.people.email_in(fields)):
                tally.skip(document.get("_id"), ERASED)
            else:
                wanted.append(document)
        _take(self.run, self.run.people, wanted, tally, lambda report: report.people)


class Settings:
    def __init__(self, run: LegacyImport) -> None:
        self.run = run

    def take(self, collection: str, documents: Sequence[Document], tally: Tally) -> None:
        for document in documents:
            tally.see(by_plain_name(document), READ_SETTINGS)
        _take(self.run, self.run.preferences, documents, tally, lambda report: report.preferences)


def _take(
    run: LegacyImport,
    work: Callable[[Iterable[Document]], None],
    documents: Sequence[Document],
    tally: Tally,
    counts_of: Callable[[LegacyReport], Counts],
) -> None:
    """A report of these documents alone is made, and added."""
    run.report = LegacyReport()
    work(documents)
    counts = counts_of(run.report)
    tally.new += counts.created
    tally.existing += counts.existing
    for key, reason in run.report.left_out:
        tally.skip(key, reason)
    for key, text in run.report.taken_otherwise:
        tally.note(key, text)

"""Where things stand in a project's files, and what there is to say about them."""

from dataclasses import dataclass, field

from apps.chat.engines.project import Finding, Severity


class ProjectError(Exception):
    """The folder cannot be read as a bot project. The message names file and line and may be shown."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line (from 1) of a file, named relative to the project's folder."""

    file: str = ""
    line: int = 0


NOWHERE = Place()


@dataclass(slots=True)
class Findings:
    """Collects what the readers and checks have to say, in the order in which they say it."""

    items: list[Finding] = field(default_factory=list)

    def error(self, name: str, message: str, at: Place = NOWHERE) -> None:
        self._add("error", name, message, at)

    def unsupported(self, name: str, message: str, at: Place = NOWHERE) -> None:
        self._add("unsupported", name, message, at)

    def warning(self, name: str, message: str, at: Place = NOWHERE) -> None:
        self._add("warning", name, message, at)

    def _add(self, severity: Severity, name: str, message: str, at: Place) -> None:
        self.items.append(Finding(severity, name, message, at.file, at.line))

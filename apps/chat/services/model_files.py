"""Files of models in the database: what one machine trains or activates reaches all others."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError

from apps.chat.engines.pointer import POINTER, whole_or_nothing
from apps.chat.models import ModelFilePart
from apps.core.db import run_atomically

PART_BYTES = 4 << 20
"""A document of MongoDB holds 16 MB."""


class DatabaseShelf:
    """A ModelShelf. All of it raises OSError, as a shared disk would."""

    def __init__(self, engine: str) -> None:
        self._prefix = f"{engine}/"

    def pointer(self) -> bytes | None:
        """What the last activation wrote; one small query."""
        with _as_disk():
            row = (
                ModelFilePart.objects.filter(name=self._prefix + POINTER)
                .values_list("content", flat=True)
                .first()
            )
            return None if row is None else bytes(row)

    def point(self, content: bytes) -> None:
        with _as_disk():
            ModelFilePart.objects.update_or_create(
                name=self._prefix + POINTER, number=0, defaults={"content": content}
            )

    def put(self, path: Path) -> None:
        """Whole or not at all; a file that is there already stays, for none is ever changed."""
        with _as_disk():
            name = self._prefix + path.name
            if not ModelFilePart.objects.filter(name=name).exists():
                run_atomically(lambda: _write(name, path))

    def bring(self, name: str, folder: Path) -> None:
        """Into the folder. Raises FileNotFoundError where nobody has put it."""
        with _as_disk():
            parts = ModelFilePart.objects.filter(name=self._prefix + name)
            if not parts.exists():
                raise FileNotFoundError(name)
            folder.mkdir(parents=True, exist_ok=True)
            with whole_or_nothing(folder / name) as file:
                for content in parts.order_by("number").values_list("content", flat=True).iterator(1):
                    file.write(bytes(content))

    def drop(self, names: list[str]) -> None:
        with _as_disk():
            ModelFilePart.objects.filter(name__in=[self._prefix + name for name in names]).delete()


def _write(name: str, path: Path) -> None:
    with path.open("rb") as file:
        for number, content in enumerate(iter(lambda: file.read(PART_BYTES), b"")):
            ModelFilePart.objects.create(name=name, number=number, content=content)


@contextmanager
def _as_disk() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        raise OSError(f"the database does not give or take models: {type(error).__name__}") from error

"""The archive: a tar.gz of mode 600 with rows, files and, last, a manifest that has the hash of each."""

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from apps.ops.backup.errors import BackupError

FORMAT = 1
MANIFEST, ROWS, FILES, SECRET = "manifest.json", "rows", "files", "secret_key"
CHUNK = 1 << 20


@dataclass
class Manifest:
    """What is in an archive, and of what state of this project it is."""

    version: str
    made_at: str
    kind: str
    """`sql` or `mongo`: what automatic keys are."""
    vendor: str
    migrations: dict[str, list[str]]
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By a model's label: `columns`, `rows`, `sha256`."""
    files: dict[str, str] = field(default_factory=dict)
    """SHA-256 by name in the archive, tables too."""
    format: int = FORMAT

    @property
    def row_count(self) -> int:
        return sum(int(table["rows"]) for table in self.tables.values())


class _Hashing(io.RawIOBase):
    """What is read of a file, hashed on its way."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data


class Writer:
    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar, self.manifest = tar, manifest

    def add_file(self, name: str, path: Path) -> None:
        """As long as it is at this moment; one that is gone by now is left out."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return
        with file:
            self._add(name, file, os.fstat(file.fileno()).st_size)

    def add_text(self, name: str, text: str) -> None:
        data = text.encode()
        self._add(name, io.BytesIO(data), len(data))

    def _add(self, name: str, file: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        hashing = _Hashing(file)
        self._tar.addfile(info, hashing)
        self.manifest.files[name] = hashing.digest.hexdigest()


@contextmanager
def writing(target: Path, manifest: Manifest) -> Iterator[Writer]:
    """An archive that is there under its name when it is whole, and not before."""
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
                writer = Writer(tar, manifest)
                yield writer
                writer.add_text(MANIFEST, json.dumps(asdict(manifest), indent=1))
                del manifest.files[MANIFEST]  # it does not name itself
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def private() -> Iterator[None]:
    """Folders and files that are made meanwhile are their owner's alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def unpack(archive: Path, folder: Path) -> Manifest:
    """Everything in `folder`, with the hashes that the manifest has. Raises BackupError."""
    try:
        with tarfile.open(archive, "r:gz") as tar, private():
            for member in tar:
                _extract(tar, member, folder)
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
    except FileNotFoundError as error:
        raise BackupError(f"No existe {error.filename}, o la copia está incompleta.") from None
    except (OSError, EOFError, tarfile.TarError, ValueError, TypeError) as error:
        raise BackupError(f"No es una copia de Tutorbot, o está dañada ({type(error).__name__}).") from None
    if manifest.format != FORMAT:
        raise BackupError(f"La copia es de otro formato ({manifest.format}). Usa la versión que la hizo.")
    _compare(folder, manifest)
    return manifest


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """A regular file below `folder`. By hand: Debian 12's Python (3.11.2) has no `extractall(filter=…)`."""
    target, source = (folder / member.name).resolve(), tar.extractfile(member) if member.isreg() else None
    if source is None:
        raise BackupError(f"La copia tiene algo que no es un archivo: {member.name}. No se usa.")
    if not target.is_relative_to(folder.resolve()):
        raise BackupError(
            f"La copia tiene un archivo que quiere ir a otra carpeta: {member.name}. No se usa."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with source, open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(source, file, CHUNK)


def _compare(folder: Path, manifest: Manifest) -> None:
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    if odd := sorted(there ^ {MANIFEST, *manifest.files}):
        raise BackupError(f"La copia no tiene lo que dice tener: {odd[0]}.")
    for name, wanted in manifest.files.items():
        if hash_of(folder / PurePosixPath(name)) != wanted:
            raise BackupError(f"La copia está dañada: {name} no es lo que se guardó.")


def hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""The YAML files of a Rasa project from a zip or a folder, laid out as `load_project` wants them."""

import io
import re
import stat
import zipfile
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.core.sheets.formats import DAMAGED_ZIP

MAX_FILES = 500
MAX_UNPACKED_BYTES = 20 * 1024 * 1024
SUFFIXES = frozenset({".yml", ".yaml"})
MARKERS = frozenset({"config.yml", "domain.yml", "domain", "data"})
IGNORED = ("credentials.", "endpoints.")
"""How files of addresses and passwords begin."""
MINIMAL_CONFIG = b"recipe: default.v1\nlanguage: es\npipeline: []\npolicies:\n- name: RulePolicy\n"
_SECTIONS = re.compile(rb"^(?=[A-Za-z_]+[ \t]*:)", re.M)
_DATA_KEYS = re.compile(rb"(nlu|rules|stories)[ \t]*:")
Files = dict[PurePosixPath, bytes]


def zip_files(content: bytes) -> Files:
    """Its YAML files. Raises Invalid for a path that leads outside, a link, or too much of anything."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir()]
            _check_total(len(parts), sum(part.file_size for part in parts))
            wanted = {_safe_path(part): part for part in parts}
            return {
                path: archive.read(part)
                for path, part in wanted.items()
                if path.suffix in SUFFIXES and not _is_hidden(path)
            }
    except DAMAGED_ZIP:
        raise Invalid(
            _("No se puede leer el zip. Créalo de nuevo, sin contraseña."), code="bad_zip"
        ) from None


def single_file(content: bytes) -> Files:
    """A YAML file alone: of the domain, of the data, or (as people paste them together) of both."""
    start, *sections = _SECTIONS.split(content)

    def only(are_data: bool) -> bytes:
        """The others' lines stay, empty: what is said about line 7 is about the file's line 7."""
        parts = [
            part if bool(_DATA_KEYS.match(part)) is are_data else b"\n" * part.count(b"\n")
            for part in sections
        ]
        return b"".join([start, *parts])

    return {PurePosixPath("domain.yml"): only(False), PurePosixPath("data/file.yml"): only(True)}


def folder_files(folder: Path) -> Files:
    """The YAML files below a folder; links are not followed. Raises Invalid."""
    found: Files = {}
    total = 0
    for path in sorted(folder.rglob("*")):
        shown = PurePosixPath(path.relative_to(folder).as_posix())
        if path.suffix not in SUFFIXES or _is_hidden(shown) or path.is_symlink() or not path.is_file():
            continue
        total += path.stat().st_size
        _check_total(len(found) + 1, total)
        found[shown] = path.read_bytes()
    return found


def lay_out(files: Files, folder: Path) -> None:
    """Writes them below `folder`: what is neither domain nor configuration is data."""
    root = _root(files)
    for path, content in files.items():
        if path.parts[: len(root)] != root:
            continue
        inner = PurePosixPath(*path.parts[len(root) :])
        if inner.name.startswith(IGNORED):
            continue
        target = folder / (inner if inner.parts[0] in MARKERS else "data" / inner)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (folder / "data").mkdir(exist_ok=True)
    if not (folder / "domain.yml").exists():
        (folder / "domain").mkdir(exist_ok=True)
    if not (folder / "config.yml").exists():
        (folder / "config.yml").write_bytes(MINIMAL_CONFIG)


def _safe_path(part: zipfile.ZipInfo) -> PurePosixPath:
    name = part.filename
    path = PurePosixPath(name)
    is_link = stat.S_ISLNK(part.external_attr >> 16)
    if is_link or path.is_absolute() or ".." in path.parts or any(char in name for char in "\\:\x00"):
        raise Invalid(
            _("El zip tiene una ruta que no se admite: «%(path)s».") % {"path": name[:80]}, code="bad_path"
        )
    return path


def _check_total(n_files: int, n_bytes: int) -> None:
    if n_files > MAX_FILES or n_bytes > MAX_UNPACKED_BYTES:
        raise Invalid(_("El proyecto es demasiado grande. Divídelo en varios."), code="too_large")


def _is_hidden(path: PurePosixPath) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in path.parts)


def _root(files: Files) -> tuple[str, ...]:
    """The folder inside the archive in which the project stands: the shallowest with a known name in it."""
    found = []
    for path in files:
        place = next((place for place, part in enumerate(path.parts) if part in MARKERS), None)
        if place is not None:
            found.append(path.parts[:place])
    return min(found, key=len, default=())

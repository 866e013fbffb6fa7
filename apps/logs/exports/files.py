"""Where made files lie, and the links that open one without a header until they expire."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core import signing

from apps.accounts.models import User
from apps.core.errors import Gone, NotFound
from apps.logs.exports import registry
from apps.logs.exports.models import Export

SALT = "tutorbot.exports"
LINK_SECONDS = 3600
PIECE = 65_536


def folder() -> Path:
    found: Path = settings.ENV.DATA_DIR / "exports"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def open_private(path: str, flags: int) -> int:
    """For open(): nobody else on the machine reads what students said."""
    return os.open(path, flags, 0o600)


def pieces(path: Path) -> Iterator[bytes]:
    """Opened when the first piece is asked for: an answer that nobody reads leaves no open file."""
    with path.open("rb") as content:
        while piece := content.read(PIECE):
            yield piece


def signed(export: Export, person: str) -> str:
    """For the one, by key, to whom it is shown: it is good while that person may have such files."""
    return signing.dumps([export.pk.hex, person], salt=SALT)


def export_of(link: str) -> Export:
    """Raises Gone for a link or a file whose time is over, NotFound for one that we did not make."""
    try:
        key, person = signing.loads(link, salt=SALT, max_age=LINK_SECONDS)
    except (signing.SignatureExpired, ValueError):  # or of an older version, which named nobody
        raise Gone from None
    except signing.BadSignature:
        raise NotFound from None
    found = Export.objects.filter(pk=key).first()
    if found is None or found.state == Export.State.EXPIRED or not _may_have(person, found):
        raise Gone
    return found


def _may_have(person: str, export: Export) -> bool:
    kind, user = registry.find(export.kind), User.objects.filter(pk=person).first()
    return user is not None and user.has_perm(kind.permission if kind else registry.VIEW)


def part_of(export: Export) -> Path:
    """What is written until it is whole: of one worker's own, whoever else takes the export over."""
    return folder() / f"{export.pk.hex}.{export.token}.part"


def remove_file(export: Export) -> None:
    """And what was left half-written."""
    for path in folder().glob(f"{export.pk.hex}.*"):
        path.unlink(missing_ok=True)

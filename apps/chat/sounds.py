"""What kind of recording a file is: by what its sender calls it, and by its first bytes; both must agree."""

import wave
from collections.abc import Callable
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from apps.core.errors import AppError, Invalid

HEAD_BYTES = 16


class NotAudio(AppError):
    status = 415
    code = "unsupported_audio"


@dataclass(frozen=True, slots=True)
class Kind:
    """A container: the names that clients give it, the ending of its files, how it begins."""

    mimes: tuple[str, ...]
    suffix: str
    begins: Callable[[bytes], bool]


KINDS = (
    Kind(("audio/webm", "video/webm"), "webm", lambda head: head.startswith(b"\x1a\x45\xdf\xa3")),
    Kind(("audio/ogg", "application/ogg"), "ogg", lambda head: head.startswith(b"OggS")),
    Kind(
        ("audio/mpeg", "audio/mp3"),
        "mp3",
        lambda head: (
            head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1] & 0xE0 == 0xE0 and head[1] & 6 != 0)
        ),
    ),
    Kind(
        ("audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"),
        "wav",
        lambda head: head[:4] == b"RIFF" and head[8:12] == b"WAVE",
    ),
    Kind(("audio/mp4", "audio/m4a", "audio/x-m4a", "video/mp4"), "m4a", lambda head: head[4:8] == b"ftyp"),
)


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording that was sent; `mime` is what its sender calls it, without parameters."""

    file: UploadedFile
    mime: str
    suffix: str
    size: int
    duration_ms: int | None

    @property
    def name(self) -> str:
        return f"voice.{self.suffix}"


def sound_in(file: UploadedFile | None) -> Sound:
    """Raises Invalid (none, or empty) and NotAudio."""
    if file is None:
        raise Invalid.field("file", _("Falta el audio. Envíalo en «file»."), "required")
    if not file.size:
        raise Invalid.field("file", _("El audio está vacío. Grábalo de nuevo."), "empty")
    mime = (file.content_type or "").partition(";")[0].strip().lower()
    file.seek(0)
    head = file.read(HEAD_BYTES).ljust(HEAD_BYTES, b"\0")
    file.seek(0)
    kind = next((kind for kind in KINDS if mime in kind.mimes), None)
    if kind is None or not kind.begins(head):
        raise NotAudio(_("Ese archivo no es un audio que se pueda leer. Usa webm, ogg, mp3, wav o m4a."))
    return Sound(file, mime, kind.suffix, file.size, _duration_ms(file) if kind.suffix == "wav" else None)


def _duration_ms(file: UploadedFile) -> int | None:
    """Of a WAV file; the others do not say it in a place of their own."""
    try:
        with wave.open(file) as sound:
            return round(sound.getnframes() * 1000 / sound.getframerate())
    except (wave.Error, EOFError, ZeroDivisionError):
        return None
    finally:
        file.seek(0)

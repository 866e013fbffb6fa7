"""Speech to text by an HTTP service: multipart `audio` and `lang` in, `{"text"}` out (http.md §3.4)."""

import json
import secrets
from collections.abc import Iterator

from django.conf import settings

from apps.chat.errors import SpeechTimeout, SpeechUnavailable
from apps.chat.sounds import Sound
from apps.core.clients.outside import TIMEOUT, Limits, OutsideError, exchange
from apps.core.text import printable

CONNECT_SECONDS = 2.0
MAX_ANSWER_BYTES = 256 * 1024
CHUNK = 64 * 1024


def is_configured() -> bool:
    return bool(settings.ENV.STT_URL)


def text_of(sound: Sound, *, lang: str, seconds: float) -> str | None:
    """What is said in it; None when nothing is. Raises SpeechUnavailable, SpeechTimeout."""
    boundary = secrets.token_hex(16)
    head, tail = _frame(sound, lang, boundary)
    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Content-Length": str(len(head) + sound.size + len(tail)),
        "Accept": "application/json",
    }
    limits = Limits(CONNECT_SECONDS, seconds, MAX_ANSWER_BYTES)
    body = _body(head, sound, tail)
    try:
        answer = exchange("POST", settings.ENV.STT_URL, limits, headers=headers, body=body)
    except OutsideError as error:
        raise (SpeechTimeout() if error.word == TIMEOUT else SpeechUnavailable()) from error
    if answer.status != 200 or not answer.is_whole:
        raise SpeechUnavailable
    return _text(answer.body)


def _frame(sound: Sound, lang: str, boundary: str) -> tuple[bytes, bytes]:
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="lang"\r\n\r\n{lang}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="audio"; filename="{sound.name}"\r\n'
        f"Content-Type: {sound.mime}\r\n\r\n"
    )
    return head.encode(), f"\r\n--{boundary}--\r\n".encode()


def _body(head: bytes, sound: Sound, tail: bytes) -> Iterator[bytes]:
    yield head
    sound.file.seek(0)
    yield from sound.file.chunks(CHUNK)
    yield tail


def _text(body: bytes) -> str | None:
    try:
        said = json.loads(body)["text"]
    except (ValueError, KeyError, TypeError) as error:
        raise SpeechUnavailable from error
    if said is not None and not isinstance(said, str):
        raise SpeechUnavailable
    return printable(said or "").strip() or None

"""Voice: what is accepted, what the speech service says, what is kept, and who hears it."""

import io
import os
import time
import wave
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_httpserver import HTTPServer
from rest_framework.test import APIClient
from werkzeug import Request, Response

from apps.accounts.models import User
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.models import Recording
from apps.chat.services.recordings import folder, path_of, purge_recordings
from apps.logs.models import ChatTurn

pytestmark = pytest.mark.django_db
TRANSCRIBE, AUDIO = "/api/voice/transcribe", "/api/chat/audio"
WEBM = b"\x1a\x45\xdf\xa3" + b"webm" * 100
Bearer = Callable[[User], dict[str, str]]


def wav(seconds: float = 0.5) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * int(8000 * seconds))
    return file.getvalue()


def form(
    content: bytes = WEBM, kind: str = "audio/webm", field: str = "file", **texts: str
) -> dict[str, Any]:
    data = {field: SimpleUploadedFile("voice.webm", content, content_type=kind), **texts}
    return {"data": data, "format": "multipart"}


class Speech:
    """A speech service: says `text`, or what `response` is."""

    def __init__(self, server: HTTPServer) -> None:
        self.response: Response | None = None
        self.text: Any = "hola"
        self.got: list[tuple[bytes, str]] = []
        self.wait = 0.0
        server.expect_request("/stt", method="POST").respond_with_handler(self.answer)
        self.url = server.url_for("/stt")

    def answer(self, request: Request) -> Response:
        self.got.append((request.files["audio"].read(), request.form["lang"]))
        time.sleep(self.wait)
        return self.response or Response(f'{{"text": {self.text}}}', mimetype="application/json")


@pytest.fixture
def speech(httpserver: HTTPServer, env: Callable[..., Any]) -> Speech:
    service = Speech(httpserver)
    service.text = '"hola"'
    env(STT_URL=service.url)
    return service


def test_the_panels_microphone_gets_a_transcript_even_with_a_junk_bearer(
    api: APIClient, speech: Speech
) -> None:
    junk = {"Authorization": "Bearer guest-ab12cd34"}
    asked = form(kind="audio/webm;codecs=opus", sender="web-1", lang="es", stt="auto")
    answer = api.post("/api/api/voice/transcribe", headers=junk, **asked)
    assert answer.status_code == 200
    assert answer.json() == {"id": None, "transcript": "hola", "duration_ms": None, "mime": "audio/webm"}
    assert speech.got == [(WEBM, "es")]
    assert not Recording.objects.exists()  # nothing is kept unless AUDIO_STORE says so
    speech.text = '"  \\n"'
    silence = api.post(TRANSCRIBE, **form(wav(), "audio/x-wav", field="audio", lang="es-CO")).json()
    assert silence == {"id": None, "transcript": None, "duration_ms": 500, "mime": "audio/x-wav"}
    assert speech.got[1] == (wav(), "es-CO")
    assert api.post(TRANSCRIBE, **form(stt="none")).json()["transcript"] is None
    assert len(speech.got) == 2


def test_nothing_is_invented_without_a_speech_service(api: APIClient) -> None:
    assert api.post(TRANSCRIBE, **form()).json()["transcript"] is None
    answer = api.post(AUDIO, **form())
    assert (answer.status_code, answer.json()["code"]) == (503, "stt_not_configured")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (WEBM, "video/webm"),
        (b"OggS" + b"\0" * 60, "audio/ogg;codecs=opus"),
        (b"ID3\x04" + b"\0" * 60, "audio/mpeg"),
        (b"\xff\xfb\x90\x64" + b"\0" * 60, "audio/mp3"),
        (b"\0\0\0\x20ftypM4A " + b"\0" * 60, "audio/mp4"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
    ],
)
def test_every_type_of_the_contract_is_taken(api: APIClient, content: bytes, kind: str) -> None:
    assert api.post(TRANSCRIBE, **form(content, kind)).status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        (form(b""), 422, "invalid"),
        (form(kind="image/png"), 415, "unsupported_audio"),
        (form(kind="application/octet-stream"), 415, "unsupported_audio"),
        (form(b"<html></html>"), 415, "unsupported_audio"),
        (form(b"OggS" + b"\0" * 60), 415, "unsupported_audio"),
        (form(b"\xff"), 415, "unsupported_audio"),
        (form(field="otro"), 422, "invalid"),
        (form(sender="x" * 129), 422, "invalid"),
        (form(lang="../x"), 422, "invalid"),
        (form(stt="whisper"), 422, "invalid"),
        ({"data": {"file": "hola"}, "format": "multipart"}, 422, "invalid"),
        ({"data": {"message": "hola"}, "format": "json"}, 415, "unsupported_media_type"),
        ({"data": b"x", "content_type": "multipart/form-data"}, 422, "malformed_json"),
    ],
)
def test_bad_input_is_refused_in_words(
    api: APIClient, speech: Speech, asked: dict[str, Any], status: int, code: str
) -> None:
    for path in (TRANSCRIBE, AUDIO):
        if "format" in asked and isinstance(file := asked["data"].get("file"), SimpleUploadedFile):
            file.seek(0)
        answer = api.post(path, **asked)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.json()["message"] == answer.json()["detail"]
    assert (speech.got, ChatTurn.objects.count()) == ([], 0)


def test_a_recording_that_is_too_large_is_refused_while_it_arrives(
    api: APIClient, speech: Speech, env: Callable[..., Any]
) -> None:
    env(MAX_AUDIO_MB=1)
    large = form(WEBM + b"x" * (1 << 20))
    assert api.post(TRANSCRIBE, **large).json()["message"] == "El audio es muy grande: el máximo es de 1 MB."
    large["data"]["file"].seek(0)
    silent = api.post(TRANSCRIBE, **large, CONTENT_LENGTH="")  # sent in chunks: nobody says how much comes
    assert silent.status_code in {413, 422}
    assert api.post(TRANSCRIBE, **form(WEBM.ljust(1 << 20, b"x"))).status_code == 200


@pytest.mark.parametrize(
    ("response", "status", "code"),
    [
        (Response("no", 500), 502, "stt_unavailable"),
        (Response("", 301, {"Location": "/otro"}), 502, "stt_unavailable"),
        (Response("hola"), 502, "stt_unavailable"),
        (Response('{"text": 5}'), 502, "stt_unavailable"),
        (Response('["hola"]'), 502, "stt_unavailable"),
        (Response('{"text": "' + "a" * 300_000 + '"}'), 502, "stt_unavailable"),
    ],
)
def test_a_speech_service_that_fails_is_told_and_asks_for_no_turn(
    api: APIClient, speech: Speech, response: Response, status: int, code: str
) -> None:
    speech.response = response
    for path in (TRANSCRIBE, AUDIO):
        answer = api.post(path, **form())
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not ChatTurn.objects.exists()


def test_a_slow_or_absent_speech_service_has_words_of_its_own(
    api: APIClient, speech: Speech, env: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.chat.services.voice.LEAST_SECONDS", 0.2)
    env(RASA_TIMEOUT_MS=14_000)
    speech.wait = 1.0
    slow = api.post(AUDIO, **form())
    assert (slow.status_code, slow.json()["code"]) == (504, "stt_timeout")
    env(STT_URL="http://127.0.0.1:9/stt")
    absent = api.post(TRANSCRIBE, **form())
    assert (absent.status_code, absent.json()["code"]) == (502, "stt_unavailable")


def test_what_is_said_aloud_is_a_turn_like_any_other(
    api: APIClient,
    bot: EmbeddedEngine,
    speech: Speech,
    student: User,
    bearer: Bearer,
    env: Callable[..., Any],
) -> None:
    env(AUDIO_STORE=True, RATE_LIMIT_MAX_REQUESTS=3)
    headers = bearer(student)
    answer = api.post("/chat/audio", headers=headers, **form(sender="web-7", session_id="s-1")).json()
    kept = Recording.objects.get()
    assert answer["transcript"] == "hola"
    assert answer["audio"] == {
        "id": str(kept.pk),
        "url": f"/api/media/{kept.pk}",
        "mime": "audio/webm",
        "size_bytes": len(WEBM),
    }
    assert answer["rasa"] == answer["bot"]["messages"] != []
    turn = ChatTurn.objects.get()
    assert (turn.sender_id, turn.user_message, turn.intent) == ("web-7", "hola", "saludo")
    assert (turn.user, turn.endpoint) == (student, "/api/chat/audio")
    assert turn.metadata["auth"]["claims"]["sub"] == str(student.pk)
    assert (turn.metadata["input"], turn.metadata["recording"]) == ("voice", str(kept.pk))
    assert (kept.sender_id, kept.session_id, kept.user, kept.transcript) == ("web-7", "s-1", student, "hola")
    assert path_of(kept).read_bytes() == WEBM
    assert path_of(kept).parent == folder()
    speech.text = '"/menu"'
    assert api.post(AUDIO, headers=headers, **form()).status_code == 200
    assert ChatTurn.objects.filter(user_message="menu").exists()  # what is said aloud is no payload
    speech.text = '""'
    nothing = api.post(AUDIO, headers=headers, **form())
    assert (nothing.status_code, nothing.json()["errors"][0]["code"]) == (422, "empty_transcript")
    refused = api.post("/api/chat", {"message": "hola"}, headers=headers)
    assert refused.status_code == 429  # one counter for all that is said
    assert "Retry-After" in refused


def test_with_required_tokens_voice_needs_one_too(api: APIClient, env: Callable[..., Any]) -> None:
    env(CHAT_REQUIRE_AUTH=True)
    assert [api.post(path, **form()).status_code for path in (TRANSCRIBE, AUDIO)] == [401, 401]


@pytest.fixture
def kept(api: APIClient, speech: Speech, env: Callable[..., Any]) -> Recording:
    env(AUDIO_STORE=True)
    speech.text = '"¿Cuándo es la inducción?"'
    api.post(TRANSCRIBE, **form(wav(), "audio/wav", sender="web-7", session_id="s-1"))
    return Recording.objects.get()


def test_staff_find_recordings(
    api: APIClient, kept: Recording, soporte: User, bearer: Bearer, django_assert_num_queries: Any
) -> None:
    headers = bearer(soporte)
    listing = api.get("/api/voice/list?page=1&limit=20&sender=&session_id=undefined", headers=headers).json()
    assert (listing["total"], listing["page"], listing["limit"]) == (1, 1, 20)
    item = listing["items"][0]
    assert item == api.get(f"/api/voice/{kept.pk}", headers=headers).json()
    assert (item["id"], item["filename"], item["sender"]) == (str(kept.pk), kept.file, "web-7")
    assert (item["mime"], item["size"], item["duration_ms"]) == ("audio/wav", len(wav()), 500)
    assert item["transcript"] == "¿Cuándo es la inducción?"
    assert (item["url"], item["download_url"]) == (
        f"/api/media/{kept.pk}",
        f"/api/media/{kept.pk}?download=1",
    )
    found = {"q=INDUCCI": 1, "q=.*": 0, "sender=web-7": 1, "sender=web": 0, "session_id=s-1": 1, "page=2": 0}
    for query, count in found.items():
        assert len(api.get(f"/api/voice/list?{query}", headers=headers).json()["items"]) == count, query
    for query in ("page=0", "limit=1000000000", "limit=x"):
        assert api.get(f"/api/voice/list?{query}", headers=headers).status_code == 422
    for path in ("/api/voice/otra", "/api/media/otra", f"/api/media/{soporte.pk}"):
        assert api.get(path, headers=headers).status_code == 404
    Recording.objects.bulk_create(
        [Recording(sender_id="x", file=f"{n}", mime="audio/wav", size_bytes=1, lang="es") for n in range(20)]
    )
    with django_assert_num_queries(3):  # the person, the page, the count
        assert len(api.get("/api/voice/list", headers=headers).json()["items"]) == 21


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        ("bytes=0-9", 206, 0, 9),
        ("bytes=4000-", 206, 4000, None),
        ("bytes=-5", 206, -5, None),
        ("bytes=0-999999", 200, 0, None),
        ("bytes=9-3", 200, 0, None),
        ("bytes=0-1,5-6", 200, 0, None),
        ("renglones=1-2", 200, 0, None),
        ("bytes=999999-", 416, None, None),
        ("bytes=-0", 416, None, None),
    ],
)
def test_a_part_of_a_recording_may_be_asked_for(
    api: APIClient,
    kept: Recording,
    soporte: User,
    bearer: Bearer,
    asked: str,
    status: int,
    first: int | None,
    last: int | None,
) -> None:
    answer = api.get(f"/api/media/{kept.pk}", headers={**bearer(soporte), "Range": asked})
    assert answer.status_code == status
    if status == 416:
        assert answer["Content-Range"] == f"bytes */{len(wav())}"
        assert answer.json()["request_id"]
        return
    body = b"".join(answer)
    assert body == wav()[first : None if last is None else last + 1]
    assert answer["Content-Length"] == str(len(body))
    assert (answer["Content-Type"], answer["Accept-Ranges"]) == ("audio/wav", "bytes")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert ("Content-Range" in answer) == (status == 206)


def test_students_hear_nothing_and_what_is_old_goes_with_its_file(
    api: APIClient, kept: Recording, student: User, bearer: Bearer, env: Callable[..., Any]
) -> None:
    for path in (f"/api/media/{kept.pk}", f"/api/voice/{kept.pk}", "/api/voice/list"):
        assert api.get(path).status_code == 401
        assert api.get(path, headers=bearer(student)).status_code == 403
    file, stray, new = path_of(kept), folder() / "perdido.webm", folder() / "nuevo.webm"
    stray.write_bytes(b"x")
    new.write_bytes(b"x")
    old = time.time() - 8 * 86_400
    os.utime(stray, (old, old))
    assert purge_recordings() == {"recordings": 0, "strays": 1}
    Recording.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert purge_recordings() == {"recordings": 1, "strays": 0}
    assert (file.exists(), stray.exists(), new.exists()) == (False, False, True)
    assert not Recording.objects.exists()
    new.unlink()


def test_nothing_is_kept_on_a_disk_that_is_almost_full(
    api: APIClient, env: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    env(AUDIO_STORE=True)
    full = SimpleNamespace(free=(1 << 30) - 1)
    monkeypatch.setattr("apps.chat.services.recordings.shutil.disk_usage", lambda path: full)
    answer = api.post(TRANSCRIBE, **form())
    assert (answer.status_code, answer.json()["id"]) == (200, None)
    assert not Recording.objects.exists()


def test_staff_listen_in_django_admin_and_admins_delete_the_file_too(
    client: Client, kept: Recording, soporte: User, admin: User
) -> None:
    client.force_login(soporte)
    page = client.get(reverse("admin:chat_recording_change", args=[kept.pk])).content.decode()
    sound = reverse("admin:chat_recording_audio", args=[kept.pk])
    assert f'<audio controls preload="none" src="{sound}">' in page
    assert b"".join(client.get(sound)) == wav()
    delete = reverse("admin:chat_recording_delete", args=[kept.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    client.force_login(admin)
    client.post(delete, {"post": "yes"})
    assert not path_of(kept).exists()
    assert not Recording.objects.exists()
    assert client.get(sound).status_code == 404

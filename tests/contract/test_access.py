"""Endpoint × person → status, by the table of tutorbot/access.py; a path that it does not name fails."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import URLPattern, get_resolver
from django.utils.timezone import now
from rest_framework.test import APIClient

from apps.accounts.models import StudentRecord, Tutor, User
from apps.accounts.services import passwords, sessions
from apps.chat.engine import embedded_engine
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.models import Conversation, Recording
from apps.chat.services.recordings import folder
from apps.core.paths import EXACT
from apps.core.views.assets import BRAND_FILES
from apps.helpdesk.models import Ticket
from apps.intents.models import Intent, ModelVersion, ReviewGroup, SavedConversation, TrainingRun
from apps.intents.services.training.watch import log_folder
from apps.logs.exports.files import signed
from apps.logs.exports.services import start_export
from apps.logs.exports.work import make_export
from tests.accounts import signing
from tests.conftest import PASSWORD
from tests.keys import RSA_KEY, RSA_PUBLIC_PEM
from tests.stats.test_dashboard import turn
from tutorbot.access import PEOPLE, TABLE, Access
from tutorbot.env import Env

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "Otra-clave-77"
FILES = {"chat-page", "widget-page", "widget-loader", "own-widget-loader", "unknown-api", *BRAND_FILES}
"""The same for everybody, whatever they send."""
METHODS = ("get", "post", "put", "patch", "delete")
Request = dict[str, Any]


def fixed(**body: Any) -> Callable[[User, User], Request]:
    return lambda person, target: {"data": body}


def credentials(person: User, target: User) -> Request:
    return {"data": {"email": person.email, "password": PASSWORD}}


def refresh_token(person: User, target: User) -> Request:
    return {"data": {"refresh_token": sessions.open_session(user=person).refresh_token}}


def refresh_cookie(person: User, target: User) -> Request:
    return {"cookie": sessions.open_session(user=person).refresh_token}


def reset(person: User, target: User) -> Request:
    return {"data": {"token": passwords.reset_token(person), "new_password": NEW_PASSWORD}}


def csv_file(person: User, target: User) -> Request:
    content = b"intent,examples,responses\notra,algo,Listo."
    return {"data": {"file": SimpleUploadedFile("intents.csv", content)}, "format": "multipart"}


def rated(person: User, target: User) -> Request:
    said = turn(request_id="peticion-1", sender_id="web-1")
    return {"data": {"request_id": said.request_id, "sender": said.sender_id, "value": "down"}}


def recorded(person: User, target: User) -> Request:
    sound = SimpleUploadedFile("voice.webm", b"\x1a\x45\xdf\xa3webm", content_type="audio/webm")
    return {"data": {"file": sound}, "format": "multipart"}


def a_recording(target: User) -> str:
    folder().mkdir(exist_ok=True)
    (folder() / "prueba.webm").write_bytes(b"x")
    row = {"sender_id": "web-1", "file": "prueba.webm", "mime": "audio/webm", "size_bytes": 1, "lang": "es"}
    return Recording.objects.create(**row).pk.hex


def decided(person: User, target: User) -> Request:
    ReviewGroup.objects.update(state=ReviewGroup.State.DISCARDED)
    return {"data": {}}


def a_model(target: User) -> str:
    """The one that answers, so that activating and comparing it is right."""
    pointer = embedded_engine().pointed()
    assert pointer is not None
    made = ModelVersion.objects.create(
        name=pointer.version,
        engine="embedded",
        data_hash=pointer.data_hash,
        sha256=pointer.sha256,
        file=pointer.file,
    )
    return made.pk.hex


def with_a_model(person: User, target: User) -> Request:
    a_model(target)
    return {}


def a_conversation(target: User) -> str:
    return Conversation.objects.get_or_create(sender_id="web-1")[0].sender_id


def in_ones_hands(person: User, target: User) -> Request:
    a_conversation(target)
    Conversation.objects.update(owner="person", agent=person)
    return {"data": {"text": "Hola, soy del equipo."}}


def a_link(person: User, target: User) -> Request:
    export = start_export(kind="conversaciones", filters={}, user=target)
    make_export(export.pk.hex)
    holder = User.objects.create_superuser("archivo@ejemplo.edu.co", "una-Clave-larga-1")
    return {"data": {"firma": signed(export, str(holder.pk))}}


MESSAGE = fixed(message="hola", sender="web-1")
RIGHT_REQUESTS: dict[str, Callable[[User, User], Request]] = {
    r"POST .*/(login|token)": credentials,
    r"GET .*/refresh": refresh_cookie,
    r"POST .*/(refresh|refresh-token|token/refresh)": refresh_token,
    r"POST .*/register": fixed(nombre="Eva", email="eva@ejemplo.edu.co", password=PASSWORD),
    r"POST .*/forgot-password": fixed(email="ana@ejemplo.edu.co"),
    r"POST /api/(auth|admin)/reset-password": reset,
    r"POST .*/change-password": fixed(current_password=PASSWORD, new_password=NEW_PASSWORD),
    r"POST .*/password-policy/check": fixed(password="corta"),
    r"GET .*/zajuna/login": lambda person, target: {
        "data": {"redirect_uri": "https://panel.example/auth/callback"}
    },
    r"POST /api/chat/feedback": rated,
    r"POST /api/chat/audio": recorded,
    r"POST /api/chat.*": MESSAGE,
    r"POST .*/(users|create-user)": fixed(
        nombre="Eva", email="eva@ejemplo.edu.co", password=PASSWORD, rol="usuario"
    ),
    r"(PUT|PATCH) .*/users/{id}": fixed(nombre="Eva María"),
    r"PATCH .*/role": fixed(rol="soporte"),
    r"PATCH .*/status": fixed(active=False),
    r"PUT /api/me/settings": fixed(theme="dark"),
    r"POST .*/(intents|add-intent)": fixed(intent="nueva", examples=["algo nuevo"], responses=["Listo."]),
    r"(PUT|PATCH) .*/{name}": fixed(title="Otra"),
    r"PUT .*/update-intent": fixed(intent="prueba", title="Otra"),
    r"GET .*/intents/test": fixed(text="hola"),
    r"GET .*/last-model": with_a_model,
    r"POST .*/saved-conversations": fixed(name="Otra", turns=[{"say": "hola"}]),
    r"POST .*/(upload-json|cargar_intent)": fixed(intent="otra", examples=["algo"], responses=["Sí."]),
    r"POST .*/intents/(upload|upload-csv)": csv_file,
    r"GET .*/exportaciones/archivo": a_link,
    r"POST .*/review/bulk": lambda person, target: {"data": {"ids": [str(target.pk)], "action": "discard"}},
    r"POST .*/review/{id}/assign": fixed(intent="prueba", texts=["algo nuevo"]),
    r"POST .*/review/{id}/create-intent": fixed(intent="nueva", answer="Listo.", texts=["algo nuevo"]),
    r"POST .*/review/{id}/undo": decided,
    r"POST .*/helpdesk/tickets": fixed(
        name="Eva", email="eva@ejemplo.edu.co", subject="Ayuda", message="No puedo entrar."
    ),
    r"POST .*/tickets/.*/comments": fixed(text="Ya lo revisamos."),
    r"PATCH .*/helpdesk/tickets": lambda person, target: {
        "data": {"ids": [str(target.pk)], "status": "pending"}
    },
    r"PATCH .*/helpdesk/tickets/{id}": fixed(status="pending"),
    r"POST .*/conversations/{sender}/(reply|queue|hand-back)": in_ones_hands,
    r"POST /api/voice/transcribe": recorded,
    r"GET /api/link/preview": fixed(url="https://ejemplo.edu.co/"),
    r"POST /api/telemetry": fixed(ev="link_open"),
    r"POST /api/tutor/mensaje": fixed(text="¿Cuándo es la próxima asesoría?"),
}


@pytest.fixture
def people(
    env: Callable[..., Env], student: User, soporte: User, admin: User
) -> dict[str, tuple[User, str | None]]:
    """Each person with a token; the one without an account has the student's e-mail."""
    env(
        JWT_ALGORITHM="RS256",
        JWT_PUBLIC_KEY=RSA_PUBLIC_PEM,
        ZAJUNA_SSO_URL="https://zajuna.example/sso",
        ALLOWED_ORIGINS=["https://panel.example"],
    )
    outside = signing.signed(RSA_KEY, "RS256", email="luis@ejemplo.edu.co")
    tutor = Tutor.objects.create(nombre="Rosa Peña", email="rosa@ejemplo.edu.co")
    for email in ("luis@ejemplo.edu.co", student.email, soporte.email, admin.email):
        StudentRecord.objects.create(email=email, nombre="Alguien", programa="Sistemas", tutor=tutor)
    own = {user: sessions.open_session(user=user).access_token for user in (student, soporte, admin)}
    return {
        "nobody": (student, None),
        "platform": (student, outside),
        "usuario": (student, own[student]),
        "soporte": (soporte, own[soporte]),
        "admin": (admin, own[admin]),
    }


def a_run(target: User) -> str:
    return TrainingRun.objects.create(engine="embedded", trigger=TrainingRun.Trigger.API).pk.hex


def a_log(target: User) -> str:
    log_folder().mkdir(exist_ok=True)
    (log_folder() / "train_prueba.log").write_text("una línea\n")
    return "train_prueba.log"


def an_export(target: User) -> str:
    return start_export(kind="conversaciones", filters={}, user=target).pk.hex


PARTS: dict[str, Callable[[User], str]] = {
    "id": lambda target: str(target.pk),
    "name": lambda target: "prueba",
    "run_id": a_run,
    "sender": a_conversation,
    "filename": a_log,
}
"""What stands in a path, made for the test."""
PARTS_UNDER: dict[str, dict[str, Callable[[User], str]]] = {
    "/api/admin/models/": {"id": a_model},
    "/api/voice/": {"id": a_recording},
    "/api/media/": {"id": a_recording},
    "/api/admin/exportaciones/": {"id": an_export},
}


def parts_of(path: str) -> dict[str, Callable[[User], str]]:
    return next((parts for start, parts in PARTS_UNDER.items() if path.startswith(start)), {})


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.method} {row.path}")
def test_each_person_gets_the_status_of_the_table(
    bot: EmbeddedEngine, people: dict[str, tuple[User, str | None]], settings: Any, row: Access
) -> None:
    """One person after the other, each as if nobody had asked before."""
    before, got = settings.ENV, {}
    for who in PEOPLE:
        with savepoint():
            got[who] = asked(row, *people[who])
        settings.ENV = before
        caches["limits"].clear()
        caches["default"].clear()
    assert got == dict(zip(PEOPLE, row.statuses, strict=True))


@contextmanager
def savepoint() -> Iterator[None]:
    """What is written inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def asked(row: Access, person: User, token: str | None) -> int:
    """The status of the answer to a right request."""
    target = User.objects.create_user("blanco@ejemplo.edu.co", None, nombre="Blanca")
    Intent.objects.create(name="prueba")
    SavedConversation.objects.create(pk=target.pk, name="prueba", turns=[{"say": "hola"}])
    ReviewGroup.objects.create(pk=target.pk, text="hola", key="hola", first_at=now(), last_at=now())
    asking = {"user": person, "email": "luis@ejemplo.edu.co", "number": "T-1999-000001"}
    Ticket.objects.create(pk=target.pk, name="Luis", subject="Ayuda", message="No puedo entrar.", **asking)
    request = right_request(row)(person, target)
    api = APIClient(raise_request_exception=False, enforce_csrf_checks=True)
    if cookie := request.pop("cookie", None):
        api.cookies["rt"] = cookie
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    path = row.path
    for name, make in {**PARTS, **parts_of(path)}.items():
        if f"{{{name}}}" in path:
            path = path.replace(f"{{{name}}}", make(target))
    status: int = getattr(api, row.method.lower())(path, headers=headers, **request).status_code
    return status


def right_request(row: Access) -> Callable[[User, User], Request]:
    found = (
        make for pattern, make in RIGHT_REQUESTS.items() if re.fullmatch(pattern, f"{row.method} {row.path}")
    )
    return next(found, fixed())


def methods_in_use() -> set[tuple[str, str]]:
    """Every path with its methods, those that are served under another name too."""
    real = set(routed_methods())
    return real | {(method, alias) for alias, path in EXACT.items() for method, at in real if at == path}


def routed_methods() -> Iterator[tuple[str, str]]:
    for pattern in get_resolver().url_patterns:
        if not isinstance(pattern, URLPattern) or pattern.name in FILES:
            continue
        path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        view = getattr(pattern.callback, "cls", None)
        if view is not None:
            yield from ((method.upper(), path) for method in METHODS if hasattr(view, method))
        else:
            yield "GET", path


def test_the_table_names_every_path_and_every_method() -> None:
    named = {(row.method, row.path) for row in TABLE}
    assert methods_in_use() - named == set()


def test_the_table_names_nothing_twice() -> None:
    assert len({(row.method, row.path) for row in TABLE}) == len(TABLE)

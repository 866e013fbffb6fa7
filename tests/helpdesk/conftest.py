"""What tickets are made of, and the action server's word."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.callers import Caller
from apps.accounts.grants import grant_for
from apps.accounts.models import StudentRecord, Tutor, User

TOKEN = "service-token-of-the-action-server"
ASKED = {
    "name": "Ana Rojas",
    "email": "Ana@Ejemplo.edu.co",
    "subject": "No puedo entrar",
    "message": "La página queda en blanco desde ayer.",
}


@pytest.fixture
def service(env: Callable[..., Any]) -> dict[str, str]:
    """Headers of the action server."""
    env(HELPDESK_TOKEN=TOKEN)
    return {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def grant(student: User) -> str:
    return grant_for(caller(student))


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    return django_capture_on_commit_callbacks


def caller(user: User) -> Caller:
    return Caller(
        str(user.pk), user.email, user.nombre, user.rol, user, is_email_verified=user.email_verified
    )


@pytest.fixture
def record(student: User) -> StudentRecord:
    tutor = Tutor.objects.create(nombre="Rosa Peña", email="rosa@ejemplo.edu.co", telefono="601 555 0101")
    return StudentRecord.objects.create(
        email=student.email,
        nombre="Ana María Rojas",
        programa="Sistemas",
        ficha="2758123",
        estado="en_formacion",
        tutor=tutor,
    )

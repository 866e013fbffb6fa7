"""Students who talk to this repository's bot on the embedded engine."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.chat.engines.embedded import EmbeddedEngine
from tests.chat.conversations.talk import Talk

SUPPORT_FORM = (
    "/soporte_interno",
    "Ana Pérez",
    "ana.perez@example.com",
    "omitir",
    "La actividad de la semana dos no abre.",
    "correo",
)
"""From the first question to the summary, for somebody unknown."""


@pytest.fixture
def anonymous(api: APIClient, bot: EmbeddedEngine) -> Talk:
    return Talk(api, {})


@pytest.fixture
def signed_in(api: APIClient, bot: EmbeddedEngine, student: User, bearer: Callable[..., Any]) -> Talk:
    return Talk(api, bearer(student))

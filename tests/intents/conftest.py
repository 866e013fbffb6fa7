"""A client of staff."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.chat import engine as engines
from tests.intents.small_bot import SmallBot, use_small_bot


@pytest.fixture
def staff(api: APIClient, admin: User, bearer: Callable[[User], dict[str, str]]) -> APIClient:
    """Signed in as admin."""
    api.credentials(HTTP_AUTHORIZATION=bearer(admin)["Authorization"])
    return api


@pytest.fixture
def page(client: Client, admin: User) -> Client:
    """Django admin as an administrator sees it."""
    client.force_login(admin)
    return client


@pytest.fixture
def small_bot(settings: Any, env: Any, tmp_path: Path, db: None) -> Iterator[SmallBot]:
    """Three intents, an own data folder, not trained yet."""
    yield use_small_bot(settings, env, tmp_path)
    engines.embedded_engine.cache_clear()

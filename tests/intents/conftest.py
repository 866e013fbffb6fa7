"""A client of staff."""

from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import User


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

"""Turns to look for, and staff who look."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User

Get = Callable[..., Any]


@pytest.fixture
def ask(api: APIClient, soporte: User, bearer: Callable[[User], dict[str, str]]) -> Get:
    """The answer to a member of staff; `expected` is its status."""
    headers = bearer(soporte)

    def get(path: str, expected: int = 200, /, **query: Any) -> Any:
        answer = api.get(path, query, headers=headers)
        assert answer.status_code == expected, answer.content[:500]
        return answer if answer.streaming or expected != 200 else answer.json()

    return get

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import Tutor, User
from apps.accounts.services import lockout
from apps.core.errors import TooMany
from tests.accounts.second_factor import Enter
from tests.accounts.sheets import waiting
from tests.accounts.signing import AUDIENCE, ISSUER
from tests.conftest import PASSWORD


@pytest.fixture
def outside(env: Any) -> Callable[..., None]:
    """An identity provider with RS256, its issuer and audience."""

    def use(**values: Any) -> None:
        env(**{"JWT_ALGORITHM": "RS256", "JWT_ISSUER": ISSUER, "JWT_AUDIENCE": AUDIENCE, **values})

    return use


@pytest.fixture
def staff(api: APIClient, admin: User, bearer: Callable[[User], dict[str, str]]) -> APIClient:
    """The client of a signed-in administrator."""
    api.credentials(HTTP_AUTHORIZATION=bearer(admin)["Authorization"])
    return api


@pytest.fixture
def lock(db: None) -> Callable[[str], None]:
    """Locks an e-mail by wrong passwords from one address."""

    def use(email: str) -> None:
        for _ in range(5):
            lockout.reserve_attempt(email=email, address="10.0.0.7")
        with pytest.raises(TooMany):
            lockout.reserve_attempt(email=email, address="10.0.0.7")

    return use


@pytest.fixture
def enter(client: Client) -> Enter:
    """Sends the login form of Django admin."""

    def post(email: str, password: str = PASSWORD, otp: str = "", next: str = "/admin/") -> HttpResponse:
        data = {"username": email, "password": password, "otp": otp, "next": next}
        return client.post("/admin/login/", data)

    return post


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    """Django admin's pages as an administrator sees them."""
    client.force_login(admin)
    return client


@pytest.fixture
def rosa(db: None) -> Tutor:
    return Tutor.objects.create(nombre="Rosa Peña", email="rosa@y.co")


@pytest.fixture
def no_files_waiting() -> Iterator[None]:
    """No upload of one test is seen by the next."""
    yield
    for path in waiting():
        path.unlink()

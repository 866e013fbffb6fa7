"""An old hash of any cost is as much work as no account at all."""

import bcrypt
import pytest
from rest_framework.test import APIClient

from apps.accounts.hashers import LegacyBcryptHasher
from apps.accounts.models import User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def costs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bcrypt costs that were spent, in order."""
    spent: list[int] = []
    hashpw = bcrypt.hashpw

    def counted(password: bytes, salt: bytes) -> bytes:
        spent.append(int(salt[4:6]))
        return hashpw(password, salt)

    monkeypatch.setattr(bcrypt, "hashpw", counted)
    return spent


def with_cost(email: str, cost: int) -> None:
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(cost)).decode()
    User.objects.create(email=email, password=f"{LegacyBcryptHasher.algorithm}${hashed}")


def test_every_e_mail_costs_what_the_dearest_old_hash_does(
    api: APIClient, costs: list[int], student: User
) -> None:
    with_cost("cara@ejemplo.edu.co", 7)
    with_cost("barata@ejemplo.edu.co", 4)
    for email in ("cara@ejemplo.edu.co", "barata@ejemplo.edu.co", student.email, "nadie@ejemplo.edu.co"):
        costs.clear()
        assert api.post("/api/auth/login", {"email": email, "password": "nada"}).status_code == 401
        assert sum(2**cost for cost in costs) == 2**7, email


def test_without_old_hashes_there_is_no_bcrypt_work(api: APIClient, costs: list[int], student: User) -> None:
    api.post("/api/auth/login", {"email": student.email, "password": "nada"})
    assert costs == []


def test_somebody_deleted_while_signing_in_is_nobody(
    api: APIClient, student: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.accounts.services import second_factor

    monkeypatch.setattr(second_factor, "verify", lambda **_given: User.objects.all().delete())
    answer = api.post("/api/auth/login", {"email": student.email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")

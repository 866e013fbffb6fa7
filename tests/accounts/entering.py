"""Coming in at every door, alone or many at once, and how much hashing it took."""

import threading
from collections.abc import Callable
from typing import Any, ClassVar

import bcrypt
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from rest_framework.test import APIClient

from apps.accounts.hashers import LegacyBcryptHasher
from apps.accounts.models import User
from apps.accounts.services.passwords import set_password
from tests.conftest import PASSWORD

WRONG = "Otra-clave-77"
ENDED = "Tu sesión terminó. Inicia sesión otra vez."


def enter(
    api: APIClient, email: str, password: str = PASSWORD, *, path: str = "/api/auth/login", **kw: Any
) -> Any:
    return api.post(path, {"email": email, "password": password}, **kw)


def enter_by_form(
    api: APIClient, email: str, password: str = PASSWORD, *, path: str = "/api/auth/token", **kw: Any
) -> Any:
    return api.post(path, {"username": email, "password": password}, format="multipart", **kw)


def with_token(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def me(api: APIClient, token: str, path: str = "/api/auth/me") -> Any:
    return api.get(path, headers=with_token(token))


def renew(api: APIClient, token: str | None = None, path: str = "/api/auth/refresh") -> Any:
    return api.post(path, {} if token is None else {"refresh_token": token})


def assert_ended(response: Any) -> None:
    assert (response.status_code, response.json()["code"]) == (401, "session_ended")
    assert response.json()["message"] == ENDED
    assert_cookie_cleared(response)


def assert_cookie_cleared(response: Any) -> None:
    cookie = response.cookies["rt"]
    assert (cookie.value, cookie["max-age"], cookie["path"]) == ("", 0, "/")
    assert (cookie["samesite"], cookie["httponly"], cookie["secure"]) == ("Lax", True, True)


def use_legacy_hash(user: User, password: str = PASSWORD, prefix: str = "$2b$") -> None:
    """As the old system stored it, cheap enough for tests."""
    hashed = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode()
    User.objects.filter(pk=user.pk).update(password="bcrypt$" + hashed.replace("$2b$", prefix))


def at_once(count: int, work: Callable[[], Any]) -> list[Any]:
    """What `work` gave to each of `count` threads that began together."""
    gate, results = threading.Barrier(count), []

    def run() -> None:
        gate.wait(10)
        try:
            results.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == count
    return results


class CountedArgon2(Argon2PasswordHasher):
    calls: ClassVar[list[str]] = []

    def encode(self, *args: Any, **kwargs: Any) -> Any:
        self.calls.append("argon2")
        return super().encode(*args, **kwargs)

    def verify(self, *args: Any, **kwargs: Any) -> Any:
        self.calls.append("argon2")
        return super().verify(*args, **kwargs)


class CountedBcrypt(LegacyBcryptHasher):
    """Its `verify` hashes by `encode`, which is counted."""

    def encode(self, *args: Any, **kwargs: Any) -> Any:
        CountedArgon2.calls.append("bcrypt")
        return super().encode(*args, **kwargs)


class SlowArgon2(Argon2PasswordHasher):
    """While it looks at a password, the password is changed."""

    def verify(self, *args: Any, **kwargs: Any) -> Any:
        is_right = super().verify(*args, **kwargs)
        set_password(user=User.objects.get(), password="Nueva-llave-91")
        return is_right


SLOW_HASHERS = [f"{__name__}.SlowArgon2"]
COUNTED_HASHERS = [f"{__name__}.CountedArgon2", f"{__name__}.CountedBcrypt"]

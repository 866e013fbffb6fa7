"""How somebody wants the chat to look: kept per person, changed in parts."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from apps.accounts.models import User, UserSettings
from apps.accounts.services.preferences import change_preferences, preferences_of
from tests.accounts.signing import AUDIENCE, ISSUER, signed
from tests.keys import RSA_KEY, RSA_PUBLIC_PEM

pytestmark = pytest.mark.django_db
PATH = "/api/me/settings"
DEFAULTS = {"language": "es", "theme": "light", "fontScale": 1.0, "highContrast": False}
Headers = Callable[[User], dict[str, str]]


def test_the_defaults_are_answered_and_not_stored(api: APIClient, student: User, bearer: Headers) -> None:
    answer = api.get(PATH, headers=bearer(student))
    assert (answer.status_code, answer.json()) == (200, DEFAULTS)
    assert not UserSettings.objects.exists()


@pytest.mark.engines
def test_a_part_is_changed_and_the_rest_stays(api: APIClient, student: User, bearer: Headers) -> None:
    first = api.put(PATH, {"theme": "dark", "fontScale": 2}, headers=bearer(student))
    assert first.json() == {"ok": True, "prefs": {**DEFAULTS, "theme": "dark", "fontScale": 2.0}}
    second = api.put(PATH, {"highContrast": True, "language": "en"}, headers=bearer(student))
    wanted = {"language": "en", "theme": "dark", "fontScale": 2.0, "highContrast": True}
    assert second.json() == {"ok": True, "prefs": wanted}
    assert api.get(PATH + "/", headers=bearer(student)).json() == wanted
    row = UserSettings.objects.get()
    assert (row.pk, row.theme, row.font_scale) == (str(student.pk), "dark", 2.0)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"fontScale": 0.74}, "fontScale"),
        ({"fontScale": 2.01}, "fontScale"),
        ({"fontScale": 10**18}, "fontScale"),
        ({"fontScale": "1.5"}, "fontScale"),
        ({"fontScale": True}, "fontScale"),
        ({"fontScale": None}, "fontScale"),
        ({"fontScale": [1]}, "fontScale"),
        ({"highContrast": 1}, "highContrast"),
        ({"highContrast": "true"}, "highContrast"),
        ({"highContrast": None}, "highContrast"),
        ({"highContrast": {}}, "highContrast"),
        ({"language": "fr"}, "language"),
        ({"language": ""}, "language"),
        ({"language": ["es"]}, "language"),
        ({"theme": "Dark"}, "theme"),
        ({"theme": 5}, "theme"),
    ],
)
def test_what_is_no_preference_is_refused_and_nothing_is_stored(
    api: APIClient, student: User, bearer: Headers, body: dict[str, Any], field: str
) -> None:
    answer = api.put(PATH, {"theme": "dark", **body}, headers=bearer(student))
    assert answer.status_code == 422
    assert [row["field"] for row in answer.json()["errors"]] == [field]
    assert not UserSettings.objects.exists()


@pytest.mark.parametrize(
    "raw", ['{"fontScale": NaN}', '{"fontScale": Infinity}', '{"fontScale": 1e999}', "[1]"]
)
def test_what_is_no_json_object_is_refused(api: APIClient, student: User, bearer: Headers, raw: str) -> None:
    answer = api.put(PATH, raw, content_type="application/json", headers=bearer(student))
    assert answer.status_code == 422
    assert not UserSettings.objects.exists()


def test_unknown_keys_change_nothing(api: APIClient, student: User, bearer: Headers) -> None:
    body = {"subject": "otra", "updated_at": "2020-01-01", "font_scale": 2, "rol": "admin"}
    answer = api.put(PATH, body, headers=bearer(student))
    assert answer.json() == {"ok": True, "prefs": DEFAULTS}
    assert not UserSettings.objects.exists()


def test_each_person_has_their_own(
    api: APIClient, student: User, soporte: User, bearer: Headers, outside: Callable[..., None]
) -> None:
    outside(JWT_PUBLIC_KEY=RSA_PUBLIC_PEM)
    platform = {"Authorization": f"Bearer {signed(RSA_KEY, 'RS256', iss=ISSUER, aud=AUDIENCE)}"}
    api.put(PATH, {"theme": "dark"}, headers=bearer(student))
    api.put(PATH, {"fontScale": 1.5}, headers=platform)
    assert api.get(PATH, headers=bearer(soporte)).json() == DEFAULTS
    assert api.get(PATH, headers=platform).json() == {**DEFAULTS, "fontScale": 1.5}
    assert set(UserSettings.objects.values_list("pk", flat=True)) == {str(student.pk), "aprendiz-7"}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer junk"}])
def test_strangers_are_asked_to_sign_in(api: APIClient, db: None, headers: dict[str, str]) -> None:
    for answer in (api.get(PATH, headers=headers), api.put(PATH, {"theme": "dark"}, headers=headers)):
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_first_changes_at_the_same_moment_all_count() -> None:
    changes: list[dict[str, Any]] = [
        {"theme": "dark"},
        {"language": "en"},
        {"font_scale": 1.5},
        {"high_contrast": True},
    ]
    barrier, failed = threading.Barrier(len(changes)), []

    def change(wanted: dict[str, Any]) -> None:
        try:
            barrier.wait()
            change_preferences(subject="aprendiz-9", **wanted)
        except Exception as error:  # whatever it is, the test must see it
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=(wanted,)) for wanted in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    row = preferences_of(subject="aprendiz-9")
    assert (row.theme, row.language, row.font_scale, row.high_contrast) == ("dark", "en", 1.5, True)

"""Staff's own account in Django admin: a temporary password, setting up and losing the second factor."""

import re
from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.http import HttpResponse
from django.test import Client
from django.utils.html import escape
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts.models import User
from apps.accounts.services import sessions
from tests.accounts.second_factor import (
    Enter,
    app_code,
    enrolled,
    forget_used_codes,
    is_inside,
    text,
    wrong_code,
)
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "Otra-clave-segura-43"


@pytest.fixture
def temporary(admin: User) -> User:
    User.objects.filter(pk=admin.pk).update(must_change_password=True)
    admin.refresh_from_db()
    return admin


def change(client: Client, old: str = PASSWORD, new: str = NEW_PASSWORD, again: str = "") -> HttpResponse:
    data = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post("/admin/password_change/", data)


@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/user/", "/admin/second-factor/", "/admin/no/"])
def test_a_temporary_password_leads_to_its_change_and_nowhere_else(
    client: Client, temporary: User, enter: Enter, path: str
) -> None:
    assert enter(temporary.email).status_code == 302
    assert client.get(path)["Location"] == "/admin/password_change/"
    assert client.post(path)["Location"] == "/admin/password_change/"
    page = text(client.get("/admin/password_change/"))
    assert "Tu contraseña es temporal." in page
    assert "nav-sidebar" not in page.split("</head>")[1]


def test_a_password_of_ones_own_opens_the_way_and_ends_other_sessions(
    client: Client, temporary: User, enter: Enter
) -> None:
    elsewhere = Client()
    elsewhere.force_login(temporary)
    opened = sessions.open_session(user=temporary)
    enter(temporary.email)
    page = change(client)
    assert (page.status_code, page["Location"]) == (302, "/admin/")
    assert "Tu contraseña cambió." in text(client.get("/admin/"))
    user = User.objects.get()
    assert user.check_password(NEW_PASSWORD)
    assert not user.must_change_password
    assert elsewhere.get("/admin/")["Location"].startswith("/admin/login/")
    with pytest.raises(sessions.SessionEnded):
        sessions.renew_session(refresh_token=opened.refresh_token)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"old": "Otra-clave-42"}, "La contraseña actual no es correcta."),
        ({"new": "corta"}, "mayúscula"),
        ({"new": PASSWORD}, "igual a la actual"),
        ({"again": "Otra-cosa-44"}, "no son iguales"),
    ],
)
def test_a_bad_change_says_why_and_changes_nothing(
    client: Client, temporary: User, typed: dict[str, str], said: str
) -> None:
    client.force_login(temporary)
    page = change(client, **typed)
    assert page.status_code == 200
    assert said in re.sub(r'(?s)<div class="help".*?</div>', "", text(page))
    user = User.objects.get()
    assert user.check_password(PASSWORD)
    assert user.must_change_password


def test_guessing_the_present_password_is_locked_too(client: Client, admin: User) -> None:
    client.force_login(admin)
    for _ in range(5):
        change(client, old="Otra-clave-42")
    page = change(client)
    assert page.status_code == 429
    assert "Retry-After" in page


def secret_on(page: HttpResponse) -> str:
    found = re.search(r'id="second-factor-secret"[^>]*>([A-Z2-7 ]+)<', text(page))
    assert found
    return found[1]


def test_staff_set_it_up_and_their_other_sessions_end(client: Client, admin: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(admin)
    client.force_login(admin)
    page = client.get("/admin/second-factor/enrol/")
    assert "data:image/svg+xml" in text(page)
    assert secret_on(client.get("/admin/second-factor/enrol/")) == secret_on(page)
    again = client.post("/admin/second-factor/enrol/", {"otp": wrong_code(admin)})
    assert "El código no es correcto." in text(again)
    assert secret_on(again) == secret_on(page)
    done = client.post("/admin/second-factor/enrol/", {"otp": app_code(admin)})
    codes = re.findall(r"\d{4}-\d{4}-\d{4}", text(done))
    assert len(codes) == 10
    assert "no-store" in done["Cache-Control"]
    assert TOTPDevice.objects.get().confirmed
    assert is_inside(client)
    assert not is_inside(elsewhere)
    assert codes[0] not in text(client.get("/admin/second-factor/"))
    assert client.get("/admin/second-factor/enrol/")["Location"] == "/admin/second-factor/"


def test_the_page_shows_the_state_and_the_way_on(client: Client, admin: User) -> None:
    client.force_login(admin)
    assert "Desactivada." in text(client.get("/admin/second-factor/"))
    assert "/admin/second-factor/" in text(client.get("/admin/"))
    client.post("/admin/second-factor/enrol/", {"otp": _first_code(client, admin)})
    page = text(client.get("/admin/second-factor/"))
    assert "Activada." in page
    assert "Te quedan 10 códigos" in page


def _first_code(client: Client, user: User) -> str:
    client.get("/admin/second-factor/enrol/")
    return app_code(user)


def test_new_recovery_codes_and_turning_it_off_need_a_code(client: Client, admin: User, enter: Enter) -> None:
    codes = enrolled(admin)
    enter(admin.email, otp=app_code(admin))
    forget_used_codes()
    refused = client.post("/admin/second-factor/codes/", {"otp": wrong_code(admin)})
    assert "El código no es correcto" in text(refused)
    waiting = client.post("/admin/second-factor/codes/", {"otp": app_code(admin)})
    assert (waiting.status_code, waiting["Retry-After"]) == (429, "1")
    renewed = client.post("/admin/second-factor/codes/", {"otp": codes[0]})
    assert len(re.findall(r"\d{4}-\d{4}-\d{4}", text(renewed))) == 10
    forget_used_codes()
    off = "/admin/second-factor/disable/"
    assert "La contraseña no es correcta." in text(client.post(off, {"password": "x", "otp": "123456"}))
    assert TOTPDevice.objects.exists()
    page = client.post(off, {"password": PASSWORD, "otp": app_code(admin)})
    assert page["Location"] == "/admin/second-factor/"
    assert not TOTPDevice.objects.exists()
    assert is_inside(client)


def test_required_leads_staff_without_one_to_setting_it_up_and_nowhere_else(
    client: Client, soporte: User, enter: Enter, env: Any
) -> None:
    env(STAFF_2FA="required")
    assert enter(soporte.email).status_code == 302
    for path in ("/admin/", "/admin/logs/chatturn/", "/admin/second-factor/codes/"):
        assert client.get(path)["Location"] == "/admin/second-factor/enrol/"
    page = client.get("/admin/second-factor/enrol/")
    assert "Actívala para continuar." in text(page)
    client.post("/admin/second-factor/enrol/", {"otp": app_code(soporte)})
    assert is_inside(client)


def test_a_temporary_password_comes_before_setting_it_up(
    client: Client, temporary: User, enter: Enter, env: Any
) -> None:
    env(STAFF_2FA="required")
    enter(temporary.email)
    assert client.get("/admin/second-factor/enrol/")["Location"] == "/admin/password_change/"
    change(client)
    assert client.get("/admin/")["Location"] == "/admin/second-factor/enrol/"


def test_somebody_held_may_still_leave(client: Client, temporary: User) -> None:
    client.force_login(temporary)
    assert client.post("/admin/logout/").status_code == 200
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


def test_off_has_no_pages_and_asks_nobody(client: Client, admin: User, enter: Enter, env: Any) -> None:
    enrolled(admin)
    env(STAFF_2FA="off")
    enter(admin.email)
    assert is_inside(client)
    assert client.get("/admin/second-factor/").status_code == 404
    assert "second-factor" not in text(client.get("/admin/"))


def test_no_page_of_admin_shows_anybodys_secret() -> None:
    labels = {model._meta.app_label for model in django_admin.site._registry}
    assert not labels & {"otp_totp", "otp_static"}


def test_names_of_people_are_text(client: Client, admin: User) -> None:
    User.objects.update(email='"><img>@ejemplo.edu.co')
    client.force_login(User.objects.get())
    page = text(client.get("/admin/second-factor/enrol/"))
    assert '"><img>' not in page
    assert escape("otpauth://totp/") in page

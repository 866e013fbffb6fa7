"""The pages of forgotten passwords and confirmed mailboxes, as a browser uses them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services import passwords
from apps.accounts.services.confirmation import confirmation_token
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "Otra-clave-77"
HTML = {"Accept": "text/html", "Accept-Language": "es-CO"}


@pytest.fixture
def browser() -> Client:
    """With CSRF as it is."""
    return Client(enforce_csrf_checks=True, headers=HTML)


def submit(browser: Client, path: str, **fields: str) -> Any:
    """Opens the page, then sends its form with these fields over what stands in it."""
    page = browser.get(path)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))
    return browser.post(path.partition("?")[0], {**hidden, **fields})


def test_a_forgotten_password_is_changed_by_the_mailed_link(
    student: User, browser: Client, api: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = submit(browser, "/forgot-password", email=" ANA@ejemplo.edu.co")
    assert answer.status_code == 200
    assert "Revisa tu correo" in answer.content.decode()
    link = re.search(r"/reset-password\?token=\S+", mail.outbox[0].body)
    assert link is not None
    page = browser.get(link[0])
    assert student.email in page.content.decode()
    done = submit(browser, link[0], new_password=NEW, repeat_password=NEW)
    assert done.status_code == 200
    assert "Tu contraseña cambió" in done.content.decode()
    student.refresh_from_db()
    assert student.check_password(NEW)
    assert student.tokens_valid_after is not None  # all sessions ended
    again = browser.get(link[0])
    assert again.status_code == 410
    assert "Este enlace ya no sirve" in again.content.decode()
    assert 'href="/forgot-password"' in again.content.decode()


def test_known_unknown_and_disabled_get_the_same_page(
    student: User, browser: Client, django_capture_on_commit_callbacks: Any
) -> None:
    User.objects.create_user("off@ejemplo.edu.co", PASSWORD, is_active=False)
    bodies = set()
    for email in (student.email, "nadie@ejemplo.edu.co", "off@ejemplo.edu.co"):
        with django_capture_on_commit_callbacks(execute=True):
            answer = submit(browser, "/forgot-password", email=email)
        assert answer.status_code == 200
        bodies.add(answer.content.decode().replace(email, "X"))
    assert len(bodies) == 1
    assert [m.to for m in mail.outbox] == [[student.email]]


@pytest.mark.parametrize(
    ("email", "text"),
    [("", "Escribe tu correo."), ("ana", "Escribe un correo válido"), ("аna@ejemplo.edu.co", "sin tildes")],
)
def test_what_is_no_e_mail_is_said_at_the_field(browser: Client, email: str, text: str) -> None:
    page = submit(browser, "/forgot-password", email=email).content.decode()
    assert text in page
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        ("corta", "corta", "mayúscula, minúscula, número y símbolo"),
        (NEW, "Otra-clave-78", "Las dos contraseñas no son iguales."),
        ("Ana@ejemplo.edu.co1", "Ana@ejemplo.edu.co1", "se parece demasiado a tu correo"),
        ("", "", "Escribe la contraseña nueva."),
        ("A-1" + "a" * 5000, "A-1" + "a" * 5000, "128"),
    ],
)
def test_a_password_against_the_policy_is_said_at_the_field_and_the_link_stays_good(
    student: User, browser: Client, first: str, second: str, text: str
) -> None:
    link = f"/reset-password?token={passwords.reset_token(student)}"
    answer = submit(browser, link, new_password=first, repeat_password=second)
    assert answer.status_code == 200
    errors = re.findall(r'id="id_\w+_error">.*?</ul>', answer.content.decode(), re.DOTALL)
    assert text in " ".join(errors)
    assert submit(browser, link, new_password=NEW, repeat_password=NEW).status_code == 200
    student.refresh_from_db()
    assert student.check_password(NEW)


def test_spaces_around_a_password_are_part_of_it(student: User, browser: Client) -> None:
    link = f"/reset-password?token={passwords.reset_token(student)}"
    submit(browser, link, new_password=f" {NEW} ", repeat_password=f" {NEW} ")
    student.refresh_from_db()
    assert student.check_password(f" {NEW} ")


@pytest.mark.parametrize("page", ["/reset-password", "/confirm-email"])
@pytest.mark.parametrize("token", ["", "x", "x.y", "MQ.abc-def", "%00", "a" * 5000])
def test_a_broken_link_says_where_to_get_another(browser: Client, page: str, token: str) -> None:
    answer = browser.get(f"{page}?token={token}")
    assert answer.status_code == 410
    assert 'href="/forgot-password"' in answer.content.decode()


@pytest.mark.parametrize("page", ["/reset-password", "/confirm-email"])
def test_a_form_with_a_broken_token_changes_nothing(student: User, page: str) -> None:
    form = {"token": "x.y", "new_password": NEW, "repeat_password": NEW, "password": PASSWORD}
    answer = Client(headers=HTML).post(page, form)
    assert answer.status_code == 410
    student.refresh_from_db()
    assert student.check_password(PASSWORD)


def test_an_hour_later_the_link_is_void(student: User, browser: Client, settings: Any) -> None:
    link = f"/reset-password?token={passwords.reset_token(student)}"
    assert browser.get(link).status_code == 200
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert browser.get(link).status_code == 410


def test_the_token_stays_out_of_caches_frames_and_other_sites(student: User, browser: Client) -> None:
    answer = browser.get(f"/reset-password?token={passwords.reset_token(student)}")
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    body = answer.content.decode()
    assert "<script" not in body
    assert "style=" not in body
    assert 'action="/reset-password"' in body  # without the token


@pytest.mark.parametrize("page", ["/forgot-password", "/reset-password", "/confirm-email"])
def test_a_form_from_elsewhere_is_refused(page: str, browser: Client) -> None:
    assert browser.post(page, {"email": "ana@ejemplo.edu.co"}).status_code == 403
    assert mail.outbox == []


def test_the_sixth_request_of_a_minute_waits(browser: Client) -> None:
    for n in range(5):
        assert submit(browser, "/forgot-password", email=f"ana{n}@ejemplo.edu.co").status_code == 200
    answer = submit(browser, "/forgot-password", email="ana9@ejemplo.edu.co")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "Vas muy rápido" in answer.content.decode()


def test_a_mailbox_gets_five_mails_an_hour_whoever_asks(student: User) -> None:
    for n in range(6):
        visitor = Client(headers=HTML, REMOTE_ADDR=f"10.0.0.{n}")
        answer = submit(visitor, "/forgot-password", email=student.email)
        assert answer.status_code == (429 if n == 5 else 200)


def test_the_page_and_the_api_count_together(browser: Client, api: Any, student: User) -> None:
    for _ in range(5):
        submit(browser, "/forgot-password", email=student.email)
    answer = api.post("/api/auth/forgot-password", {"email": student.email})
    assert answer.status_code == 429


def test_a_mailbox_is_confirmed_by_a_button_and_not_by_opening_the_link(
    student: User, browser: Client
) -> None:
    User.objects.update(email_verified=False)
    link = f"/confirm-email?token={confirmation_token(student)}"
    assert "Si no creaste esta cuenta, cierra esta página" in browser.get(link).content.decode()
    assert not User.objects.get().email_verified
    done = submit(browser, link, password=PASSWORD)
    assert "Tu correo está confirmado" in done.content.decode()
    assert User.objects.get().email_verified


def test_a_confirmation_is_void_for_another_e_mail_after_three_days_and_when_disabled(
    student: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.update(email_verified=False)
    link = f"/confirm-email?token={confirmation_token(student)}"
    User.objects.update(email="otra@ejemplo.edu.co")
    assert browser.get(link).status_code == 410
    User.objects.update(email=student.email, is_active=False)
    assert browser.get(link).status_code == 410
    User.objects.update(is_active=True)
    assert browser.get(link).status_code == 200
    later = (timezone.now() + timedelta(days=3, seconds=5)).timestamp()
    monkeypatch.setattr("time.time", lambda: later)
    assert browser.get(link).status_code == 410
    assert not User.objects.get().email_verified


def test_a_token_of_one_page_is_none_of_the_other(student: User, browser: Client) -> None:
    assert browser.get(f"/confirm-email?token={passwords.reset_token(student)}").status_code == 410
    assert browser.get(f"/reset-password?token={confirmation_token(student)}").status_code == 410


def test_pages_follow_the_browsers_language(browser: Client) -> None:
    page = Client(headers={**HTML, "Accept-Language": "en"}).get("/forgot-password")
    assert '<html lang="en">' in page.content.decode()

"""What people get by mail: to whom, with which link, in which words; and what a failed one does."""

import re
from collections.abc import Callable
from smtplib import SMTPServerDisconnected
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from apps.accounts.models import User, UserSettings
from apps.accounts.services import mails, passwords
from apps.accounts.services.confirmation import user_of_confirmation_token
from apps.core.jobs import queue
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "Otra-clave-77"


@pytest.fixture
def sent(django_capture_on_commit_callbacks: Any) -> Callable[..., list[Any]]:
    """The mails that a request leads to, once its transaction is over."""

    def run(request: Callable[..., None], **values: Any) -> list[Any]:
        with django_capture_on_commit_callbacks(execute=True):
            request(**values)
        return mail.outbox

    return run


def link_in(message: Any, page: str) -> str:
    links = re.findall(rf"https?://\S+/{page}\?token=\S+", message.body)
    assert len(links) == 1
    html = message.alternatives[0].content
    assert html.count(f'href="{links[0]}"') == 1
    return str(links[0])


def token_in(message: Any, page: str) -> str:
    return parse_qs(urlsplit(link_in(message, page)).query)["token"][0]


def test_a_forgotten_password_brings_a_link_that_sets_a_new_one(student: User, sent: Any) -> None:
    (message,) = sent(mails.request_password_reset, email=" ANA@Ejemplo.edu.co ")
    assert message.to == [student.email]
    assert message.subject == "Cambia tu contraseña de Tutor Virtual"
    assert "una hora" in message.body
    assert "ignora este correo" in message.body
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    passwords.reset_password(token=token_in(message, "reset-password"), password=NEW)
    student.refresh_from_db()
    assert student.check_password(NEW)


@pytest.mark.parametrize("email", ["nadie@ejemplo.edu.co", "", "\x00\ud800", "a@b\nBcc: c@d", "x" * 10_000])
def test_nobody_is_written_to_who_is_not_known(student: User, sent: Any, email: str) -> None:
    assert sent(mails.request_password_reset, email=email) == []


def test_the_disabled_are_not_written_to(student: User, sent: Any) -> None:
    User.objects.update(is_active=False, email_verified=False)
    assert sent(mails.request_password_reset, email=student.email) == []
    assert sent(mails.request_email_confirmation, user=student) == []
    assert sent(mails.request_invitation, user=student) == []


def test_a_request_asks_the_database_nothing(
    student: User, django_assert_num_queries: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(), django_assert_num_queries(0):
        mails.request_password_reset(email=student.email)
        mails.request_password_reset(email="nadie@ejemplo.edu.co")


def test_links_follow_public_url_and_never_the_host(
    student: User, api: Any, env: Any, django_capture_on_commit_callbacks: Any
) -> None:
    env(PUBLIC_URL="https://bot.ejemplo.edu.co/")
    with django_capture_on_commit_callbacks(execute=True):
        mails.request_password_reset(email=student.email)
    (message,) = mail.outbox
    assert link_in(message, "reset-password").startswith("https://bot.ejemplo.edu.co/reset-password?token=")


def test_a_new_account_confirms_its_mailbox(student: User, sent: Any) -> None:
    User.objects.update(email_verified=False)
    (message,) = sent(mails.request_email_confirmation, user=student)
    assert message.subject == "Confirma tu correo en Tutor Virtual"
    assert "Si no creaste esta cuenta, no confirmes" in message.body
    assert user_of_confirmation_token(token_in(message, "confirm-email")) == student


def test_a_confirmed_mailbox_is_not_asked_again(student: User, sent: Any) -> None:
    assert sent(mails.request_email_confirmation, user=student) == []


def test_an_invitation_says_where_to_ask_for_another_link(student: User, sent: Any) -> None:
    User.objects.update(password="!")
    (message,) = sent(mails.request_invitation, user=student)
    assert "/forgot-password\n" in message.body
    passwords.reset_password(token=token_in(message, "reset-password"), password=NEW)
    student.refresh_from_db()
    assert student.check_password(NEW)


def test_what_a_stranger_calls_himself_is_in_no_mail(student: User, sent: Any) -> None:
    User.objects.update(nombre="Gana en http://malo.example <b>ya</b>", email_verified=False)
    sent(mails.request_email_confirmation, user=student)
    mail.outbox, messages = [], mail.outbox
    messages += sent(mails.request_password_reset, email=student.email)
    for message in messages:
        assert "malo.example" not in message.body + message.alternatives[0].content + message.subject


def test_a_brand_of_two_lines_makes_no_header(student: User, sent: Any, env: Any) -> None:
    env(BRAND_NAME="Tutor\r\nBcc: otra@ejemplo.edu.co")
    (message,) = sent(mails.request_password_reset, email=student.email)
    assert message.recipients() == [student.email]
    assert "\n" not in message.subject
    assert "\nBcc:" not in message.message().as_string()


def test_a_mail_speaks_the_persons_language(student: User) -> None:
    UserSettings.objects.create(subject=str(student.pk), language="en")
    mails.send_password_reset(student.email)
    (message,) = mail.outbox
    assert '<html lang="en">' in message.alternatives[0].content


class DeadServer(EmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise SMTPServerDisconnected("gone")


def test_a_mail_that_fails_is_logged_without_its_link_and_tried_again(
    student: User, settings: Any, sent: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"
    before = queue.scheduled()
    assert sent(mails.request_password_reset, email=student.email) == []
    (retry,) = (task for task in queue.scheduled() if task not in before)
    queue.storage.flush_schedule()
    assert (retry.name, retry.retries, retry.retry_delay) == ("send_password_reset", 4, 60)
    logged = caplog.text
    assert "send_password_reset" in logged
    assert "SMTPServerDisconnected" in logged
    assert "token=" not in logged


def test_the_last_failure_is_an_error_in_the_log(
    student: User, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"
    task = mails.send_password_reset.task.s(student.email)
    task.retries = 0
    queue.enqueue(task)
    (record,) = (r for r in caplog.records if r.name == "tutorbot.jobs" and r.levelname == "ERROR")
    assert "job_failed" in str(record.msg)
    assert queue.scheduled() == []


def test_the_password_of_an_unconfirmed_account_confirms_it(student: User, sent: Any) -> None:
    User.objects.update(email_verified=False)
    (message,) = sent(mails.request_password_reset, email=student.email)
    passwords.reset_password(token=token_in(message, "reset-password"), password=PASSWORD + "x")
    assert User.objects.get().email_verified

"""Mails to people. A request only puts a job into the queue; who is asked for is looked up by the worker."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User, UserSettings, normalise_email
from apps.accounts.services.confirmation import confirmation_token
from apps.accounts.services.passwords import reset_token
from apps.core.jobs import Job, JobsUnavailable, job
from apps.core.text import storable

log = structlog.get_logger("tutorbot.mails")
mail_job = job(retries=5, delay=15, backoff=4)  # after 15 s, 1 min, 4 min, 16 min, 64 min
SUBJECTS = {
    "password_reset": _("Cambia tu contraseña de %(brand)s"),
    "confirm_email": _("Confirma tu correo en %(brand)s"),
    "invitation": _("Tu cuenta de %(brand)s"),
}
"""By template: mail/<name>.txt and .html."""


def request_password_reset(*, email: str) -> None:
    """A mail with a link, if somebody active has this e-mail. Raises JobsUnavailable.

    The same work for every e-mail: neither answer nor time tells who has an account.
    """
    send_password_reset.later(storable(normalise_email(email))[:254])


def request_email_confirmation(*, user: User) -> None:
    """A mail with a link that confirms the mailbox. Never raises: the account is there already."""
    _request_for(user, send_email_confirmation)


def request_invitation(*, user: User) -> None:
    """A mail to somebody for whom an account was made: the link sets the password. Never raises."""
    _request_for(user, send_invitation)


@mail_job
def send_password_reset(email: str) -> None:
    user = User.objects.filter(email=email, is_active=True).first()
    if user is not None:
        _send_link(user, "password_reset", _link("reset-password", reset_token(user)))


@mail_job
def send_email_confirmation(user_id: str) -> None:
    user = User.objects.filter(pk=UUID(user_id), is_active=True, email_verified=False).first()
    if user is not None:
        _send_link(user, "confirm_email", _link("confirm-email", confirmation_token(user)))


@mail_job
def send_invitation(user_id: str) -> None:
    user = User.objects.filter(pk=UUID(user_id), is_active=True).first()
    if user is not None:
        _send_link(user, "invitation", _link("reset-password", reset_token(user)))


def _request_for(user: User, mail: Job[[str]]) -> None:
    try:
        mail.later(str(user.pk))
    except JobsUnavailable:  # the log has it; a link can be asked for at /forgot-password
        return


def _send_link(user: User, template: str, link: str) -> None:
    send_template(
        user, template, SUBJECTS[template], lambda: {"link": link, "forgot_link": _link("forgot-password")}
    )


def send_template(user: User, template: str, subject: Any, values: Callable[[], dict[str, Any]]) -> None:
    """mail/<template>.txt and .html, in the person's language; `values` is called in that language too.

    Without a name: whoever registers somebody's e-mail chooses the name. `subject` may name the %(brand)s.
    """
    with translation.override(language_of(user)):
        send_mail_to(user.email, template, subject, values, about=str(user.pk))


def send_mail_to(
    address: str,
    template: str,
    subject: Any,
    values: Callable[[], dict[str, Any]],
    *,
    about: str,
    reply_to: str = "",
) -> None:
    """As send_template, in the language in use; `subject` may name `values` too. `about` is for the log."""
    brand = " ".join(settings.ENV.BRAND_NAME.split())
    context = {"brand": brand, **values()}
    mail = EmailMultiAlternatives(
        subject=str(subject) % context,
        body=render_to_string(f"mail/{template}.txt", context),
        to=[address],
        reply_to=[reply_to] if reply_to else None,
        headers={"Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string(f"mail/{template}.html", context), "text/html")
    mail.send()
    log.info("mail_sent", mail=template, user=about)


def language_of(user: User) -> str:
    """What the person chose for pages and mails."""
    preferences = UserSettings.objects.filter(pk=str(user.pk)).first()
    return preferences.language if preferences else settings.LANGUAGE_CODE


def _link(page: str, token: str = "") -> str:
    query = f"?{urlencode({'token': token})}" if token else ""
    return absolute(f"{reverse(page)}{query}")


def absolute(path: str) -> str:
    """Under PUBLIC_URL: a Host header decides nothing."""
    return f"{settings.ENV.public_url}{path}"

"""Helpers around second factors: a person who has one, and the codes of their app."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts.models import User
from apps.accounts.services import enrolment
from apps.accounts.services.login import sign_in
from tests.conftest import PASSWORD

Enter = Callable[..., HttpResponse]


def enter(user: User, otp: str = "", **more: Any) -> User:
    """A sign-in with the right password."""
    return sign_in(email=user.email, password=PASSWORD, otp=otp, address="192.0.2.7", **more)


def app_code(user: User, *, ahead: int = 0) -> str:
    """What the person's app shows now; `ahead`: steps of 30 s later."""
    device = TOTPDevice.objects.get(user=user)
    return f"{totp(device.bin_key, drift=ahead):06d}"


def enrolled(user: User) -> list[str]:
    """Gives the person a second factor whose present code is still good; their recovery codes."""
    draft = enrolment.begin(user=user)
    codes = enrolment.confirm(user=user, draft=draft, otp=app_code(user))
    forget_used_codes()
    return codes


def forget_used_codes() -> None:
    TOTPDevice.objects.update(last_t=-1, throttling_failure_count=0, throttling_failure_timestamp=None)


def wrong_code(user: User) -> str:
    """Six digits that are none of the codes good now or soon."""
    near = {app_code(user, ahead=ahead) for ahead in range(-2, 4)}
    return next(code for code in map(str, range(444444, 444460)) if code not in near)


def text(page: HttpResponse) -> str:
    return page.content.decode()


def is_inside(client: Client) -> bool:
    return client.get("/admin/").status_code == 200

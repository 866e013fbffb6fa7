"""A member of staff sets up verification in two steps, and enters with it."""

import os
import re
from base64 import b32decode
from pathlib import Path
from typing import Any

import pytest
from django_otp.oath import TOTP
from playwright.sync_api import expect

from apps.accounts.models import User
from tests.accounts.second_factor import forget_used_codes
from tests.conftest import PASSWORD

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}


def picture(page: Any, name: str) -> None:
    """For people who want to look: SCREENSHOTS=folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)


def enter(page: Any, user: User, otp: str = "") -> None:
    page.goto("/admin/")
    picture(page, "login")
    page.get_by_label("Correo").fill(user.email)
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.get_by_label("Código de verificación, si lo activaste").fill(otp)
    page.get_by_role("button", name="Entrar").click()


def code_for(secret: str) -> str:
    return f"{TOTP(b32decode(secret.replace(' ', ''))).token():06d}"


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize(("size", "theme"), [(None, "light"), (PHONE, "dark")])
def test_staff_set_it_up_leave_and_enter_with_a_code(
    page: Any, admin: User, size: dict[str, int] | None, theme: str
) -> None:
    page.emulate_media(color_scheme=theme)
    if size:
        page.set_viewport_size(size)
    enter(page, admin)
    page.get_by_role("link", name="Verificación en dos pasos").click()
    picture(page, f"off-{theme}")
    page.get_by_role("link", name="Activar", exact=True).click()

    image = page.get_by_alt_text("Código QR para tu aplicación de verificación")
    assert image.evaluate("node => node.complete && node.naturalWidth > 100")
    picture(page, f"enrol-{theme}")
    assert fits(page)
    secret = page.locator("#second-factor-secret").inner_text()
    page.locator("#id_otp").fill("12")
    page.get_by_role("button", name="Activar", exact=True).click()
    expect(page.get_by_text("El código no es correcto.")).to_be_visible()
    picture(page, f"enrol-wrong-{theme}")
    page.locator("#id_otp").fill(code_for(secret))
    page.get_by_role("button", name="Activar", exact=True).click()

    expect(page.locator(".staff-codes li")).to_have_count(10)
    picture(page, f"codes-{theme}")
    assert fits(page)
    codes = page.locator(".staff-codes li").all_inner_texts()
    assert all(re.fullmatch(r"\d{4}-\d{4}-\d{4}", code) for code in codes)
    page.get_by_role("link", name="Ya los guardé").click()
    page.get_by_role("link", name="Verificación en dos pasos").click()
    picture(page, f"on-{theme}")
    page.get_by_role("link", name="Desactivar", exact=True).click()
    picture(page, f"disable-{theme}")
    page.locator("#logout-form button").click()

    enter(page, admin)
    expect(page.get_by_text("Escribe el código de tu aplicación de verificación.")).to_be_visible()
    picture(page, f"login-wrong-{theme}")
    forget_used_codes()
    enter(page, admin, code_for(secret))
    expect(page.locator("#user-tools")).to_be_visible()
    picture(page, f"inside-{theme}")


def test_a_temporary_password_is_changed_before_anything_else(page: Any, admin: User) -> None:
    User.objects.update(must_change_password=True)
    page.set_viewport_size(PHONE)
    enter(page, admin)
    expect(page.get_by_text("Tu contraseña es temporal.")).to_be_visible()
    picture(page, "password")
    assert fits(page)
    page.get_by_label("Contraseña actual").fill(PASSWORD)
    page.get_by_label("Contraseña nueva", exact=False).first.fill("corta")
    page.get_by_label("Contraseña nueva, otra vez").fill("corta")
    page.get_by_role("button", name="Cambiar contraseña").click()
    picture(page, "password-wrong")
    page.get_by_label("Contraseña actual").fill(PASSWORD)
    page.get_by_label("Contraseña nueva", exact=False).first.fill("Otra-clave-segura-43")
    page.get_by_label("Contraseña nueva, otra vez").fill("Otra-clave-segura-43")
    page.get_by_role("button", name="Cambiar contraseña").click()
    expect(page.get_by_text("Tu contraseña cambió.")).to_be_visible()

"""Somebody forgets a password, on a phone and at a desk, by day and by night."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.accounts.services import passwords
from apps.accounts.services.confirmation import confirmation_token
from tests.conftest import PASSWORD

pytestmark = pytest.mark.browser
NEW = "Otra-clave-77"
WIDTHS = {"phone": (320, 568), "desk": (1280, 800)}


def shoot(page: Any, folder: Path, name: str) -> None:
    """A picture for whoever wants to look, and no sideways scrolling."""
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1], name


@pytest.mark.parametrize(("size", "theme"), [("desk", "light"), ("phone", "dark")])
def test_a_forgotten_password_is_changed(
    page: Any, api: Any, env: Any, live_server: Any, student: User, size: str, theme: str, tmp_path: Path
) -> None:
    env(PUBLIC_URL=live_server.url)
    width, height = WIDTHS[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=theme)
    page.goto("/forgot-password")
    expect(page.get_by_label("Correo")).to_be_focused()
    shoot(page, tmp_path, "1-forgot")
    page.get_by_label("Correo").fill(student.email)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Revisa tu correo")).to_be_visible()
    shoot(page, tmp_path, "2-sent")
    link = re.search(r"http\S+/reset-password\?token=\S+", mail.outbox[0].body)
    assert link is not None
    page.goto(link[0])
    page.get_by_label("Contraseña nueva").fill("corta")
    page.get_by_label("Repítela").fill("corta")
    shoot(page, tmp_path, "3-reset")
    page.get_by_role("button", name="Cambiar contraseña").click()
    expect(page.get_by_text("mayúscula, minúscula, número y símbolo").first).to_be_visible()
    expect(page.get_by_label("Contraseña nueva")).to_have_attribute("aria-invalid", "true")
    shoot(page, tmp_path, "4-refused")
    page.get_by_label("Contraseña nueva").fill(NEW)
    page.get_by_label("Repítela").fill(NEW)
    page.get_by_role("button", name="Cambiar contraseña").click()
    expect(page.get_by_role("heading", name="Tu contraseña cambió")).to_be_visible()
    shoot(page, tmp_path, "5-done")
    assert api.post("/api/auth/login", {"email": student.email, "password": NEW}).status_code == 200


def test_a_used_link_leads_to_a_new_one(
    page: Any, student: User, problems: list[str], tmp_path: Path
) -> None:
    token = passwords.reset_token(student)
    passwords.reset_password(token=token, password=NEW)
    page.goto(f"/reset-password?token={token}")
    shoot(page, tmp_path, "6-gone")
    page.get_by_role("link", name="Pedir otro enlace").click()
    expect(page.get_by_label("Correo")).to_be_visible()
    assert all("410" in problem for problem in problems)
    problems.clear()


def test_a_mailbox_is_confirmed(page: Any, student: User, tmp_path: Path) -> None:
    User.objects.update(email_verified=False)
    page.goto(f"/confirm-email?token={confirmation_token(student)}")
    shoot(page, tmp_path, "7-confirm")
    page.get_by_label("La contraseña con la que creaste la cuenta").fill(PASSWORD)
    page.get_by_role("button", name="Sí, es mi correo").click()
    expect(page.get_by_role("heading", name="Tu correo está confirmado")).to_be_visible()
    assert User.objects.get().email_verified

"""Pages outside the chat stay free of errors, violations and outside requests."""

from typing import Any

import pytest
from playwright.sync_api import expect

from apps.accounts.models import User

pytestmark = pytest.mark.browser

PASSWORD = "Clave-segura-42"


@pytest.mark.parametrize("path", ["/redoc", "/docs", "/api/docs"])
def test_the_documentation_draws_itself_from_local_files(page: Any, path: str) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", name="Tutorbot").first).to_be_visible()
    expect(page.get_by_text("/api/chat").first).to_be_attached()


def test_an_unknown_address_gets_a_friendly_page(page: Any, problems: list[str]) -> None:
    response = page.goto("/no-existe")
    assert response.status == 404
    expect(page.get_by_role("heading", name="No encontramos esta página")).to_be_visible()
    assert page.get_by_role("link", name="Abrir el chat").get_attribute("href") == "/chat-embed.html"
    assert problems == [
        "console error: Failed to load resource: the server responded with a status of 404 (Not Found)"
    ]
    problems.clear()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_staff_enter_an_admin_in_our_colours(page: Any, admin: User, theme: str) -> None:
    page.emulate_media(color_scheme=theme)
    page.goto("/admin/")
    page.locator("#id_username").fill(admin.email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("[type=submit]").click()
    expect(page.locator("#user-tools")).to_be_visible()
    header = page.locator("#header").evaluate("node => getComputedStyle(node).backgroundColor")
    assert header == "rgb(0, 48, 77)"
    expect(page.locator(".dashboard-card")).to_have_count(5)

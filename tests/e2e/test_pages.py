"""Pages outside the chat stay free of errors, violations and outside requests."""

from typing import Any

import pytest
from playwright.sync_api import expect

from apps.accounts.models import User

pytestmark = pytest.mark.browser

PASSWORD = "Clave-segura-42"


@pytest.mark.parametrize("path", ["/redoc", "/docs", "/api/docs"])
def test_the_documentation_draws_itself_from_local_files(page: Any, path: str, problems: list[str]) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", name="Tutorbot").first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("/api/chat").first).to_be_attached(timeout=60_000)
    problems[:] = [told for told in problems if "OpenAPI Sampler" not in told]  # ReDoc about its own samples


def test_swaggers_authorize_button_signs_in_and_its_calls_carry_the_token(page: Any, student: User) -> None:
    page.goto("/docs")
    page.get_by_role("button", name="Authorize").first.click()
    form = page.locator(".auth-container").filter(has_text="password")
    form.get_by_label("username").fill(student.email)
    form.get_by_label("password", exact=False).last.fill(PASSWORD)
    form.get_by_role("button", name="Apply").click()
    expect(form.get_by_text("Logout")).to_be_visible()
    form.get_by_role("button", name="Close").click()
    me = page.locator("#operations-cuentas-api_auth_me_retrieve")
    for _step in range(100):  # of so many operations only those in view are drawn
        if me.count():
            break
        page.mouse.wheel(0, 400)
        page.wait_for_timeout(200)
    me.click()
    page.get_by_role("button", name="Try it out").click()
    with page.expect_response("**/api/auth/me") as answer:
        page.get_by_role("button", name="Execute").click()
    assert answer.value.json()["email"] == student.email


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
    expect(page.locator(".overview-numbers .dashboard-card")).to_have_count(4)

"""Debian's Chromium against a live server: pages that must stay free of errors and outside requests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from apps.accounts.models import User
from apps.chat.engine import embedded_engine
from apps.chat.services.polling import places
from tests.bot import activate_our_bot
from tests.e2e.host_site import HostSite, allow_frames, host_site

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
SHELL = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell"))
"""Debian's Chromium without its window: a quarter less time, and no microphone."""
PATIENCE_MS = 15_000
"""Of a busy machine: what is there sooner is not waited for."""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",  # a microphone that beeps
]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)

    # Playwright's loop runs in this thread, and Django would refuse the fixtures' queries there.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        yield playwright
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@contextmanager
def chromium(playwright: Any, *programs: Path) -> Iterator[Any]:
    """The first of these that is installed; skips the test without any."""
    program = next((path for path in programs if path.exists()), None)
    if program is None:
        pytest.skip(f"Chromium is not at {programs[-1]}")
    browser = playwright.chromium.launch(executable_path=str(program), args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def browser(playwright: Any) -> Iterator[Any]:
    with chromium(playwright, SHELL, CHROMIUM) as browser:
        yield browser


@pytest.fixture(scope="session")
def trained_bot() -> None:
    if not embedded_engine().status().ok:
        activate_our_bot(embedded_engine(), settings.ENV.DATA_DIR / "models")


@pytest.fixture
def problems() -> list[str]:
    """What the browser complained of; a test that provokes an error empties it."""
    return []


@pytest.fixture
def page(browser: Any, trained_bot: None, live_server: Any, problems: list[str]) -> Iterator[Any]:
    """A Spanish desktop page that may end with no console error, CSP violation or outside request."""
    context = browser.new_context(locale="es-CO", base_url=live_server.url)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    home = urlsplit(live_server.url).netloc

    def note_console(message: Any) -> None:
        if message.type in {"error", "warning"}:
            problems.append(f"console {message.type}: {message.text}")

    def note_outside(request: Any) -> None:
        url = urlsplit(request.url)
        if url.scheme in {"http", "https"} and url.netloc != home:
            problems.append(f"outside request: {request.url}")

    page.on("console", note_console)
    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    page.on("request", note_outside)
    yield page
    context.close()
    places.empty()  # what still waits for a person's words would ask a database that is gone
    assert problems == []


@pytest.fixture(scope="session")
def site() -> Iterator[HostSite]:
    with host_site() as served:
        yield served


@pytest.fixture
def listed(site: HostSite, env: Any, settings: Any) -> list[str]:
    """EMBED_ALLOWED_ORIGINS, as settings make a policy of it."""
    sources = ["'self'", site.at("127.0.0.1"), site.at("*.localhost")]
    env(EMBED_ALLOWED_ORIGINS=sources)
    allow_frames(settings, sources)
    return sources


@pytest.fixture
def foreign_page(browser: Any, trained_bot: None, live_server: Any, listed: list[str]) -> Iterator[Any]:
    """A page for the sites of others, which may complain."""
    context = browser.new_context(locale="es-CO", base_url=live_server.url)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    yield page
    context.close()
    places.empty()


@pytest.fixture
def signed_in(page: Any, admin: User, live_server: Any) -> Any:
    """The page of an administrator's session."""
    client = Client()
    client.force_login(admin)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    return page

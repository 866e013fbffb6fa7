"""Thumbs on answers."""

from typing import Any

import pytest
from playwright.sync_api import expect

from apps.logs.models import Feedback
from tests.e2e.chat_page import ChatPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chat(page: Any) -> ChatPage:
    return ChatPage(page)


def test_an_answer_is_rated_the_rating_changed_and_thanked_for_once(chat: ChatPage) -> None:
    chat.open()
    expect(chat.root.locator(".thumb")).to_have_count(0)
    chat.type("hola")
    chat.thumb("up").click()
    expect(chat.root.locator(".thumbs-said")).to_have_text("Gracias por tu opinión.")
    assert Feedback.objects.get().value == "up"
    chat.thumb("down").click()
    expect(chat.root.locator("#announcer")).to_contain_text("Cambiaste tu opinión.")
    assert Feedback.objects.get().value == "down"
    assert chat.announced.count("Gracias por tu opinión.") == 1
    chat.open()
    expect(chat.thumb("down")).to_have_attribute("aria-pressed", "true")
    expect(chat.thumb("up")).to_have_attribute("aria-pressed", "false")


def test_a_rating_that_was_not_taken_is_taken_back(chat: ChatPage, problems: list[str]) -> None:
    chat.open().type("hola")
    expect(chat.thumb("up")).to_be_visible()
    chat.page.route("**/api/chat/feedback", lambda route: route.abort())
    chat.thumb("up").click()
    expect(chat.root.locator(".thumbs-said")).to_contain_text("No se guardó tu opinión.")
    expect(chat.thumb("up")).to_have_attribute("aria-pressed", "false")
    problems.clear()

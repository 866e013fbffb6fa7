"""The dashboard in a browser: charts with tables behind them, and a click on a bar that leads to its rows."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.stats.rows import opened, said

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


@pytest.mark.parametrize(("size", "theme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_charts_are_drawn_and_lead_to_their_rows(signed_in: Any, size: dict[str, int], theme: str) -> None:
    page = signed_in
    for number in range(3):
        said(1, sender_id=f"web-{number}", intent="horario", user_message="a qué hora abren")
    opened(1, kind="humano", conversation_id="web-1")
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=theme)
    page.goto("/admin/?dias=7")
    figure = page.locator("figure", has_text="Lo que más preguntan")
    expect(figure.locator("canvas")).to_be_visible()
    expect(figure.locator("table")).to_be_hidden()
    figure.get_by_role("button", name="Ver tabla").click()
    expect(figure.get_by_role("link", name="horario")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = figure.locator("canvas").bounding_box()
    figure.locator("canvas").click(position={"x": box["width"] * 0.6, "y": box["height"] * 0.3})
    page.wait_for_url("**/admin/logs/chatturn/?**intent=horario**")
    expect(page.get_by_text("a qué hora abren").first).to_be_visible()

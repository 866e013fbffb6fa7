"""The institution's colour and picture on the pages, readable whatever the colour is."""

import re
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.core import brand

BLUE = "#1a4f9c"


def test_contrast_is_that_of_wcag() -> None:
    pairs = (("#000000", "#ffffff", 21.0), ("#767676", "#ffffff", 4.54), ("#39a900", "#ffffff", 3.1))
    for one, other, wanted in pairs:
        assert brand.contrast(one, other) == pytest.approx(wanted, abs=0.05)
        assert brand.contrast(other, one) == brand.contrast(one, other)


@pytest.mark.parametrize("color", [BLUE, "#000000", "#767676", "#b3261e", "#6b00b3", brand.OUR_FILL])
def test_every_shade_is_readable_where_it_stands(color: str) -> None:
    rules = [dict(re.findall(r"--([\w-]+): (#\w+)", rule)) for rule in brand.sheet(color).splitlines()]
    light, deep, _, dark, _, bright, *_ = rules
    for fill in (light["brand"], light["brand-strong"]):
        assert brand.contrast(fill, brand.WHITE) >= brand.READABLE
    assert brand.contrast(deep["brand"], brand.WHITE) >= brand.HIGH
    for behind in (brand.LIGHT_SURFACE, light["brand-soft"]):
        assert brand.contrast(light["brand-text"], behind) >= brand.READABLE
        assert brand.contrast(deep["brand-text"], behind) >= brand.HIGH
    for behind in (brand.DARK_SURFACE, dark["brand-soft"]):
        assert brand.contrast(dark["brand-text"], behind) >= brand.READABLE
    assert brand.contrast(bright["brand-text"], brand.BLACK_SURFACE) >= brand.HIGH


def test_pages_and_widget_wear_what_is_named_and_ours_otherwise(api: APIClient, env: Any, db: None) -> None:
    pages = ("/chat-embed.html", "/admin/login/", "/forgot-password", "/nada")
    for path in pages:
        assert "brand.css?" not in api.get(path, headers={"Accept": "text/html"}).content.decode()
    assert api.get("/brand.css").status_code == 404
    env(BRAND_COLOR=BLUE, BRAND_LOGO="https://sitio.example/logo.svg")
    for path in pages:
        page = api.get(path, headers={"Accept": "text/html"}).content.decode()
        assert 'href="/brand.css?1a4f9c"' in page, path
        assert 'src="https://sitio.example/logo.svg"' in page, path
    sheet = api.get("/brand.css")
    assert sheet["Content-Type"] == "text/css"
    assert f"--brand: {BLUE};" in sheet.content.decode()
    for path in ("/embedded.js", "/chat-widget.js"):
        loader = api.get(path).content.decode()
        assert BLUE in loader
        assert brand.OUR_FILL not in loader

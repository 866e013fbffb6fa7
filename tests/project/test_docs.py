"""The OpenAPI document and its two viewers: complete, local, without inline scripts."""

import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.urls import URLPattern, get_resolver
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from rest_framework.test import APIClient

UNDOCUMENTED = {
    "root": "a greeting, not an API",
    "openapi": "the document itself",
    "schema": "the document itself",
    "docs": "a page",
    "api-docs": "a page",
    "redoc": "a page",
    "chat-debug": "exists only under DEBUG",
    "unknown-api": "404",
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    validate_schema(document)


def test_every_api_path_is_in_the_document(document: dict[str, Any]) -> None:
    patterns = [p for p in get_resolver().url_patterns if isinstance(p, URLPattern)]
    paths = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"/{p.pattern}"): p.name for p in patterns}
    api = {path: name for path, name in paths.items() if path.startswith(("/api", "/ping"))}
    missing = {
        path for path, name in api.items() if path not in document["paths"] and name not in UNDOCUMENTED
    }
    assert missing == set()


def test_the_mirror_is_in_the_document_once_and_noted(document: dict[str, Any]) -> None:
    assert not [path for path in document["paths"] if path.startswith("/chat")]
    assert "Alias: `/chat`." in document["paths"]["/api/chat"]["post"]["description"]


def test_every_error_has_the_one_body(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400 and "health" not in path:
                    schema = answer["content"]["application/json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/Error"}, (path, status)


@pytest.mark.parametrize("path", ["/openapi.json", "/api/schema"])
def test_the_document_is_served_as_json(api: APIClient, path: str) -> None:
    response = api.get(path, HTTP_ACCEPT="text/html")
    assert response.status_code == 200
    assert response.json()["openapi"].startswith("3.")


@pytest.mark.parametrize("path", ["/docs", "/api/docs", "/api/docs/", "/redoc"])
def test_the_viewers_load_nothing_from_outside_and_nothing_inline(api: APIClient, path: str) -> None:
    response = api.get(path, HTTP_ACCEPT="text/html")
    html = response.content.decode()
    assert response.status_code == 200
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", html)
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", html)
    assert "'unsafe-inline'" not in re.search(r"script-src [^;]*", response["Content-Security-Policy"])[0]
    assert "style-src 'self' 'unsafe-inline'" in response["Content-Security-Policy"]
    for asset in re.findall(r"""["']/static/([^"'?]+)""", html):
        assert finders.find(asset), asset

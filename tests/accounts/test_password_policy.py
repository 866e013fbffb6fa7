"""What a new password must be, told and tried by the API."""

from typing import Any

import pytest
from rest_framework.test import APIClient


@pytest.mark.parametrize("path", ["/api/admin/password-policy", "/api/admin2/password-policy"])
def test_the_policy_is_public(api: APIClient, path: str) -> None:
    body = api.get(path).json()
    assert body["min_length"] == 8
    assert body["requires"] == ["mayúscula", "minúscula", "número", "símbolo"]
    assert body["banned_examples"]
    assert all(isinstance(rule, str) and rule for rule in body["rules"])


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ({"password": "Clave-segura-42"}, 0),
        ({"password": "Clave-segura-42", "email": None, "name": None}, 0),
        ({"password": "corta"}, 2),
        ({"password": ""}, 2),
        ({"password": "Ana.Rojas1", "email": "ana.rojas1@ejemplo.edu.co"}, 1),
        ({"password": "Ana-Rojas-1", "name": "Ana Rojas 1"}, 1),
        ({"password": "la-de-ROJAS-1", "nombre": "Ana Rojas"}, 1),
        ({"password": "Un-buen-ana.r-2024", "email": "Ana.R@ejemplo.edu.co"}, 1),
        ({"password": "x" * 4096, "email": "a" * 254, "name": "b" * 150}, 2),
    ],
)
def test_a_candidate_is_judged_without_being_stored(api: APIClient, body: dict[str, Any], count: int) -> None:
    response = api.post("/api/admin2/password-policy/check", body)
    answer = response.json()
    assert response.status_code == 200
    assert answer["ok"] is (count == 0)
    assert len(answer["errors"]) == count
    assert all(isinstance(text, str) for text in answer["errors"])

"""Keys of the identity provider: fetched seldom, kept while it is away."""

from collections.abc import Callable
from typing import Any

import jwt
import pytest
from pytest_httpserver import HTTPServer

from apps.accounts import tokens
from apps.accounts.clients.jwks import JwksClient, JwksUnavailable
from tests.accounts.signing import AUDIENCE, ISSUER, caller, signed
from tests.keys import OTHER_RSA_KEY, RSA_KEY

pytestmark = pytest.mark.django_db


def jwks(*keys: tuple[str, Any]) -> dict[str, Any]:
    return {
        "keys": [
            {**jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid}
            for kid, key in keys
        ]
    }


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_keys_come_from_the_providers_address_once(
    outside: Callable[..., None], httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/jwks").respond_with_json(jwks(("a", RSA_KEY), ("b", OTHER_RSA_KEY)))
    outside(JWT_JWKS_URL=httpserver.url_for("/jwks"))
    for key, kid, is_known in [(RSA_KEY, "a", True), (OTHER_RSA_KEY, "b", True), (OTHER_RSA_KEY, "a", False)]:
        assert caller(signed(key, "RS256", kid, iss=ISSUER, aud=AUDIENCE)).is_known is is_known
    assert len(httpserver.log) == 1


def test_invented_key_ids_do_not_become_requests(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/jwks").respond_with_json(jwks(("a", RSA_KEY)))
    client = JwksClient(httpserver.url_for("/jwks"), Clock())
    for number in range(20):
        with pytest.raises(JwksUnavailable):
            client.key(f"invented-{number}")
    assert len(httpserver.log) == 1


def test_a_new_key_is_found_after_a_while(httpserver: HTTPServer) -> None:
    clock = Clock()
    httpserver.expect_ordered_request("/jwks").respond_with_json(jwks(("a", RSA_KEY)))
    httpserver.expect_ordered_request("/jwks").respond_with_json(jwks(("b", OTHER_RSA_KEY)))
    client = JwksClient(httpserver.url_for("/jwks"), clock)
    assert client.key("a")
    clock.now += 31
    assert client.key("b")


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b"{}", b'{"keys": []}'])
def test_known_keys_go_on_while_the_provider_answers_nonsense(httpserver: HTTPServer, answer: bytes) -> None:
    clock = Clock()
    httpserver.expect_ordered_request("/jwks").respond_with_json(jwks(("a", RSA_KEY)))
    httpserver.expect_ordered_request("/jwks").respond_with_data(answer)
    client = JwksClient(httpserver.url_for("/jwks"), clock)
    client.key("a")
    clock.now += 700
    assert client.key("a")
    assert len(httpserver.log) == 2


def test_no_provider_means_no_caller_and_no_error(outside: Callable[..., None]) -> None:
    outside(JWT_JWKS_URL="http://127.0.0.1:1/jwks")
    tokens.jwks_client.cache_clear()
    assert not caller(signed(RSA_KEY, "RS256", "a", iss=ISSUER, aud=AUDIENCE)).is_known

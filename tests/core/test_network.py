from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from apps.core.network import client_address

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "1.2.3.4", "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.9.9.9", "1.2.3.4"),
        ("10.0.0.1", "10.1.1.1", "10.1.1.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "garbage", "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4, garbage", "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4:5678", "1.2.3.4"),
        ("fd00::1", "[2001:db8::7]:443", "2001:db8::7"),
        ("::ffff:10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "fe80::1%eth0", "fe80::1"),
        ("", "1.2.3.4", ""),
    ],
)
def test_the_rightmost_untrusted_address_counts(peer: str, forwarded: str, expected: str) -> None:
    assert client_address(peer, forwarded, PROXIES) == expected


@given(st.text(max_size=80), st.text(max_size=200))
def test_no_header_breaks_it(peer: str, forwarded: str) -> None:
    assert isinstance(client_address(peer, forwarded, PROXIES), str)


@given(st.text(max_size=200))
def test_a_stranger_cannot_choose_an_address(forwarded: str) -> None:
    assert client_address("203.0.113.9", forwarded, PROXIES) == "203.0.113.9"


def test_a_forged_header_changes_nothing_in_a_request(api: APIClient, settings: object) -> None:
    settings.DEBUG = True  # type: ignore[attr-defined]
    seen = api.get("/chat/debug", REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR="1.2.3.4")
    assert seen.json()["ip"] == "203.0.113.9"


@pytest.mark.parametrize(("peer", "scheme"), [("10.0.0.1", "https"), ("203.0.113.9", "http")])
def test_https_is_believed_from_a_trusted_proxy_alone(
    api: APIClient, env: object, peer: str, scheme: str
) -> None:
    env(TRUSTED_PROXIES=PROXIES)  # type: ignore[operator]
    page = api.get(
        "/chat-embed.html", REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO="https", HTTP_HOST="testserver"
    )
    assert f'"{scheme}://testserver"' in page.content.decode()


def test_a_trusted_proxy_is_believed(api: APIClient, settings: object, env: object) -> None:
    settings.DEBUG = True  # type: ignore[attr-defined]
    env(TRUSTED_PROXIES=PROXIES)  # type: ignore[operator]
    seen = api.get("/chat/debug", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 1.2.3.4")
    assert seen.json()["ip"] == "1.2.3.4"

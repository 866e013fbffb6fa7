"""Previews of links: allowed hosts alone, and no way into our own network."""

import socket
import time
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from rest_framework.test import APIClient
from werkzeug import Request, Response

from apps.chat.link_page import decoded, described
from apps.core.network import is_public

PATH = "/api/link/preview"
PUBLIC = "93.184.216.34"
PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>Inducción &amp; matrícula</title>
<meta property="og:description" content="Cómo   empezar."><meta property="og:image" content="/foto.png">
</head><body><title>otro</title></body></html>"""


class Internet:
    """Names and what they lead to; the public address is the stub server's, port 80."""

    def __init__(self, server: HTTPServer) -> None:
        self.names: dict[str, list[str]] = {}
        self.dialled: list[str] = []
        self.server = server
        self.asked: list[Request] = []

    def getaddrinfo(self, host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        found = self.names.get(host, [host])
        try:
            addresses = [ip_address(one) for one in found]
        except ValueError:
            raise socket.gaierror("no such name") from None
        family = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [(family[a.version], socket.SOCK_STREAM, 6, "", (str(a), port)) for a in addresses]

    def page(self, path: str, answer: Response | Callable[[Request], Response]) -> None:
        def handle(request: Request) -> Response:
            self.asked.append(request)
            return answer(request) if callable(answer) and not isinstance(answer, Response) else answer

        self.server.expect_request(path).respond_with_handler(handle)


@pytest.fixture
def internet(httpserver: HTTPServer, env: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Internet:
    net = Internet(httpserver)
    net.names = {
        "zajuna.sena.edu.co": [PUBLIC],
        "curso.sena.edu.co": [PUBLIC],
        "sena.edu.co": [PUBLIC],
        "malo.example": [PUBLIC],
        "dentro.sena.edu.co": ["10.0.0.7"],
        "mixto.sena.edu.co": [PUBLIC, "127.0.0.1"],
    }
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        net.dialled.append(address[0])
        real(self, (httpserver.host, httpserver.port) if address == (PUBLIC, 80) else address)

    monkeypatch.setattr(socket, "getaddrinfo", net.getaddrinfo)
    monkeypatch.setattr(socket.socket, "connect", connect)
    env(LINK_PREVIEW_HOSTS=["zajuna.sena.edu.co", ".sena.edu.co"])
    return net


def asked(api: APIClient, url: str) -> tuple[int, dict[str, Any]]:
    answer = api.get(PATH, {"url": url}, headers={"Authorization": "Bearer guest-1", "Cookie": "rt=x"})
    return answer.status_code, answer.json()


def test_an_allowed_page_is_told_in_short_and_remembered(api: APIClient, internet: Internet) -> None:
    internet.page(
        "/curso", Response(PAGE, 200, {"Set-Cookie": "a=1"}, content_type="text/html; charset=utf-8")
    )
    url = "http://zajuna.sena.edu.co/curso?x=1#parte"
    wanted = {
        "url": url,
        "title": "Inducción & matrícula",
        "description": "Cómo empezar.",
        "image": "http://zajuna.sena.edu.co/foto.png",
    }
    assert asked(api, url) == (200, wanted)
    assert asked(api, url) == (200, wanted)
    (request,) = internet.asked
    assert request.headers["Host"] == "zajuna.sena.edu.co"
    assert "Cookie" not in request.headers
    assert "Authorization" not in request.headers
    assert asked(api, "http://curso.sena.edu.co:80/curso")[0] == 200


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://malo.example/", 404),
        ("http://sena.edu.co/", 404),
        ("http://zajuna.sena.edu.co.malo.example/", 404),
        ("http://xsena.edu.co/", 404),
        ("http://zajuna.sena.edu.co:8080/", 404),
        ("https://zajuna.sena.edu.co:80/", 404),
        ("http://127.0.0.1/", 404),
        ("http://[::1]/", 404),
        ("http://2130706433/", 404),
        ("http://dentro.sena.edu.co/", 502),
        ("http://mixto.sena.edu.co/", 502),
        ("http://nadie.sena.edu.co/", 502),
        ("ftp://zajuna.sena.edu.co/", 422),
        ("file:///etc/passwd", 422),
        ("javascript:alert(1)", 422),
        ("http://yo:clave@zajuna.sena.edu.co/", 422),
        ("http://zajuna.sena.edu.co\\@malo.example/", 422),
        ("http://zajuna.sena.edu.co/\r\nHost: x", 422),
        ("http://zajuna.sena.edu.co:x/", 422),
        ("http://[::1/", 422),
        ("//zajuna.sena.edu.co/", 422),
        ("hola", 422),
        ("", 422),
        ("http://zajuna.sena.edu.co/" + "x" * 2000, 422),
        ("http://zajuna.sena.edu.co/\x00", 422),
        ("http://" + "a" * 70 + ".sena.edu.co/", 422),
    ],
)
def test_what_may_not_be_asked_for_is_not(api: APIClient, internet: Internet, url: str, status: int) -> None:
    got, body = asked(api, url)
    assert (got, internet.dialled) == (status, [])
    assert body["message"] == body["detail"]
    assert "10.0.0.7" not in str(body)


def test_redirects_are_followed_as_far_as_they_are_allowed(api: APIClient, internet: Internet) -> None:
    def to(target: str) -> Response:
        return Response("", 302, {"Location": target})

    home = "http://zajuna.sena.edu.co"
    internet.page("/fin", Response(PAGE, content_type="text/html"))
    internet.page("/a", to("/b"))
    internet.page("/b", to("//curso.sena.edu.co/c"))
    internet.page("/c", to(f"{home}/fin"))
    internet.page("/inducción", Response(PAGE, content_type="text/html"))
    assert asked(api, f"{home}/inducción?q=año")[0] == 200
    internet.page("/largo", to("/a"))
    internet.page("/malo", to("http://malo.example/"))
    internet.page("/dentro", to("http://dentro.sena.edu.co/"))
    internet.page("/puerto", to(f"{home}:8080/"))
    internet.page("/archivo", to("file:///etc/passwd"))
    assert asked(api, f"{home}/a")[1]["url"] == f"{home}/fin"
    assert asked(api, f"{home}/largo")[0] == 502  # a fourth one
    assert [asked(api, f"{home}/{path}")[0] for path in ("malo", "dentro", "puerto")] == [404, 502, 404]
    assert asked(api, f"{home}/archivo")[0] == 404
    assert set(internet.dialled) == {PUBLIC}


def test_pages_that_cannot_be_shown_have_their_words(
    api: APIClient, internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(request: Request) -> Response:
        time.sleep(1)
        return Response(PAGE, content_type="text/html")

    html = {"content_type": "text/html"}
    large = PAGE.replace("<body>", "<body>" + "x" * 2_000_000)
    internet.page("/grande", Response(large, **html))
    internet.page("/nada", Response("", 404, **html))
    internet.page("/roto", Response("", 500, **html))
    internet.page("/pdf", Response(b"%PDF", content_type="application/pdf"))
    internet.page("/zip", Response(b"\x1f\x8b", 200, {"Content-Encoding": "gzip"}, **html))
    internet.page("/lento", slowly)
    monkeypatch.setattr("apps.chat.clients.pages.WHOLE_SECONDS", 0.3)
    home = "http://zajuna.sena.edu.co"
    wanted = {"grande": 200, "nada": 404, "roto": 502, "pdf": 404, "zip": 502, "lento": 502}
    assert {path: asked(api, f"{home}/{path}")[0] for path in wanted} == wanted
    before = len(internet.asked)
    assert asked(api, f"{home}/roto")[0] == 502  # nobody makes us knock again and again
    assert len(internet.asked) == before


def test_without_hosts_nothing_is_previewed_and_everybody_has_a_quota(
    api: APIClient, internet: Internet, env: Callable[..., Any]
) -> None:
    env(LINK_PREVIEW_HOSTS=[])
    got = [asked(api, "http://zajuna.sena.edu.co/")[0] for _ in range(31)]
    assert got == [404] * 30 + [429]


def test_what_pages_say_of_themselves_is_read_as_browsers_do() -> None:
    said = described('<meta name=description content="a\0b"><title>  Uno\n dos </title>', "https://x.co/")
    assert said == {"url": "https://x.co/", "title": "Uno dos", "description": "a\ufffdb", "image": None}
    long = described(f"<title>{'a' * 999}</title>", "https://x.co/")["title"]
    assert long is not None
    assert (len(long), long[-1]) == (200, "…")
    for bad in ("javascript:alert(1)", "data:image/png;base64,x", "http://[x", "x" * 3000, " "):
        page = f'<meta property="og:image" content="{bad}">'
        assert described(page, "https://x.co/")["image"] is None
    assert described("<title", "https://x.co/")["title"] is None
    latin = '<meta charset="latin-1"><title>Inducción</title>'
    assert "Inducción" in decoded(latin.encode("latin-1"), "text/html")
    assert "Inducción" in decoded("Inducción".encode(), "text/html; charset=rot13")
    for name in ("nada", "idna", "punycode", "undefined", "unicode_escape"):
        assert "Inducción" in decoded("Inducción".encode(), f"text/html; charset={name}")


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
    ],
)
def test_only_addresses_of_the_internet_are_public(address: str, wanted: bool) -> None:
    assert is_public(ip_address(address)) is wanted

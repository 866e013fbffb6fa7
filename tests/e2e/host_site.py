"""A site of somebody else's that puts the widget on its pages: its own port, so another origin."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import expect

from tests.e2e.chat_page import ChatPage

PAGE = """<!DOCTYPE html><html lang="es"><head><meta charset="utf-8"><title>Curso</title>
<link rel="icon" href="data:,">{head}</head><body><h1>Curso</h1>{body}</body></html>"""


class HostSite:
    """`pages` are HTML by path, under every name that leads to this machine: `at("127.0.0.1")`."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.pages: dict[str, str] = {}

    def at(self, name: str) -> str:
        return f"http://{name}:{self.port}"

    def put(self, path: str, *, head: str = "", body: str = "") -> None:
        self.pages[path] = PAGE.format(head=head, body=body)


@contextmanager
def host_site() -> Iterator[HostSite]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = site.pages.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = HostSite(server.server_port)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    yield site
    server.shutdown()
    serving.join()
    server.server_close()


def allow_frames(settings: Any, sources: list[str]) -> None:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {"frame-ancestors": sources}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives}


def loader(live_server: Any, path: str = "/embedded.js", attributes: str = "data-open=true") -> str:
    return f'<script src="{live_server.url}{path}" {attributes}></script>'


def same_site(html: str) -> str:
    """Of the host's site, though not of its origin: there the browser lets a frame keep something."""
    return html.replace("//localhost:", "//127.0.0.1:")


def open_host(
    page: Any, site: HostSite, live_server: Any, script: str = "", host: str = "127.0.0.1"
) -> ChatPage:
    site.put("/curso", body=same_site(f"<script>{script}</script>{loader(live_server)}"))
    page.goto(f"{site.at(host)}/curso")
    chat = ChatPage(page, page.frame_locator("iframe"))
    expect(chat.state("En línea")).to_be_visible()
    return chat

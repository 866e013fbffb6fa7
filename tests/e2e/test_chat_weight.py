"""What the chat page's first load costs a student's connection, as production serves it."""

import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.bench.servers import ROOT, environment, running
from tests.servers.processes import free_port

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MOST_BYTES = 60_000
NOT_THE_CHATS = ("admin", "rest_framework", "drf_spectacular_sidecar", "import_export", "vendor")
"""Compressing them takes twenty times as long as everything that the page loads."""


def test_the_first_load_weighs_60_kb_at_most_and_asks_nobody_else(browser: Any, tmp_path: Path) -> None:
    services = {"PRIVACY_URL": "https://example.org/p", "STT_URL": "http://127.0.0.1:9/"}
    env = {**environment(tmp_path, free_port(), 1, 4), **services}
    ignored = [part for name in NOT_THE_CHATS for part in ("--ignore", name)]
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0", *ignored]
    subprocess.run(collect, env=env, cwd=ROOT, check=True, capture_output=True)
    command = [sys.executable, "-m", "gunicorn", "-c", "tutorbot/gunicorn.py", "tutorbot.wsgi"]
    with running(command, env, int(env["PORT"]), tmp_path / "log") as server:
        loaded, preloaded = first_load(browser, f"http://127.0.0.1:{server.port}")
    assert {urlsplit(url).netloc for url in loaded} == {f"127.0.0.1:{server.port}"}
    assert any("/static/js/chat/main." in url for url in loaded)
    modules = {url for url in loaded if "/static/js/chat/" in url and "/early." not in url}
    assert preloaded == modules
    bodies, heads = (sum(sizes) for sizes in zip(*loaded.values(), strict=True))
    print(f"{len(loaded)} requests, {bodies:.0f} bytes of bodies, {heads:.0f} of headers (HTTP/1.1)")
    assert bodies + heads <= MOST_BYTES, sorted(loaded.items(), key=lambda item: -item[1][0])


def first_load(browser: Any, base: str) -> tuple[dict[str, tuple[float, float]], set[str]]:
    """Bytes on the wire of body and headers, by address; and which modules the page asks for itself."""
    page = browser.new_context().new_page()
    wire = page.context.new_cdp_session(page)
    heads: dict[str, tuple[str, float]] = {}
    loaded: dict[str, tuple[float, float]] = {}

    def note_head(event: dict[str, Any]) -> None:
        answer = event["response"]
        heads[event["requestId"]] = (answer["url"], answer["encodedDataLength"])

    def note_end(event: dict[str, Any]) -> None:
        url, head = heads.get(event["requestId"], ("", 0))
        if url.startswith("http"):
            loaded[url] = (event["encodedDataLength"] - head, head)

    wire.on("Network.responseReceived", note_head)
    wire.on("Network.loadingFinished", note_end)
    wire.send("Network.enable")
    page.goto(f"{base}/chat-embed.html")
    page.wait_for_load_state("networkidle")
    links = page.locator("link[rel=modulepreload]").evaluate_all("nodes => nodes.map(node => node.href)")
    page.context.close()
    return loaded, set(links)

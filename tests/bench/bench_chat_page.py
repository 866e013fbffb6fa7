"""The chat page in Chromium: from the answer's last byte to its bubble on the screen."""

import os
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench import report, servers

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ANSWERS = 60
SAID = ("hola", "menú", "quiero ver cursos", "¿cómo entro a la plataforma?", "ayuda")
WATCH = """() => {
    window.drawn = [];
    // A frame after the change it is on the screen.
    const note = () => requestAnimationFrame(() => setTimeout(() => window.drawn.push(performance.now())));
    new MutationObserver(note).observe(document.getElementById("messages"), {childList: true, subtree: true});
}"""
ENDS = """() => performance.getEntriesByType("resource")
    .filter((entry) => entry.name.endsWith("/api/chat")).map((entry) => entry.responseEnd)"""


def main() -> str:
    with (
        tempfile.TemporaryDirectory() as name,
        servers.tutorbot(Path(name), workers=1, threads=8) as ours,
        chromium() as browser,
    ):
        milliseconds = drawn(browser, f"http://127.0.0.1:{ours.port}")
    median, p95 = statistics.median(milliseconds), statistics.quantiles(milliseconds, n=20)[-1]
    rows = [
        ("median ms from the answer to its bubble", f"{median:.0f}", "≤ 100", report.verdict(median <= 100)),
        ("p95 ms", f"{p95:.0f}", "≤ 100", report.verdict(p95 <= 100)),
    ]
    title = f"## Chat page ({len(milliseconds)} answers of the embedded engine, Chromium)"
    return f"{title}\n\n{report.table(('', 'measured', 'goal', ''), rows)}"


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def drawn(browser: Any, base: str) -> list[float]:
    """Of each answer, ms from its last byte until the frame with it is done."""
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(f"{base}/chat-embed.html")
    page.locator('#state[data-state="online"]').wait_for()
    page.evaluate(WATCH)
    for number in range(ANSWERS):
        page.locator("#message").fill(SAID[number % len(SAID)])
        page.keyboard.press("Enter")
        page.locator(".thumbs").nth(number).wait_for()
    page.wait_for_timeout(500)
    changes, ends = page.evaluate("window.drawn"), page.evaluate(ENDS)
    page.close()
    return [min(at for at in changes if at >= end) - end for end in ends]

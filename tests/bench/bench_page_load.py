"""The chat page's first load on a slow telephone: what Lighthouse looks at, taken from Chromium itself.

360 px wide, processor four times slower; as the network is, and with 150 ms and 1.6 Mbit/s (slow 4G).
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench import report, servers
from tests.bench.bench_chat_page import chromium
from tests.servers.processes import free_port

NOT_THE_CHATS = ("admin", "rest_framework", "drf_spectacular_sidecar", "import_export", "vendor")
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 204_800, "uploadThroughput": 96_000}
CPU_SLOWER, LOADS = 4, 5
WATCH = """(() => {
    window.seen = {lcp: 0, cls: 0, tasks: []};
    const watch = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take))
        .observe({type, buffered: true});
    watch("largest-contentful-paint", (entry) => { seen.lcp = entry.startTime; });
    watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.cls += entry.value; });
    watch("longtask", (entry) => seen.tasks.push([entry.startTime, entry.duration]));
})()"""
FOUND = """() => {
    const fcp = performance.getEntriesByName("first-contentful-paint")[0].startTime;
    const blocked = seen.tasks.map(([start, length]) => start < fcp ? 0 : Math.max(0, length - 50));
    const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
    const screen = meta("viewport");
    const plain = [...document.querySelectorAll("[href], [src]")].map((one) => one.href || one.src)
        .filter((url) => url.startsWith("http:") && !url.startsWith(location.origin));
    return {
        fcp, lcp: seen.lcp, cls: seen.cls, tbt: blocked.reduce((sum, one) => sum + one, 0),
        checks: {
            "title": document.title !== "", "description": meta("description") !== "",
            "language": document.documentElement.lang !== "",
            "viewport": screen.includes("width=device-width") && !screen.includes("user-scalable=no"),
            "doctype and UTF-8": document.doctype?.name === "html" && document.characterSet === "UTF-8",
            "images have a text": [...document.images].every((one) => one.hasAttribute("alt")),
            "links and files by https or from here": plain.length === 0,
            "nothing wider than the screen": document.documentElement.scrollWidth <= innerWidth,
        },
    };
}"""


def main() -> str:
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        env = servers.environment(Path(name), free_port(), 1, 8)
        ignored = [part for one in NOT_THE_CHATS for part in ("--ignore", one)]
        for command in (["migrate"], ["collectstatic", "--no-input", *ignored]):
            words = [sys.executable, "manage.py", *command, "--verbosity", "0"]
            subprocess.run(words, env=env, cwd=servers.ROOT, check=True, capture_output=True)
        gunicorn = [sys.executable, "-m", "gunicorn", "-c", "tutorbot/gunicorn.py", "tutorbot.wsgi"]
        with servers.running(gunicorn, env, int(env["PORT"]), Path(name) / "log"):
            base = f"http://127.0.0.1:{env['PORT']}"
            loaded(browser, base)  # the server's own first time
            fast, slow = (typical(browser, base, network) for network in (None, SLOW_4G))
    rows = [
        *_times(fast, slow),
        *(
            (what, *("yes" if one["checks"][what] else "**no**" for one in (fast, slow)))
            for what in fast["checks"]
        ),
    ]
    title = f"## Chat page, first load at 360 px, processor {CPU_SLOWER} times slower, median of {LOADS}"
    head = ("", "network as it is", "150 ms, 1.6 Mbit/s")
    return f"{title} (load {os.getloadavg()[0]:.0f})\n\n{report.table(head, rows)}"


def _times(*loads: dict[str, Any]) -> list[tuple[str, ...]]:
    names = {
        "fcp": "first contentful paint ms",
        "lcp": "largest contentful paint ms",
        "tbt": "total blocking time ms",
    }
    return [
        *((words, *(f"{one[name]:.0f}" for one in loads)) for name, words in names.items()),
        ("layout shift", *(f"{one['cls']:.3f}" for one in loads)),
    ]


def typical(browser: Any, base: str, network: dict[str, Any] | None) -> dict[str, Any]:
    """Of each figure the median; a check must pass every time."""
    loads = [loaded(browser, base, network) for _ in range(LOADS)]
    times = {name: statistics.median(one[name] for one in loads) for name in ("fcp", "lcp", "tbt", "cls")}
    checks = {what: all(one["checks"][what] for one in loads) for what in loads[0]["checks"]}
    return {**times, "checks": checks}


def loaded(browser: Any, base: str, network: dict[str, Any] | None = None) -> dict[str, Any]:
    page = browser.new_context(viewport={"width": 360, "height": 740}, locale="es-CO").new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else None)
    page.add_init_script(WATCH)
    wire = page.context.new_cdp_session(page)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWER})
    if network:
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", network)
    page.goto(f"{base}/chat-embed.html")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(2000)
    found: dict[str, Any] = page.evaluate(FOUND)
    found["checks"]["no complaint in the console, no answer that failed"] = complaints == []
    page.context.close()
    return found


if __name__ == "__main__":
    print(report.machine(), main(), sep="\n\n")

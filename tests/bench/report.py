"""Markdown for people: on which machine, what was wanted, what came out."""

import os
import platform
from collections.abc import Iterable
from pathlib import Path


def machine() -> str:
    cpu = Path("/proc/cpuinfo").read_text().partition("model name")[2].partition("\n")[0].strip(" \t:")
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 1024**2
    system = f"{platform.system()} {platform.release()}"
    return (
        f"{cpu or platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, {system}, "
        f"Python {platform.python_version()}; server, stub and load client share these cores"
    )


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def verdict(is_reached: bool) -> str:
    return "reached" if is_reached else "**missed**"

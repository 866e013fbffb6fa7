"""A progress bar for commands; nothing where nobody watches."""

import shutil
from types import TracebackType
from typing import Any

BAR = 24


class ProgressBar:
    """`show(share, what)` draws over the line before, on a terminal alone."""

    def __init__(self, out: Any) -> None:
        self._out = out
        self._is_shown = bool(out.isatty())
        self._is_open = False

    def __enter__(self) -> "ProgressBar":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_open:
            self._out.write("", ending="\n")

    def show(self, share: float, what: str) -> None:
        """`share` is 0 to 1."""
        if not self._is_shown:
            return
        done = round(max(0.0, min(1.0, share)) * BAR)
        line = f"{share:>4.0%} {'█' * done}{'░' * (BAR - done)} {what}"
        width = shutil.get_terminal_size().columns - 1
        self._out.write(f"\r{line[:width]:<{width}}", ending="")
        self._out.flush()
        self._is_open = True

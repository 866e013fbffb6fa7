"""Which JavaScript modules a page needs, so that a browser need not find them one behind the other."""

import re
from functools import cache
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.contrib.staticfiles import finders

STATIC_IMPORT = re.compile(r"""^(?:import|export)\s(?:[^"';]*\sfrom\s+)?["'](\./[^"']+)["']""", re.MULTILINE)
"""What is asked for by import(…) is loaded when somebody wants it, and has no place here."""


def modules_of(entry: str) -> tuple[str, ...]:
    """Static names of `entry` and of all that it imports, each once."""
    return _walk(entry) if settings.DEBUG else _known(entry)


def _walk(entry: str) -> tuple[str, ...]:
    found = [entry]
    for name in found:  # grows meanwhile
        path = finders.find(name)
        if not isinstance(path, str):
            raise FileNotFoundError(f"No static file {name}.")
        for asked in STATIC_IMPORT.findall(Path(path).read_text("utf-8")):
            other = str(PurePosixPath(name).parent / asked)
            if other not in found:
                found.append(other)
    return tuple(found)


_known = cache(_walk)

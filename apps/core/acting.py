"""On whose behalf this code runs: a request, a job or a command. The audit asks here who did it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.http import HttpRequest

from apps.core.network import request_address
from apps.core.paths import is_api_path

API, PAGES = "api", "admin"
COMMAND, JOB = "command", "job"


@dataclass(frozen=True, slots=True)
class Acting:
    """`actor` is the key of an account, `name` what to call whoever has none; `via` as `job train_bot`."""

    actor: str = ""
    name: str = ""
    via: str = ""
    address: str = ""
    request_id: str = ""


NOBODY = Acting()
_request: ContextVar[HttpRequest | None] = ContextVar("acting_request", default=None)
_work: ContextVar[Acting | None] = ContextVar("acting_work", default=None)
_process = NOBODY


def current() -> Acting:
    """Asked when something is written, so that a request that writes nothing pays nothing."""
    work = _work.get()
    if work is not None:
        return work
    request = _request.get()
    return _of_request(request) if request is not None else _process


@contextmanager
def in_request(request: HttpRequest) -> Iterator[None]:
    """Of a thread that serves one request after the other, each alone is spoken for."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


@contextmanager
def in_work(acting: Acting) -> Iterator[None]:
    token = _work.set(acting)
    try:
        yield
    finally:
        _work.reset(token)


def command_of(argv: list[str]) -> Acting:
    """What `manage.py NAME …` does, in all of its threads."""
    return Acting(via=f"{COMMAND} {argv[1]}") if len(argv) > 1 else NOBODY


def set_process(acting: Acting) -> None:
    """For whatever is neither a request nor a job in this process."""
    global _process
    _process = acting


def handed_over() -> dict[str, str]:
    """Who asks for a job, in words that survive pickling; empty for nobody."""
    now = current()
    return {name: value for name, value in asdict(now).items() if value} if now.actor or now.name else {}


def in_job(name: str, asked_by: dict[str, str] | None) -> Acting:
    """A job acts for whoever asked for it."""
    return replace(Acting(**(asked_by or {})), via=f"{JOB} {name}")


def _of_request(request: HttpRequest) -> Acting:
    """A caller of the API that was verified, or the person of a page's session; never what a header says."""
    is_api = is_api_path(request.path_info)
    caller = getattr(request, "caller", None)
    user = getattr(caller, "user", None) if is_api else _page_user(request)
    return Acting(
        actor=str(user.pk) if user is not None else "",
        name=getattr(user, "email", "") or getattr(caller, "email", "") or getattr(caller, "sub", ""),
        via=API if is_api else PAGES,
        address=request_address(request) or "",
        request_id=getattr(request, "request_id", ""),
    )


def _page_user(request: HttpRequest) -> Any:
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None

"""What an error was made of: HTTP libraries wrap one in another."""

from typing import Any


def causes(error: BaseException) -> list[BaseException]:
    """The error and all below it; requests and urllib3 keep that in `args`, `reason` or `__cause__`."""
    seen: list[BaseException] = []
    waiting: list[Any] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in seen:
            seen.append(one)
            waiting += [*one.args, getattr(one, "reason", None), one.__cause__]
    return seen

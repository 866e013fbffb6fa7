"""A MongoDB-compatible server for tests: SecantusDB as a program of its own, with two faults repaired.

Nested documents in $project, $addFields and $set ({a: {b: 1}} means a.b: 1, merged into an existing a)
come out wrong in 0.7.0b3, and Django's MongoDB backend writes both forms.
"""

import sys
from collections.abc import Callable, Iterator
from typing import Any

from secantus import aggregate, cli

Stage = Callable[[Any, dict[str, Any], Any], Any]


def _paths(spec: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in spec.items():
        path = prefix + key
        is_subdocument = isinstance(value, dict) and value and not next(iter(value)).startswith("$")
        if is_subdocument and path != "_id":
            yield from _paths(value, f"{path}.")
        else:
            yield path, value


def _with_dotted_paths(stage: Stage) -> Stage:
    return lambda document, spec, variables: stage(document, dict(_paths(spec)), variables)


aggregate._project_one = _with_dotted_paths(aggregate._project_one)
aggregate._add_fields_one = _with_dotted_paths(aggregate._add_fields_one)

if __name__ == "__main__":
    sys.exit(cli.main())

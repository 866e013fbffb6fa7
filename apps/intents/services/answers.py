"""Answers that arrive as bare texts: what they were before is not lost."""

from collections import defaultdict
from collections.abc import Sequence

from apps.chat.engines.project import Response


def with_what_was(given: Sequence[str | Response], before: Sequence[Response]) -> list[Response]:
    """The given answers; a text equal to an answer's is that answer, with its buttons, image and card.

    Among texts alone an answer without a text stays, at the end: clients that show texts cannot name it.
    """
    known: dict[str, list[Response]] = defaultdict(list)
    for answer in before:
        known[_key(answer.text)].append(answer)
    found = []
    for one in given:
        if isinstance(one, Response):
            found.append(one)
        else:
            same = known[_key(one)]
            found.append(same.pop(0) if same else Response(text=one))
    is_texts = bool(given) and not any(isinstance(one, Response) for one in given)
    return [*found, *known[""]] if is_texts else found


def _key(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())

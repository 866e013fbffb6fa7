"""Documents of the old database that are larger than anything here."""

from typing import Any

import pytest

from apps.ops.legacy.reading import metadata_of
from apps.ops.legacy.turns import MAX_ANSWER, texts_in


@pytest.mark.parametrize("given", [{"page": "x" * 1_000_000}, {str(n): [[n]] for n in range(10_000)}])
def test_metadata_that_no_message_could_bring_stay_behind(given: dict[str, Any]) -> None:
    assert metadata_of({"metadata": given}, "logs", {"_id": 7}) == {
        "legacy": {"collection": "logs", "id": "7"}
    }
    assert metadata_of({"metadata": {"page": "x"}}, "logs", {"_id": 7})["page"] == "x"


def test_an_endless_answer_is_cut() -> None:
    assert [len(text) for text in texts_in([{"text": "x" * 1_000_000}, "y"])] == [MAX_ANSWER, 1]

from collections.abc import Callable
from typing import Any

import pytest

from tests.accounts.signing import AUDIENCE, ISSUER


@pytest.fixture
def outside(env: Any) -> Callable[..., None]:
    """An identity provider with RS256, its issuer and audience."""

    def use(**values: Any) -> None:
        env(**{"JWT_ALGORITHM": "RS256", "JWT_ISSUER": ISSUER, "JWT_AUDIENCE": AUDIENCE, **values})

    return use

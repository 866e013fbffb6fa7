"""schemathesis: whatever is sent to the documented paths, no 5xx and no undocumented status."""

from typing import Any

import pytest
import schemathesis
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from apps.chat.engines.embedded import EmbeddedEngine
from apps.logs.services import lost_turns
from tutorbot.wsgi import application

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
schema.app = application


@schema.parametrize()
@hypothesis_settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_input_breaks_a_documented_path(case: Any, bot: EmbeddedEngine, env: Any) -> None:
    env(RATE_LIMIT_ENABLED=False)
    lost = lost_turns.count
    response = case.call(base_url="http://testserver")
    case.validate_response(
        response, checks=[not_a_server_error, status_code_conformance, response_schema_conformance]
    )
    assert lost_turns.count == lost

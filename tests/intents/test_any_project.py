"""Whatever shape a foreign project has, it can be judged, joined with staff's intents, and written again."""

import json

import pytest
from hypothesis import HealthCheck, given, settings

from apps.chat.engines.project import Response
from apps.intents.botproject import ProjectError, load_with_source
from apps.intents.botproject.verdict import judge
from apps.intents.exchange.rasa_project import RasaProject, whole_yaml
from apps.intents.knowledge import IntentData, join, knowledge_of
from tests.intents.test_botproject.conftest import GOOD, write
from tests.intents.test_botproject.test_botproject_load import DOCUMENTS

STAFF = IntentData("nueva", ("una frase",), (Response(text="Va."),))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=12, derandomize=True)
@given(domain=DOCUMENTS, data=DOCUMENTS, config=DOCUMENTS)
def test_whatever_shape_the_files_have_they_are_judged_joined_and_written(
    tmp_path_factory: pytest.TempPathFactory, domain: object, data: object, config: object
) -> None:
    folder = write(tmp_path_factory.getbasetemp() / "ajeno", GOOD)
    for name, document in [("domain/x.yml", domain), ("data/x.yml", data), ("config.yml", config)]:
        (folder / name).write_text(json.dumps(document))
    try:
        project, source = load_with_source(folder)
    except ProjectError:
        return
    verdict = judge(project, source, has_action_server=False)
    assert all(0 <= part.runs <= part.total for part in verdict.parts)
    joined = join(project, [*knowledge_of(project)[1:], STAFF])
    assert "nueva" in joined.intents
    assert "nueva" in whole_yaml(RasaProject(joined, project, source))

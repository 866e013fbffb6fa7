"""The card of the model on the index: a training, else a model that waits, else the active one."""

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.chat.engines.embedded import EmbeddedEngine
from apps.intents.models import ModelVersion
from tests.intents.model_rows import make_version, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(client: Client, bot: EmbeddedEngine) -> object:
    """The card's HTML as this person sees it."""

    def read(person: User) -> str:
        client.force_login(person)
        html = client.get("/admin/").content.decode()
        return next(part for part in html.split('<li class="dashboard-card">') if ">Modelo<" in part)

    return read


def test_the_active_one_with_its_accuracy(card: object, admin: User, bot: EmbeddedEngine) -> None:
    pointer = bot.pointed()
    assert pointer is not None
    make_version(pointer.version)
    html = card(admin)  # type: ignore[operator]
    assert pointer.version in html
    assert "Acierto 91,2\u00a0%" in html
    assert 'href="/admin/intents/modelversion/"' in html


def test_one_that_waits_asks_for_a_decision(card: object, admin: User, soporte: User) -> None:
    version = make_version(decision=ModelVersion.Decision.WAITING)
    for person, page in ((admin, "activate"), (soporte, "change")):
        html = card(person)  # type: ignore[operator]
        assert "Un modelo espera tu decisión" in html
        assert f'href="/admin/intents/modelversion/{version.pk}/{page}/"' in html


def test_a_training_comes_first(card: object, admin: User, soporte: User) -> None:
    make_version(decision=ModelVersion.Decision.WAITING)
    run = running()
    html = card(admin)  # type: ignore[operator]
    assert "Entrenando: 42\u00a0%" in html
    assert f'href="/admin/intents/trainingrun/{run.pk}/change/"' in html
    assert "trainingrun" not in card(soporte)  # type: ignore[operator]


def test_without_a_model_of_its_own_it_says_so(card: object, admin: User) -> None:
    assert "Todavía no se entrenó aquí" in card(admin)  # type: ignore[operator]

"""The form that asks for an export says what its button does."""

import pytest
from django.test import Client

from apps.accounts.models import User

pytestmark = pytest.mark.django_db


def test_the_button_says_export_and_nothing_else(client: Client, admin: User) -> None:
    client.force_login(admin)
    html = client.get("/admin/logs/export/add/").content.decode()
    assert 'name="_save" value="Exportar"' in html
    assert "Guardar" not in html

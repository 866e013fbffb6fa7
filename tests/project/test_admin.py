"""Every page of Django admin answers, for those who may see it, in Spanish and without inline scripts."""

import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.models import Conversation
from tests.conftest import PASSWORD
from tests.stats.test_dashboard import turn

pytestmark = pytest.mark.django_db
MODELS = [(m._meta.app_label, m._meta.model_name) for m in admin.site._registry]


@pytest.fixture
def rows(bot: EmbeddedEngine, student: User) -> None:
    turn(user=student, bot_response=["Hola"], confidence=0.5, intent="saludo")
    Conversation.objects.create(sender_id="web-1")


@pytest.mark.engines
@pytest.mark.parametrize(("app", "model"), MODELS)
def test_every_list_search_and_detail_page_answers(
    client: Client, admin_user: User, rows: None, app: str, model: str
) -> None:
    client.force_login(admin_user)
    listing = reverse(f"admin:{app}_{model}_changelist")
    page = client.get(listing)
    assert page.status_code == 200
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>\s*\S", page.content.decode())
    assert client.get(listing, {"q": "hola 50%"}).status_code == 200
    row = admin.site._registry[
        next(m for m in admin.site._registry if m._meta.model_name == model)
    ].model.objects.first()
    assert client.get(reverse(f"admin:{app}_{model}_change", args=[row.pk])).status_code == 200


@pytest.fixture
def admin_user(admin: User) -> User:
    return admin


def test_soporte_reads_turns_and_conversations_and_nothing_else(
    client: Client, soporte: User, rows: None
) -> None:
    client.force_login(soporte)
    assert client.get("/admin/logs/chatturn/").status_code == 200
    assert client.get("/admin/chat/conversation/").status_code == 200
    refused = client.get("/admin/accounts/user/")
    assert refused.status_code == 403
    assert "No tienes permiso" in refused.content.decode()


def test_nobody_changes_what_happened(client: Client, admin: User, rows: None) -> None:
    client.force_login(admin)
    assert client.get("/admin/logs/chatturn/add/").status_code == 403
    row = reverse("admin:logs_chatturn_delete", args=[turn().pk])
    assert client.post(row, {"post": "yes"}).status_code == 403


def test_an_admin_signs_in_with_the_e_mail_in_any_case(
    client: Client, admin: User, bot: EmbeddedEngine
) -> None:
    page = client.post(
        "/admin/login/?next=/admin/", {"username": "JEFE@ejemplo.edu.co ", "password": PASSWORD}
    )
    assert page.status_code == 302
    assert "Tutor Virtual" in client.get("/admin/").content.decode()


def test_a_disabled_admin_does_not(client: Client, admin: User) -> None:
    User.objects.update(is_active=False)
    page = client.post("/admin/login/", {"username": admin.email, "password": PASSWORD})
    assert page.status_code == 200


def test_an_admin_makes_and_changes_people(client: Client, admin: User) -> None:
    client.force_login(admin)
    new = {
        "email": "Nueva@ejemplo.edu.co",
        "nombre": "Nueva",
        "rol": "soporte",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    assert client.post("/admin/accounts/user/add/", new).status_code == 302
    made = User.objects.get(nombre="Nueva")
    assert made.check_password(PASSWORD)
    assert made.email == "nueva@ejemplo.edu.co"
    weak = client.post(
        "/admin/accounts/user/add/", {**new, "email": "b@c.co", "password1": "a", "password2": "a"}
    )
    assert weak.status_code == 200
    assert "mayúscula" in weak.content.decode()

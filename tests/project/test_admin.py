"""Every page of Django admin answers, for those who may see it, in Spanish and without inline scripts."""

import datetime
import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db import models
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.chat.engines.embedded import EmbeddedEngine
from tests.conftest import PASSWORD
from tests.stats.test_dashboard import turn

pytestmark = pytest.mark.django_db
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>\s*\S|<style|\sstyle=|\son\w+=|javascript:"
)
SAMPLES: list[tuple[type[models.Field], Any]] = [
    (models.EmailField, "rosa@ejemplo.edu.co"),
    (models.URLField, "https://ejemplo.edu.co/x"),
    (models.GenericIPAddressField, "10.0.0.7"),
    (models.DateTimeField, datetime.datetime(2026, 11, 22, 15, tzinfo=datetime.UTC)),
    (models.DateField, datetime.date(2026, 11, 22)),
    (models.TimeField, datetime.time(8)),
    (models.IntegerField, 1),
    (models.CharField, "texto"),
    (models.TextField, "texto"),
]


def sample(model: type[models.Model]) -> models.Model:
    """A row of any model: what it asks for, by the kinds of its fields."""
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.has_default() or field.null or field.auto_created or getattr(field, "auto_now", False):
            continue
        if isinstance(field, models.ForeignKey):
            values[field.name] = field.related_model.objects.first() or sample(field.related_model)
        elif field.choices:
            values[field.name] = field.flatchoices[0][0]
        else:
            values[field.name] = next((v for kind, v in SAMPLES if isinstance(field, kind)), None)
    return model.objects.create(**{name: value for name, value in values.items() if value is not None})


@pytest.fixture
def page(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.mark.engines
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_list_search_add_and_detail_page_answers(
    page: Client, bot: EmbeddedEngine, model: type[models.Model]
) -> None:
    row = model.objects.first() or sample(model)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    key = quote(row.pk)
    may_add = admin.site._registry[model].has_add_permission(page.get("/admin/").wsgi_request)
    addresses = {
        reverse(f"{name}_changelist"): 200,
        reverse(f"{name}_changelist") + "?q=hola+50%25": 200,
        reverse(f"{name}_change", args=[key]): 200,
        reverse(f"{name}_history", args=[key]): 200,
        reverse(f"{name}_add"): 200 if may_add else 403,
    }
    for address, status in addresses.items():
        answer = page.get(address)
        assert answer.status_code == status, address
        assert not INLINE.search(answer.content.decode()), address


def test_the_index_names_everything_in_spanish(page: Client, bot: EmbeddedEngine) -> None:
    html = page.get("/admin/").content.decode()
    names = ("Personas", "Sesiones", "Intentos fallidos", "Preferencias", "Turnos", "Conversaciones")
    for name in (*names, "Intenciones", "Modelos", "Entrenamientos"):
        assert f">{name}</a>" in html, name
    assert not re.search(r">\s*(Axes|Access|Users?|Token|OTP)", html)


def test_soporte_reads_turns_conversations_people_and_intents_and_nothing_else(
    client: Client, soporte: User, bot: EmbeddedEngine
) -> None:
    turn()
    client.force_login(soporte)
    allowed = {"logs.ChatTurn", "chat.Conversation", "accounts.User", "intents.Intent"}
    allowed |= {"intents.SavedConversation", "intents.ReviewGroup"}
    allowed |= {"intents.ModelVersion", "helpdesk.Ticket", "helpdesk.Survey", "helpdesk.CannedAnswer"}
    allowed |= {"helpdesk.BusinessHours", "helpdesk.ClosedDay", "helpdesk.ServiceLevel"}
    allowed |= {"logs.Export", "helpdesk.Delivery", "chat.Recording", "ops.SelfTestRun", "ops.EventCount"}
    for model in MODELS:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        answer = client.get(reverse(f"{name}_changelist"))
        assert answer.status_code == (200 if model._meta.label in allowed else 403), model
        may_add = model._meta.label in {"helpdesk.CannedAnswer", "logs.Export"}
        assert client.get(reverse(f"{name}_add")).status_code == (200 if may_add else 403), model
        if answer.status_code == 403:
            assert "No tienes permiso" in answer.content.decode()


def test_nobody_changes_what_happened(page: Client) -> None:
    assert page.get("/admin/logs/chatturn/add/").status_code == 403
    row = reverse("admin:logs_chatturn_delete", args=[turn().pk])
    assert page.post(row, {"post": "yes"}).status_code == 403


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

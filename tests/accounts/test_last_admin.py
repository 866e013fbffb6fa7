"""Somebody must stay who may do everything: by API, page, bulk action, and by two at the same moment."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.services.people import active_admins
from tests.conftest import PASSWORD

USERS = "/api/admin/users"
LIST = "/admin/accounts/user/"
TEXT = "Es la última persona administradora activa."
Bearer = Callable[[User], dict[str, str]]
WAYS = [
    ("delete", "", None),
    ("put", "", {"rol": "soporte"}),
    ("patch", "", {"rol": "usuario", "nombre": "Otra"}),
    ("patch", "/role", {"rol": "invitado"}),
    ("patch", "/status", {"active": False}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "verb", "body"), WAYS)
def test_the_api_keeps_the_last_active_admin(
    staff: APIClient, admin: User, method: str, verb: str, body: dict[str, Any] | None
) -> None:
    User.objects.create_superuser("inactiva@ejemplo.edu.co", PASSWORD, is_active=False)
    response = getattr(staff, method)(f"{USERS}/{admin.pk}{verb}", body)
    assert (response.status_code, response.json()["code"]) == (409, "last_admin")
    assert response.json()["message"].startswith(TEXT)
    kept = User.objects.get(pk=admin.pk)
    assert (kept.rol, kept.is_active, kept.nombre) == ("admin", True, "Luz Jiménez")
    assert staff.get(USERS).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "verb", "body"), WAYS)
def test_one_of_two_admins_may_go(
    staff: APIClient, admin: User, method: str, verb: str, body: dict[str, Any] | None
) -> None:
    User.objects.create_superuser("otra@ejemplo.edu.co", PASSWORD)
    assert getattr(staff, method)(f"{USERS}/{admin.pk}{verb}", body).status_code == 200
    assert active_admins().get().email == "otra@ejemplo.edu.co"


def change_form(person: User, **changes: str) -> dict[str, str]:
    form = {"email": person.email, "nombre": person.nombre, "rol": person.rol}
    return form | {"is_active": "on", "email_verified": "on"} | changes


@pytest.mark.django_db
def test_the_page_keeps_the_last_active_admin(client: Client, admin: User) -> None:
    client.force_login(admin)
    address = reverse("admin:accounts_user_change", args=[admin.pk])
    demoted = client.post(address, change_form(admin, rol="usuario", nombre="Otra"))
    assert (demoted.status_code, TEXT in demoted.content.decode()) == (200, True)
    disabled = change_form(admin)
    del disabled["is_active"]
    assert TEXT in client.post(address, disabled).content.decode()
    deleted = client.post(
        reverse("admin:accounts_user_delete", args=[admin.pk]), {"post": "yes"}, follow=True
    )
    assert deleted.redirect_chain == [(address, 302)]
    assert TEXT in deleted.content.decode()
    kept = User.objects.get()
    assert (kept.rol, kept.is_active, kept.nombre) == ("admin", True, "Luz Jiménez")


@pytest.mark.django_db
@pytest.mark.parametrize("action", ["disable", "delete_selected"])
def test_a_bulk_action_on_everybody_leaves_the_last_admin(
    client: Client, admin: User, student: User, soporte: User, action: str
) -> None:
    User.objects.create_superuser("otra@ejemplo.edu.co", PASSWORD)
    client.force_login(admin)
    keys = [str(user.pk) for user in User.objects.order_by("email")]
    page = client.post(LIST, {"action": action, "_selected_action": keys, "confirmed": "yes"})
    assert page.status_code == 302
    assert active_admins().get() == admin
    assert not User.objects.exclude(rol="admin").filter(is_active=True).exists()


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("method", "verb", "body"), [WAYS[0], WAYS[3], WAYS[4]])
def test_of_two_admins_who_remove_each_other_at_once_exactly_one_wins(
    admin: User, bearer: Bearer, method: str, verb: str, body: dict[str, Any] | None
) -> None:
    other = User.objects.create_superuser("otra@ejemplo.edu.co", PASSWORD)
    gate, answers = threading.Barrier(2), []

    def remove(who: User, whom: User) -> None:
        client = APIClient(raise_request_exception=False)
        headers = bearer(who)
        gate.wait(10)
        try:
            answers.append(getattr(client, method)(f"{USERS}/{whom.pk}{verb}", body, headers=headers))
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=pair) for pair in ((admin, other), (other, admin))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert active_admins().count() == 1
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert won.status_code == 200
    assert lost.status_code in {401, 403, 409}, lost.content  # refused as the last, or already removed

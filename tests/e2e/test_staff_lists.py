"""Staff's lists show every column on a small desk, and fold on a phone; no page scrolls sideways."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from apps.accounts.models import Certificate, StudentRecord, Tutor, User
from apps.accounts.models.records import CertificateKind, StudentState
from apps.accounts.services import lockout, sessions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LISTS = (
    "accounts/user",
    "accounts/tokenfamily",
    "accounts/studentrecord",
    "accounts/certificate",
    "accounts/tutor",
    "axes/accessattempt",
)
PAGES = (
    "accounts/studentrecord/import",
    "accounts/user/{person}/delete",
    "second-factor",
    "second-factor/enrol",
)
EMAIL = "maria.fernanda.rodriguez@ejemplo.edu.co"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
SIZES = pytest.mark.parametrize("size", [(1280, 800), (360, 740)])


@pytest.fixture
def person(signed_in: Any) -> User:
    name = "María Fernanda Rodríguez Castañeda"
    person = User.objects.create_user(EMAIL, nombre=name, last_login=timezone.now())
    sessions.open_session(user=person, ip="2001:db8:85a3:8d3:1319:8a2e:370:7348", user_agent=BROWSER)
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        lockout.reserve_attempt(email=EMAIL, address="2001:db8:85a3:8d3:1319:8a2e:370:7348")
    tutor = Tutor.objects.create(
        nombre="Rosa Elvira Peña Londoño",
        email="rosa.elvira.pena@ejemplo.edu.co",
        telefono="+57 300 123 4567",
        horario="Lunes a viernes, 8:00 a. m. a 12:00 m.",
    )
    record = StudentRecord.objects.create(
        email=EMAIL,
        nombre=name,
        documento="1032456789",
        estado=StudentState.ETAPA_PRODUCTIVA,
        programa="Análisis y desarrollo de software",
        ficha="2834567",
        tutor=tutor,
    )
    Certificate.objects.create(
        student=record,
        tipo=CertificateKind.COMPLEMENTARIA,
        programa=record.programa,
        fecha_emision=timezone.localdate() - timedelta(days=3),
    )
    return person


def look(page: Any, size: tuple[int, int], address: str) -> None:
    """Goes there; SCREENSHOTS=folder keeps a picture."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"/admin/{address}/")
    picture(page, size, address)


def picture(page: Any, size: tuple[int, int], name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder, f"{name.replace('/', '-')}-{size[0]}.png"), full_page=True)


@SIZES
def test_every_list_fits(page: Any, person: User, size: tuple[int, int]) -> None:
    for address in LISTS:
        look(page, size, address)
        box = page.locator(".results")
        assert box.evaluate("box => box.scrollWidth <= box.clientWidth"), address


@SIZES
def test_every_page_fits(page: Any, person: User, size: tuple[int, int]) -> None:
    for address in PAGES:
        look(page, size, address.format(person=person.pk))


@SIZES
def test_temporary_passwords_fit(page: Any, person: User, size: tuple[int, int]) -> None:
    look(page, size, "accounts/user")
    page.check("#action-toggle")
    page.select_option("[name=action]", "reset_passwords")
    page.click("button[name=index]")
    page.click("text=Sí, restablecer")
    box = page.locator(".given-passwords")
    box.wait_for()
    picture(page, size, "temporary-passwords")
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth")

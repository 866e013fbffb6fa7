"""People in Django admin: list, forms, actions; what soporte sees of it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from apps.accounts.models import User
from apps.accounts.services import sessions
from tests.accounts.people_pages import LIST, act, of, said
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
ADD = f"{LIST}add/"
NEW = {"email": "Nueva@ejemplo.edu.co", "nombre": "Nueva", "rol": "soporte"}
TYPED = {"password1": PASSWORD, "password2": PASSWORD}
SHOWN = re.compile(r"<code>([^<]+)</code>")
Lock = Callable[[str], None]


def form_of(user: User, **changes: str) -> dict[str, str]:
    form = {"email": user.email, "nombre": user.nombre, "rol": user.rol}
    return form | {"is_active": "on", "email_verified": "on"} | changes


# the list


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("locked=yes", {"ana@ejemplo.edu.co"}),
        ("locked=no", {"jefe@ejemplo.edu.co", "mesa@ejemplo.edu.co"}),
        ("rol__exact=soporte", {"mesa@ejemplo.edu.co"}),
        ("q=JIMÉNEZ", {"jefe@ejemplo.edu.co"}),
        ("q=%25", set()),
        ("must_change_password__exact=1", set()),
        ("email_verified__exact=1&is_active__exact=1&q=mora", {"mesa@ejemplo.edu.co"}),
    ],
)
def test_the_list_is_searched_and_filtered(
    office: Client, student: User, soporte: User, lock: Lock, query: str, found: set[str]
) -> None:
    lock(student.email)
    html = office.get(f"{LIST}?{query}").content.decode()
    assert set(re.findall(r'change/[^"]*">([^<]+@[^<]+)</a>', html)) == found


def test_the_list_costs_the_same_for_many(
    office: Client, lock: Lock, django_assert_max_num_queries: Any
) -> None:
    User.objects.bulk_create(User(email=f"p{n}@ejemplo.edu.co", password="!") for n in range(90))
    lock("p7@ejemplo.edu.co")
    with django_assert_max_num_queries(8):
        html = office.get(LIST).content.decode()
    assert html.count("@ejemplo.edu.co</a>") == 91


# forms


def test_a_person_is_made_with_a_typed_password(office: Client) -> None:
    assert office.post(ADD, NEW | TYPED).status_code == 302
    made = User.objects.get(email="nueva@ejemplo.edu.co")
    assert made.check_password(PASSWORD)
    assert (made.rol, made.must_change_password) == ("soporte", False)


def test_a_temporary_password_is_shown_once_and_kept_nowhere(office: Client) -> None:
    answer = office.post(ADD, NEW | {"generate": "on"})
    made = User.objects.get(email="nueva@ejemplo.edu.co")
    [temporary] = SHOWN.findall(answer.content.decode())
    assert made.check_password(temporary)
    assert made.must_change_password
    assert "no-store" in answer["Cache-Control"]
    assert temporary not in str(answer.cookies)
    assert temporary not in str(dict(office.session))
    assert temporary not in said(office)
    assert not LogEntry.objects.filter(change_message__contains=temporary).exists()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"password1": "", "password2": ""}, "Escribe una contraseña o genera una temporal."),
        ({"password2": "Otra-clave-42"}, "Las dos contraseñas no son iguales."),
        ({"password1": "corta", "password2": "corta"}, "mayúscula"),
        ({"email": "JEFE@ejemplo.edu.co"}, "Ya existe"),
        ({"email": "jeфe@ejemplo.edu.co"}, "Escribe un correo válido"),
        ({"rol": "superadmin"}, "Elige una de las opciones"),
        ({"password1": "Aa1-" * 2000, "password2": "Aa1-" * 2000}, "caracteres"),
    ],
)
def test_what_is_wrong_is_said_in_the_form(office: Client, change: dict[str, str], text: str) -> None:
    answer = office.post(ADD, NEW | TYPED | change)
    assert answer.status_code == 200
    assert text in answer.content.decode()
    assert User.objects.count() == 1


def test_a_person_is_changed_by_the_form(office: Client, soporte: User) -> None:
    pair = sessions.open_session(user=soporte)
    form = form_of(soporte, email="Mesa2@ejemplo.edu.co", must_change_password="on")
    del form["is_active"], form["email_verified"]
    assert office.post(of(soporte), form).status_code == 302
    soporte.refresh_from_db()
    assert (soporte.email, soporte.is_active) == ("mesa2@ejemplo.edu.co", False)
    assert (soporte.email_verified, soporte.must_change_password) == (False, True)
    assert soporte.check_password(PASSWORD)
    with pytest.raises(sessions.SessionEnded):
        sessions.renew_session(refresh_token=pair.refresh_token)
    assert "Correo" in LogEntry.objects.get().get_change_message()


def test_a_taken_e_mail_is_a_form_error(office: Client, soporte: User, student: User) -> None:
    answer = office.post(of(soporte), form_of(soporte, email="ANA@ejemplo.edu.co"))
    assert (answer.status_code, "Ya existe" in answer.content.decode()) == (200, True)
    assert User.objects.get(pk=soporte.pk).email == soporte.email


def test_somebody_elses_password_must_be_changed_at_the_next_login(
    office: Client, soporte: User, client: Client
) -> None:
    pair = sessions.open_session(user=soporte)
    assert office.get(of(soporte, "password")).status_code == 200
    answer = office.post(
        of(soporte, "password"), {"password1": "Nueva-clave-77", "password2": "Nueva-clave-77"}
    )
    assert answer.status_code == 302
    soporte.refresh_from_db()
    assert soporte.check_password("Nueva-clave-77")
    assert soporte.must_change_password
    with pytest.raises(sessions.SessionEnded):
        sessions.renew_session(refresh_token=pair.refresh_token)
    [temporary] = SHOWN.findall(office.post(of(soporte, "password"), {"generate": "on"}).content.decode())
    soporte.refresh_from_db()
    assert soporte.check_password(temporary)


def test_a_weak_password_for_somebody_is_a_form_error(office: Client, soporte: User) -> None:
    for given in (
        {"password1": "corta", "password2": "corta"},
        {"password1": PASSWORD, "password2": "x"},
        {},
    ):
        answer = office.post(of(soporte, "password"), given)
        assert (answer.status_code, "errorlist" in answer.content.decode()) == (200, True)
    assert User.objects.get(pk=soporte.pk).check_password(PASSWORD)


def test_an_admin_changes_the_own_password_and_stays_signed_in(office: Client, admin: User) -> None:
    new = {"password1": "Nueva-clave-77", "password2": "Nueva-clave-77"}
    assert office.post(of(admin, "password"), new).status_code == 302
    admin.refresh_from_db()
    assert admin.check_password("Nueva-clave-77")
    assert not admin.must_change_password
    assert office.get(LIST).status_code == 200


def test_no_page_shows_a_hash(office: Client, soporte: User) -> None:
    for address in (LIST, of(soporte), of(soporte, "password"), of(soporte, "history")):
        assert "argon2" not in office.get(address).content.decode()


def test_soporte_only_reads(client: Client, soporte: User, student: User) -> None:
    client.force_login(soporte)
    html = client.get(LIST).content.decode()
    assert student.email in html
    assert 'name="action"' not in html
    one = client.get(of(student)).content.decode()
    assert student.email in one
    assert not re.search(r'argon2|password/|name="_save"|type="checkbox"', one)
    before = list(User.objects.order_by("pk").values())
    assert client.post(of(student), form_of(student, rol="admin")).status_code == 403
    for address in (ADD, of(student, "delete"), of(student, "password")):
        assert client.get(address).status_code == 403
        assert client.post(address, NEW | TYPED | {"post": "yes"}).status_code == 403
    for action in ("disable", "enable", "revoke", "unlock", "reset_passwords", "export", "delete_selected"):
        answer = act(client, action, student, confirmed=True)
        assert answer.status_code in {200, 302, 403}
        assert not getattr(answer, "streaming", False)
    assert list(User.objects.order_by("pk").values()) == before


def test_a_student_never_enters(client: Client, student: User) -> None:
    client.force_login(student)
    for address in (LIST, ADD, of(student), of(student, "password"), "/admin/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")


def test_an_unreadable_key_is_not_an_error(office: Client) -> None:
    for verb in ("change", "delete", "history"):
        assert office.get(f"{LIST}junk/{verb}/", follow=True).status_code == 200
    assert office.get(f"{LIST}junk/password/").status_code == 404
    assert office.get(f"{LIST}?password__startswith=argon2").status_code in {302, 400}


def test_deleting_a_person_asks_in_our_words(office: Client, student: User) -> None:
    html = office.get(of(student, "delete")).content.decode()
    for words in ("¿Eliminar persona «", "No se puede deshacer.", "Sí, eliminar", "Cancelar"):
        assert words in html
    assert "seguro" not in html

"""What people and attackers send to the sign-in family: never a 500, never somebody else's account."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from apps.accounts.models import TokenFamily, User
from tests.accounts.entering import enter, enter_by_form, use_legacy_hash, with_token
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "/api/auth/login"
BODIES: dict[str, dict[str, Any]] = {
    LOGIN: {"email": "ana@ejemplo.edu.co", "password": PASSWORD},
    "/api/auth/token": {"username": "ana@ejemplo.edu.co", "password": PASSWORD},
    "/api/admin/login": {"email": "ana@ejemplo.edu.co", "password": PASSWORD},
    "/api/auth/register": {"nombre": "Eva", "email": "eva@ejemplo.edu.co", "password": PASSWORD},
    "/api/admin/register": {"name": "Eva", "email": "eva@ejemplo.edu.co", "password": PASSWORD},
    "/api/auth/forgot-password": {"email": "ana@ejemplo.edu.co"},
    "/api/auth/reset-password": {"token": "x.y", "new_password": "Nueva-llave-91"},
    "/api/auth/change-password": {"current_password": PASSWORD, "new_password": "Nueva-llave-91"},
    "/api/admin/password-policy/check": {"password": PASSWORD},
}
REQUIRED = [(path, name) for path, body in BODIES.items() for name in body]
LOOK_ALIKES = [
    "\u0430na@ejemplo.edu.co",  # Cyrillic a
    "ana@ejemp\u217co.edu.co",  # Roman numeral fifty
    "an\uff41@ejemplo.edu.co",  # full-width a
    "ana\uff20ejemplo.edu.co",  # full-width at
    "ana@ejemplo\u3002edu.co",  # ideographic full stop
    "a\u0301na@ejemplo.edu.co",  # combining accent
    "ana\u200b@ejemplo.edu.co",  # zero width space
    "\u202eana@ejemplo.edu.co",  # right-to-left override
    "an\u00aa@ejemplo.edu.co",  # ordinal indicator
]


@pytest.fixture(autouse=True)
def _unlimited(env: Any) -> None:
    env(RATE_LIMIT_ENABLED=False)


def send(api: APIClient, path: str, body: Any, user: User | None = None) -> Any:
    headers = with_token(enter(api, user.email).json()["access_token"]) if user else {}
    return api.post(path, body, headers=headers)


@pytest.mark.engines
@pytest.mark.parametrize("email", LOOK_ALIKES)
def test_a_look_alike_is_nobody_and_cannot_register(api: APIClient, student: User, email: str) -> None:
    assert enter(api, email).status_code == 401
    response = send(api, "/api/auth/register", {"nombre": "Ana", "email": email, "password": PASSWORD})
    assert (response.status_code, response.json()["errors"][0]["code"]) == (422, "invalid_email")
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("known", "look_alike"),
    [
        ("kiko@ejemplo.edu.co", "\u212aiko@ejemplo.edu.co"),  # Kelvin sign, which lower() makes a k
        ("iris@ejemplo.edu.co", "\u0131ris@ejemplo.edu.co"),  # dotless i, which upper() makes an I
        ("iris@ejemplo.edu.co", "\u0130ris@ejemplo.edu.co"),  # dotted capital I
        ("sss@ejemplo.edu.co", "\u017fss@ejemplo.edu.co"),  # long s
    ],
)
def test_letters_that_fold_into_others_are_not_folded(
    api: APIClient,
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Any,
    known: str,
    look_alike: str,
) -> None:
    User.objects.create_user(known, PASSWORD, nombre="Kiko")
    assert enter(api, look_alike).status_code == 401
    with django_capture_on_commit_callbacks(execute=True):
        assert api.post("/api/auth/forgot-password", {"email": look_alike}).status_code == 200
    assert mailoutbox == []
    assert not TokenFamily.objects.exists()
    assert enter(api, known).status_code == 200


@pytest.mark.parametrize("email", ["ANA@EJEMPLO.EDU.CO", "  ana@ejemplo.edu.co", "Ana@Ejemplo.edu.co\t\n"])
def test_case_and_spaces_around_an_e_mail_do_not_matter(api: APIClient, student: User, email: str) -> None:
    assert enter(api, email).status_code == 200
    assert enter_by_form(api, email).status_code == 200


@pytest.mark.parametrize(
    "email", ["an a@ejemplo.edu.co", "ana@ejemplo.edu.co,jefe@ejemplo.edu.co", "%", "*", "' OR 1=1 --"]
)
def test_spaces_within_wildcards_and_lists_match_nobody(api: APIClient, student: User, email: str) -> None:
    assert enter(api, email).status_code == 401


def test_spaces_of_a_password_are_part_of_it(api: APIClient, student: User) -> None:
    assert enter(api, student.email, f" {PASSWORD}").status_code == 401
    assert enter(api, student.email, f"{PASSWORD} ").status_code == 401


@pytest.mark.parametrize("length", [4096, 4097, 10_000])
@pytest.mark.parametrize("kind", ["argon2", "bcrypt", "unknown"])
@pytest.mark.parametrize("letter", ["x", "ñ", "🔑"])
def test_long_passwords_are_wrong_and_longer_ones_are_422(
    api: APIClient, student: User, length: int, kind: str, letter: str
) -> None:
    if kind == "bcrypt":
        use_legacy_hash(student)
    email = "nadie@ejemplo.edu.co" if kind == "unknown" else student.email
    for response in (
        enter(api, email, letter * length),
        enter(api, email, letter * length, path="/api/admin/login"),
        enter_by_form(api, email, letter * length),
    ):
        assert response.status_code == (401 if length <= 4096 else 422)


def test_an_old_hash_knows_72_bytes_and_a_renewed_one_the_whole_password(
    api: APIClient, student: User
) -> None:
    long = "Ñ-clave-1" * 12
    use_legacy_hash(student, long)
    assert enter(api, student.email, long).status_code == 200
    assert enter(api, student.email, long[:50]).status_code == 401


def test_a_long_new_password_is_refused_by_the_policy(api: APIClient, student: User) -> None:
    for length in (129, 4000, 10_000):
        new = {"current_password": PASSWORD, "new_password": "Aa1-" + "x" * length}
        assert send(api, "/api/auth/change-password", new, student).status_code == 422


@pytest.mark.parametrize(("path", "name"), REQUIRED)
@pytest.mark.parametrize(
    "value", [..., None, 5, 1.5, True, [], ["x"], {}, {"$ne": ""}, {"$gt": ""}], ids=lambda v: repr(v)
)
def test_a_missing_field_or_one_of_another_kind_is_422(
    api: APIClient, student: User, path: str, name: str, value: Any
) -> None:
    body = {**BODIES[path], name: value}
    if value is ...:
        del body[name]
    user = student if path.endswith("change-password") else None
    count = User.objects.count()
    response = send(api, path, body, user)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] in {name, "nombre"}
    assert User.objects.count() == count


RAW = [
    b"",
    b"{",
    b"[]",
    b"[1]",
    b"null",
    b'"x"',
    b"5",
    b"true",
    b'{"email": "\\ud800", "password": "x"}',
    b"\xff\xfe",
]
RAW += [
    b'{"email": "a\\u0000@x.co", "password": "x"}',
    b'{"email": "a", "email": "b", "password": "x"}',
    b"[" * 9999,
]


@pytest.mark.parametrize("path", [*BODIES, "/api/auth/refresh", "/api/auth/refresh-token"])
@pytest.mark.parametrize("raw", RAW, ids=lambda raw: raw[:24])
def test_malformed_bodies_are_422(api: APIClient, student: User, bearer: Any, path: str, raw: bytes) -> None:
    response = api.generic("POST", path, raw, content_type="application/json", headers=bearer(student))
    expected = {401} if not raw and "refresh" in path else {422}
    assert response.status_code in expected
    assert response["Content-Type"] == "application/json"


FORMS = {
    "no boundary": ("multipart/form-data", b"x"),
    "bad boundary": ("multipart/form-data; boundary=\xff", b"x"),
    "cut": (
        "multipart/form-data; boundary=b",
        b"--b\r\nContent-Disposition: form-data; name=username\r\n\r\na",
    ),
    "many fields": ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(2000))),
    "not utf-8": ("application/x-www-form-urlencoded", b"username=%ff%fe&password=%00"),
    "odd charset": ("application/x-www-form-urlencoded; charset=base64", b"username=a&password="),
    "list": ("application/x-www-form-urlencoded", b"username[]=a&password[]=b"),
    "empty": ("application/x-www-form-urlencoded", b""),
    "empty multipart": ("multipart/form-data; boundary=b", b"--b--\r\n"),
}


@pytest.mark.parametrize(("kind", "raw"), FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize("path", ["/api/auth/token", "/api/auth/oauth2/token"])
def test_malformed_forms_are_422(api: APIClient, path: str, kind: str, raw: bytes) -> None:
    response = api.generic("POST", path, raw, content_type=kind)
    assert response.status_code == 422
    assert response.json()["detail"]


def test_a_file_in_a_form_is_no_password_and_a_huge_form_is_413(api: APIClient, student: User) -> None:
    form = {"username": student.email, "password": SimpleUploadedFile("p.txt", PASSWORD.encode())}
    assert api.post("/api/auth/token", form, format="multipart").status_code == 422
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=b"):
        raw = b"username=" + b"x" * 1_100_000
        assert api.generic("POST", "/api/auth/token", raw, content_type=kind).status_code == 413


@pytest.mark.parametrize("path", [LOGIN, "/api/auth/register", "/api/auth/refresh"])
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"]
)
def test_only_oauth2_paths_take_forms(api: APIClient, path: str, kind: str) -> None:
    assert api.generic("POST", path, b"email=a&password=b", content_type=kind).status_code == 415


def test_a_login_body_cannot_change_the_account(api: APIClient, student: User) -> None:
    extra = {"rol": "admin", "role": "admin", "is_superuser": True, "is_staff": True, "id": "x", "_id": "x"}
    more = {"email_verified": False, "is_active": False, "nombre": "Otra", "user": {"rol": "admin"}}
    for path in (LOGIN, "/api/auth/token"):
        response = send(api, path, {**BODIES[LOGIN], **extra, **more})
        assert (response.status_code, response.json()["user"]["rol"]) == (200, "usuario")
    user = User.objects.get()
    assert (user.rol, user.is_active, user.email_verified, user.nombre) == (
        "usuario",
        True,
        True,
        "Ana Rojas",
    )

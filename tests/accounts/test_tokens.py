"""Whose Bearer counts, and whose is as good as none."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts import callers
from apps.accounts.models import RevokedToken, User
from apps.accounts.services.tokens import issue_access_token
from tests.accounts.signing import AUDIENCE, ISSUER, caller, claims, signed
from tests.keys import EC_KEY, EC_PUBLIC_PEM, OTHER_RSA_KEY, RSA_KEY, RSA_PUBLIC_PEM

pytestmark = pytest.mark.django_db


def test_an_own_token_tells_who_is_calling(student: User) -> None:
    found = caller(issue_access_token(user=student))
    assert found.user == student
    assert found.claims() == {
        "sub": str(student.pk),
        "email": "ana@ejemplo.edu.co",
        "rol": "usuario",
        "nombre": "Ana Rojas",
    }


def test_an_own_token_holds_the_contracts_claims_and_nothing_else(student: User) -> None:
    decoded = jwt.decode(issue_access_token(user=student), settings.SECRET_KEY, algorithms=["HS256"])
    assert set(decoded) == {"sub", "email", "nombre", "rol", "typ", "token_type", "jti", "iat", "exp"}
    assert decoded["exp"] - int(decoded["iat"]) == 3600


def test_the_role_is_read_from_the_database(student: User) -> None:
    token = issue_access_token(user=student)
    User.objects.update(rol="admin")
    assert caller(token).role == "admin"
    User.objects.update(rol="usuario")
    assert caller(token).role == "usuario"


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"tokens_valid_after": timezone.now() + timedelta(hours=1)}]
)
def test_disabled_people_and_ended_sessions_count_as_no_token(student: User, change: dict[str, Any]) -> None:
    token = issue_access_token(user=student)
    User.objects.update(**change)
    assert caller(token) == callers.ANONYMOUS


def test_a_revoked_token_counts_as_no_token(student: User) -> None:
    token = issue_access_token(user=student)
    jti = jwt.decode(token, options={"verify_signature": False})["jti"]
    RevokedToken.objects.create(jti=jti, expires_at=timezone.now() + timedelta(hours=1))
    assert caller(token) == callers.ANONYMOUS


def test_a_deleted_person_counts_as_no_token(student: User) -> None:
    token = issue_access_token(user=student)
    student.delete()
    assert caller(token) == callers.ANONYMOUS


JUNK = ["", "guest-ab12cd34", "[object Object]", "undefined", "a.b.c", "é.ñ.ü", "x" * 9000, "\x00", "null"]


@pytest.mark.parametrize("token", JUNK)
def test_junk_is_no_bearer(token: str) -> None:
    assert caller(token) == callers.ANONYMOUS


@pytest.mark.parametrize("scheme", ["Basic", "", "Token"])
def test_another_scheme_is_no_bearer(student: User, scheme: str) -> None:
    assert caller(issue_access_token(user=student), scheme) == callers.ANONYMOUS


def test_the_scheme_is_case_insensitive(student: User) -> None:
    assert caller(issue_access_token(user=student), "bearer").is_known


BAD = {
    "expired": {"exp": int(time.time()) - 5},
    "without exp": {"exp": None},
    "without sub": {"sub": None},
    "empty sub": {"sub": " "},
    "number as sub": {"sub": 7},
    "refresh": {"token_type": "refresh"},
    "refresh by typ": {"typ": "refresh"},
    "from the future": {"iat": int(time.time()) + 900},
    "text as exp": {"exp": "mañana"},
    "endless exp": {"exp": float("inf")},
    "odd iat": {"iat": -1e20},
}


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD.keys())
def test_a_token_that_is_not_a_good_access_token_is_refused(changes: dict[str, Any]) -> None:
    assert caller(signed(**changes)) == callers.ANONYMOUS or ("iat" in changes and changes["iat"] < 0)


def test_an_unreadable_iat_of_a_known_person_is_refused(student: User) -> None:
    assert caller(signed(sub=str(student.pk), iat=-1e20)) == callers.ANONYMOUS


def test_alg_none_and_a_foreign_secret_are_refused(student: User) -> None:
    assert caller(jwt.encode(claims(), None, algorithm="none")) == callers.ANONYMOUS
    assert caller(signed(key="another-secret-of-more-than-32-bytes!")) == callers.ANONYMOUS


def test_leeway_is_honoured(env: Any) -> None:
    late = signed(exp=int(time.time()) - 5)
    assert not caller(late).is_known
    env(JWT_LEEWAY_SECONDS=30)
    assert caller(late).is_known


def test_a_platform_that_shares_the_secret_is_believed_but_opens_no_staff_door() -> None:
    found = caller(signed(rol="admin", nombre="Ana", is_superuser=True))
    assert found.claims() == {
        "sub": "aprendiz-7",
        "email": "ana@ejemplo.edu.co",
        "rol": "usuario",
        "nombre": "Ana",
    }


@pytest.mark.parametrize(
    "changes", [{"iss": "https://evil.example"}, {"aud": "otro"}, {"iss": None}, {"aud": None}]
)
def test_issuer_and_audience_are_asked_for(outside: Callable[..., None], changes: dict[str, Any]) -> None:
    outside(JWT_PUBLIC_KEY=RSA_PUBLIC_PEM)
    good = {"iss": ISSUER, "aud": AUDIENCE}
    assert caller(signed(RSA_KEY, "RS256", **good)).sub == "aprendiz-7"
    assert caller(signed(RSA_KEY, "RS256", **{**good, **changes})) == callers.ANONYMOUS


def test_with_hs256_issuer_and_audience_hold_for_own_tokens_too(env: Any, student: User) -> None:
    env(JWT_ISSUER=ISSUER, JWT_AUDIENCE=AUDIENCE)
    assert caller(issue_access_token(user=student)).user == student
    assert not caller(signed(iss=ISSUER, aud="otro")).is_known
    assert not caller(signed()).is_known


def test_an_outside_provider_leaves_own_tokens_working(outside: Callable[..., None], student: User) -> None:
    outside(JWT_PUBLIC_KEY=RSA_PUBLIC_PEM)
    assert caller(issue_access_token(user=student)).user == student


def test_es256_by_pem(outside: Callable[..., None]) -> None:
    outside(JWT_ALGORITHM="ES256", JWT_PUBLIC_KEY=EC_PUBLIC_PEM.replace("\n", "\\n"))
    good = {"iss": ISSUER, "aud": AUDIENCE}
    assert caller(signed(EC_KEY, "ES256", **good)).is_known
    assert not caller(signed(RSA_KEY, "RS256", **good)).is_known


def test_another_key_is_refused(outside: Callable[..., None]) -> None:
    outside(JWT_PUBLIC_KEY=RSA_PUBLIC_PEM)
    assert not caller(signed(OTHER_RSA_KEY, "RS256", iss=ISSUER, aud=AUDIENCE)).is_known


def test_a_public_key_is_never_an_hmac_secret(outside: Callable[..., None]) -> None:
    import base64
    import hashlib
    import hmac
    import json

    outside(JWT_PUBLIC_KEY=RSA_PUBLIC_PEM)
    parts = [{"alg": "HS256"}, claims(iss=ISSUER, aud=AUDIENCE)]
    body = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    forged = hmac.new(RSA_PUBLIC_PEM.encode(), body, hashlib.sha256).digest()
    token = body + b"." + base64.urlsafe_b64encode(forged).rstrip(b"=")
    assert not caller(token.decode()).is_known


def test_an_outside_student_is_linked_by_a_verified_email_and_disabled_with_the_account(
    outside: Callable[..., None], student: User
) -> None:
    outside(JWT_PUBLIC_KEY=RSA_PUBLIC_PEM)
    good = {"iss": ISSUER, "aud": AUDIENCE, "email": "ANA@ejemplo.edu.co"}
    found = caller(signed(RSA_KEY, "RS256", **good))
    assert (found.user, found.role, found.sub) == (student, "usuario", "aprendiz-7")
    assert caller(signed(RSA_KEY, "RS256", **good, email_verified=False)).user is None
    User.objects.update(is_active=False)
    assert caller(signed(RSA_KEY, "RS256", **good)) == callers.ANONYMOUS


@pytest.mark.parametrize("rol", ["admin", "soporte"])
def test_an_outside_token_is_never_a_member_of_staff(
    outside: Callable[..., None], student: User, rol: str
) -> None:
    outside(JWT_PUBLIC_KEY=RSA_PUBLIC_PEM)
    User.objects.update(rol=rol)
    found = caller(signed(RSA_KEY, "RS256", iss=ISSUER, aud=AUDIENCE, email=student.email, rol="admin"))
    assert (found.user, found.role) == (None, "usuario")


@pytest.mark.parametrize("typ", ["Bearer", "at+jwt", "access"])
def test_what_providers_call_an_access_token_is_one(outside: Callable[..., None], typ: str) -> None:
    outside(JWT_PUBLIC_KEY=RSA_PUBLIC_PEM)
    good = {"iss": ISSUER, "aud": AUDIENCE}
    assert caller(signed(RSA_KEY, "RS256", **good, typ=typ)).is_known
    for other in ("ID", "Refresh", "Logout"):
        assert not caller(signed(RSA_KEY, "RS256", **good, typ=other)).is_known


def test_with_a_provider_the_own_secret_signs_for_own_people_alone(outside: Callable[..., None]) -> None:
    outside(JWT_PUBLIC_KEY=RSA_PUBLIC_PEM)
    assert not caller(signed()).is_known


def test_a_valid_outside_token_passes_protected_paths(outside: Callable[..., None], rf: Any) -> None:
    outside(JWT_PUBLIC_KEY=RSA_PUBLIC_PEM)

    class Protected(APIView):
        def get(self, request: Request) -> Response:
            return Response({"sub": request.user.sub})

    def get(token: str) -> Any:
        request = rf.get("/", HTTP_AUTHORIZATION=f"Bearer {token}")
        return Protected.as_view()(request)

    assert get(signed(RSA_KEY, "RS256", iss=ISSUER, aud=AUDIENCE)).data == {"sub": "aprendiz-7"}
    refused = get("guest-ab12cd34")
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("demo_mode", "debug", "is_known"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_the_demo_token_needs_demo_mode_and_debug(
    env: Any, settings: Any, demo_mode: bool, debug: bool, is_known: bool
) -> None:
    env(DEMO_MODE=demo_mode)
    settings.DEBUG = debug
    assert caller(callers.DEMO_TOKEN).is_known is is_known

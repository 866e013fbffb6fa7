"""The invented institution: made once, the same every time, and removed without a trace."""

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import Certificate, StudentRecord, Tutor, User, UserSettings
from apps.accounts.services import demo
from apps.accounts.services.demo_parts import PARTS, DemoPart, register
from apps.accounts.services.tokens import issue_access_token

pytestmark = pytest.mark.django_db
MODELS = (User, StudentRecord, Tutor, Certificate)


def run(*args: str) -> str:
    out = StringIO()
    call_command("seed_demo", *args, stdout=out, no_color=True)
    return out.getvalue()


def rows() -> list[Any]:
    return [sorted(str(pk) for pk in model._default_manager.values_list("pk", flat=True)) for model in MODELS]


def test_an_institution_is_made_with_one_password_shown_once() -> None:
    said = run()
    password = said.strip().rsplit(": ", 1)[1]
    assert [len(keys) for keys in rows()] == [42, 40, 5, 32]
    assert set(User.objects.values_list("rol", flat=True)) == {"usuario", "soporte"}
    assert len(set(User.objects.values_list("password", flat=True))) == 1
    for email in (line.rsplit(": ", 1)[1] for line in said.splitlines() if line.startswith("Entra")):
        assert User.objects.get(email=email).check_password(password)
    for row in (*StudentRecord.objects.all(), *Tutor.objects.all(), *Certificate.objects.all()):
        row.full_clean()


def test_a_second_time_adds_nothing_and_keeps_the_password() -> None:
    run("--password", "Clave-segura-42")
    before = (rows(), set(User.objects.values_list("password", flat=True)))
    said = run()
    assert "La contraseña es la de antes" in said
    assert "Clave-segura-42" not in said
    assert (rows(), set(User.objects.values_list("password", flat=True))) == before


def test_a_student_of_it_reads_the_own_data(api: APIClient) -> None:
    run("--password", "Clave-segura-42")
    certificate = Certificate.objects.filter(student__tutor__isnull=False).first()
    assert certificate is not None
    user = User.objects.get(email=certificate.student.email)
    headers = {"Authorization": f"Bearer {issue_access_token(user=user)}"}
    for path in ("/api/estado-estudiante", "/api/tutor", "/api/certificados"):
        assert api.get(path, headers=headers).status_code == 200


def test_only_what_is_missing_comes_back_with_a_new_password_for_all() -> None:
    run("--password", "Clave-segura-42")
    before = rows()
    User.objects.filter(rol="soporte").delete()
    password = run().strip().rsplit(": ", 1)[1]
    assert rows() == before
    assert all(user.check_password(password) for user in User.objects.all()[:3])


def test_clear_removes_exactly_what_was_made(student: User, admin: User) -> None:
    """Also what hangs on it; a real person's rows stay, even under a planned e-mail."""
    planned = demo.planned_students()
    real = StudentRecord.objects.create(email=planned[0].email, nombre="Real", programa="P")
    tutor = Tutor.objects.create(nombre="Real", email=demo.planned_tutors()[0].email)
    mine = User.objects.create_user(planned[1].email, None, nombre="Mía")
    run()
    assert StudentRecord.objects.get(email=planned[0].email).nombre == "Real"
    assert not Certificate.objects.filter(student=real).exists()
    assert not mine.has_usable_password()
    demo_user = User.objects.exclude(pk__in=[student.pk, admin.pk, mine.pk]).first()
    UserSettings.objects.create(subject=str(demo_user.pk))  # type: ignore[union-attr]
    UserSettings.objects.create(subject=str(student.pk))
    run("--clear")
    assert {user.pk for user in User.objects.all()} == {student.pk, admin.pk, mine.pk}
    assert (list(StudentRecord.objects.all()), list(Tutor.objects.all())) == ([real], [tutor])
    assert UserSettings.objects.get().pk == str(student.pk)
    assert not Certificate.objects.exists()
    assert "0 cuentas borradas" in run("--clear")


def test_the_same_people_every_time() -> None:
    run()
    first = rows()
    run("--clear")
    run()
    assert rows() == first
    assert len({row.email for row in demo.planned_students()}) == 40


def test_what_was_done_is_told_in_words() -> None:
    assert run().splitlines()[:4] == [
        "5 tutores creados",
        "40 registros de estudiantes creados",
        "32 certificados creados",
        "42 cuentas creadas",
    ]
    assert run("--clear") == (
        "42 cuentas borradas\n32 certificados borrados\n40 registros de estudiantes borrados\n"
        "5 tutores borrados\n"
    )
    part = next(part for part in PARTS if part.is_feminine)
    assert part.counted(1, "cread") == "1 cuenta creada"


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2026, 1, 1), date(2031, 8, 17)])
def test_nothing_has_happened_that_lies_ahead(monkeypatch: pytest.MonkeyPatch, today: date) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: today)
    over = {"certificado", "por_certificar", "retirado"}
    for student in demo.planned_students():
        assert student.fecha_inicio is not None
        assert student.fecha_fin is not None
        assert student.fecha_inicio < today
        assert (student.fecha_fin < today) == (student.estado in over)
    for certificate in demo.planned_certificates():
        begins = certificate.student.fecha_inicio
        assert certificate.fecha_emision < today
        assert begins is not None
        assert certificate.tipo == "complementaria" or certificate.fecha_emision >= begins


def test_a_second_time_on_another_day_adds_nothing_and_clear_finds_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run()
    before = (rows(), list(StudentRecord.objects.order_by("pk").values()))
    monkeypatch.setattr(timezone, "localdate", lambda: date.today() + timedelta(days=100))
    assert "0 certificados creados" in run()
    assert (rows(), list(StudentRecord.objects.order_by("pk").values())) == before
    run("--clear")
    assert rows() == [[], [], [], []]


def test_a_weak_password_is_refused_in_one_line_and_makes_nothing() -> None:
    with pytest.raises(CommandError) as caught:
        run("--password", "corta")
    assert "\n" not in str(caught.value)
    assert not User.objects.exists()


@pytest.mark.parametrize("args", [(), ("--clear",), ("--password", "Clave-segura-42")])
def test_production_gets_no_demonstration(settings: Any, args: tuple[str, ...]) -> None:
    settings.IS_PROD = True
    with pytest.raises(CommandError, match="producción"):
        run(*args)
    assert not User.objects.exists()


def test_other_apps_add_parts_that_are_cleared_first() -> None:
    seen: list[str] = []
    part = DemoPart("turno", "turnos", lambda: seen.append("make") or 1, lambda: seen.append("clear") or 3)
    register(part)
    try:
        assert "1 turno creado" in run()
        assert run("--clear").splitlines()[0] == "3 turnos borrados"
    finally:
        PARTS.remove(part)
    assert seen == ["make", "clear"]

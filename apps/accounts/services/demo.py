"""A small believable institution to show and to try things with.

It is made of parts; other apps add theirs in a module `demo` (demo_parts.register). A part's rows have keys
that follow from their content, so that they are made once, found again, and removed without a list.
"""

import random
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from apps.accounts.models import Certificate, StudentRecord, StudentState, Tutor, User, UserSettings
from apps.accounts.roles import Role
from apps.accounts.services import demo_data
from apps.accounts.services.demo_parts import PARTS, DemoPart, Progress, add_missing, key, register, remove
from apps.accounts.services.passwords import check_policy
from apps.accounts.services.people import random_password

SEED = 20260101
STUDENTS = 40
STATES = {
    StudentState.EN_FORMACION: 14,
    StudentState.ETAPA_PRODUCTIVA: 6,
    StudentState.MATRICULADO: 5,
    StudentState.POR_CERTIFICAR: 4,
    StudentState.CERTIFICADO: 5,
    StudentState.APLAZADO: 2,
    StudentState.CONDICIONADO: 2,
    StudentState.RETIRADO: 2,
}
PROGRAMME_DAYS = 540
STARTED_DAYS_AGO = {
    StudentState.EN_FORMACION: (70, 340),
    StudentState.ETAPA_PRODUCTIVA: (370, 500),
    StudentState.MATRICULADO: (5, 40),
    StudentState.POR_CERTIFICAR: (550, 600),
    StudentState.CERTIFICADO: (600, 1000),
    StudentState.APLAZADO: (150, 340),
    StudentState.CONDICIONADO: (70, 340),
    StudentState.RETIRADO: (600, 1000),
}
"""Nothing has happened yet that lies ahead: only programmes that go on end in the future."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """`password` is set when it is new: show it once."""

    password: str | None
    student: str
    soporte: str


def seed(*, password: str | None = None, progress: Progress, options: Collection[str] = ()) -> Seeded:
    """Makes what is missing. A password is set for all demonstration accounts when one is given, or when
    there are new accounts. Raises Invalid against the policy.
    """
    if password is not None:
        check_policy(password)
    for part in PARTS:
        if not part.option or part.option in options:
            progress(part, part.make())
    users = User.objects.filter(pk__in=[user.pk for user in planned_users()])
    if password is None and users.filter(password="").exists():
        password = random_password()
    if password is not None:
        users.update(password=make_password(password), must_change_password=False)
    of_role = {user.rol: user.email for user in reversed(planned_users())}
    return Seeded(password, of_role[Role.USUARIO], of_role[Role.SOPORTE])


def clear(*, progress: Progress) -> None:
    """Removes exactly what seed() makes, last part first."""
    for part in reversed(PARTS):
        count = part.clear()
        if count or not part.option:
            progress(part, count)


def mailbox(nombre: str) -> str:
    """`Lucía Ríos` → `lucia.rios@ejemplo.edu.co`."""
    plain = unicodedata.normalize("NFKD", nombre.lower()).encode("ascii", "ignore").decode()
    words = plain.split()
    return f"{words[0]}.{words[-1]}@{demo_data.DOMAIN}"


def planned_tutors() -> list[Tutor]:
    return [
        Tutor(
            pk=key("tutor", nombre),
            nombre=nombre,
            email=mailbox(nombre),
            telefono=f"601 555 01{n:02d}",
            horario=hours,
        )
        for n, (nombre, hours) in enumerate(
            zip(demo_data.TUTORS, demo_data.TUTOR_HOURS, strict=True), start=1
        )
    ]


def planned_students() -> list[StudentRecord]:
    """The same people every time; their dates are counted from today."""
    rng, tutors = random.Random(SEED), planned_tutors()
    states = [state for state, count in STATES.items() for _n in range(count)]
    return [
        _student(rng, nombre, state, tutors[n % len(tutors)] if state != StudentState.MATRICULADO else None)
        for n, (nombre, state) in enumerate(zip(_names(rng), states, strict=True))
    ]


def _names(rng: random.Random) -> list[str]:
    found: dict[str, str] = {}
    while len(found) < STUDENTS:
        given, first, second = rng.choice(demo_data.GIVEN_NAMES), *rng.sample(demo_data.SURNAMES, 2)
        nombre = f"{given} {first} {second}"
        found.setdefault(mailbox(nombre), nombre)
    return list(found.values())


def _student(rng: random.Random, nombre: str, state: StudentState, tutor: Tutor | None) -> StudentRecord:
    programme = rng.choice(demo_data.PROGRAMMES)
    begins = timezone.localdate() - timedelta(days=rng.randint(*STARTED_DAYS_AGO[state]))
    begins -= timedelta(days=begins.weekday())
    return StudentRecord(
        pk=key("student", mailbox(nombre)),
        email=mailbox(nombre),
        documento=str(rng.randint(1_000_000_000, 1_199_999_999)),
        nombre=nombre,
        estado=state,
        programa=programme.nombre,
        ficha=str(programme.ficha + rng.randint(1, 12)),
        modalidad=programme.modalidad,
        jornada=programme.jornada,
        fecha_inicio=begins,
        fecha_fin=begins + timedelta(days=PROGRAMME_DAYS),
        tutor=tutor,
    )


def planned_certificates() -> list[Certificate]:
    """A degree for who is certified, a proof of study for a third, a short course for some."""
    return [
        Certificate(
            pk=key("certificate", student.email, tipo, programa),
            student=student,
            tipo=tipo,
            programa=programa,
            fecha_emision=day,
            url=f"https://certificados.{demo_data.DOMAIN}/{key('url', student.email, tipo).hex[:12]}",
        )
        for n, student in enumerate(planned_students())
        for tipo, programa, day in _documents(n, student)
    ]


def _documents(n: int, student: StudentRecord) -> Iterator[tuple[str, str, date]]:
    """Which ones does not depend on the day: a later run finds them again."""
    begins, ends = student.fecha_inicio, student.fecha_fin
    if begins is None or ends is None:
        return
    if student.estado == StudentState.CERTIFICADO:
        yield "titulo", student.programa, ends + timedelta(days=30)
        yield "acta", student.programa, ends + timedelta(days=30)
    if n % 3 == 0:
        yesterday = timezone.localdate() - timedelta(days=1)
        yield "estudio", student.programa, min(begins + timedelta(days=60), yesterday)
    if n % 5 == 0:
        course = demo_data.SHORT_COURSES[n // 5 % len(demo_data.SHORT_COURSES)]
        yield "complementaria", course, begins - timedelta(days=90)


def planned_users() -> list[User]:
    """Accounts of the students and of two people of support; nobody who administers."""
    people = [(student.nombre, Role.USUARIO) for student in planned_students()]
    people += [(nombre, Role.SOPORTE) for nombre in demo_data.SUPPORT]
    return [
        User(pk=key("user", mailbox(nombre)), email=mailbox(nombre), nombre=nombre, rol=rol, password="")
        for nombre, rol in people
    ]


def _make_students() -> int:
    """A tutor or a student whose e-mail a real row has is not made: nothing may point at them."""
    students, tutors = planned_students(), set(Tutor.objects.values_list("pk", flat=True))
    for student in students:
        student.tutor_id = student.tutor_id if student.tutor_id in tutors else None
    return add_missing(students)


def _make_certificates() -> int:
    students = set(StudentRecord.objects.values_list("pk", flat=True))
    return add_missing([row for row in planned_certificates() if row.student_id in students])


def _remove_users() -> int:
    users = planned_users()
    UserSettings.objects.filter(pk__in=[str(user.pk) for user in users]).delete()
    return remove(users)


register(
    DemoPart("tutor", "tutores", lambda: add_missing(planned_tutors()), lambda: remove(planned_tutors()))
)
register(
    DemoPart(
        "registro de estudiante",
        "registros de estudiantes",
        _make_students,
        lambda: remove(planned_students()),
    )
)
register(DemoPart("certificado", "certificados", _make_certificates, lambda: remove(planned_certificates())))
register(DemoPart("cuenta", "cuentas", lambda: add_missing(planned_users()), _remove_users, is_feminine=True))

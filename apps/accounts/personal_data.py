"""What accounts keep of a person."""

from collections.abc import Iterator
from typing import Any

from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Certificate, StudentRecord, User, UserSettings
from apps.accounts.services import people
from apps.core import audit
from apps.core.db import atomic
from apps.core.personal_data import ERASED, Counts, Part, Person, exempt, gone, register


def _by_email(model: type[Any], person: Person, field: str = "email") -> QuerySet[Any]:
    """None of them for who is asked about by a sender alone."""
    rows: QuerySet[Any] = model._default_manager.all()
    return rows.filter(**{field: person.email}) if person.email else rows.none()


def _accounts(person: Person) -> QuerySet[User]:
    return _by_email(User, person)


def _find(person: Person) -> Person:
    """An account is theirs when its e-mail is confirmed; of an unconfirmed one the row alone names them."""
    keys = list(_accounts(person).filter(email_verified=True).values_list("pk", flat=True))
    return person.also(users=keys, subjects=map(str, keys))


def _erase_accounts(person: Person) -> Iterator[Counts]:
    """Not written down with its values: the receipt says that there was one."""
    for user in _accounts(person):
        with audit.silence():
            people.delete_person(user=user)
        yield {"accounts": 1}


def _check_accounts(person: Person) -> None:
    for user in _accounts(person):
        people.check_deletable(user=user)


def _export_accounts(person: Person) -> list[dict[str, Any]]:
    columns = ("id", "email", "nombre", "rol", "is_active", "email_verified", "created_at", "last_login")
    sessions = ("started_at", "rotated_at", "ip", "user_agent")
    return [
        {
            **{name: getattr(user, name) for name in columns},
            "sessions": list(user.token_families.values(*sessions)),
        }
        for user in _accounts(person)
    ]


def _records(person: Person) -> QuerySet[StudentRecord]:
    return _by_email(StudentRecord, person)


def _erase_records(person: Person) -> Iterator[Counts]:
    for record in _records(person):
        with audit.silence(), atomic():
            deleted = record.delete()[1]
        yield {"student_records": 1, "certificates": deleted.get(Certificate._meta.label, 0)}


def _export_records(person: Person) -> list[dict[str, Any]]:
    columns = ("email", "documento", "nombre", "estado", "programa", "ficha", "modalidad", "jornada")
    papers = ("tipo", "programa", "nombre", "fecha_emision", "url")
    return [
        {
            **{name: getattr(record, name) for name in (*columns, "fecha_inicio", "fecha_fin")},
            "tutor": record.tutor.nombre if record.tutor else None,
            "certificados": list(record.certificates.values(*papers)),
        }
        for record in _records(person).select_related("tutor")
    ]


def _settings(person: Person) -> QuerySet[UserSettings]:
    return UserSettings.objects.filter(pk__in=person.subjects)


def _attempts(person: Person) -> QuerySet[AccessAttempt]:
    return _by_email(AccessAttempt, person, "username")


def _histories(person: Person) -> QuerySet[LogEntry]:
    """Django admin's own lines on their account, and those that name them or a conversation of theirs."""
    kind = ContentType.objects.get_for_model(User)
    theirs = Q(content_type=kind, object_id__in=[str(key) for key in person.users])
    named = Q(object_repr__icontains=person.email) if person.email else Q(pk__in=[])
    named |= Q(object_repr__in=person.senders)
    return LogEntry.objects.filter(theirs | named).exclude(object_repr=ERASED)


def _erase_histories(person: Person) -> Iterator[Counts]:
    keys = list(_histories(person).values_list("pk", flat=True))
    if count := LogEntry.objects.filter(pk__in=keys).update(object_repr=ERASED):
        yield {"history_lines": count}


register(
    Part(
        "account",
        _("cuenta"),
        ("accounts.User", "accounts.TokenFamily"),
        lambda person: _accounts(person).count(),
        _erase_accounts,
        _export_accounts,
        _find,
        _check_accounts,
        place=90,
        of_account=True,
    )
)
register(
    Part(
        "student_record",
        _("registro de estudiante, con sus certificados"),
        ("accounts.StudentRecord", "accounts.Certificate"),
        lambda person: _records(person).count(),
        _erase_records,
        _export_records,
        place=80,
        of_account=True,
    )
)
register(
    Part(
        "history_lines",
        _("líneas del histórico"),
        ("admin.LogEntry",),
        lambda person: _histories(person).count(),
        _erase_histories,
        place=70,
    )
)
register(
    Part(
        "preferences",
        _("preferencias"),
        ("accounts.UserSettings",),
        lambda person: _settings(person).count(),
        lambda person: gone("preferences", _settings(person)),
        lambda person: list(_settings(person).values("language", "theme", "font_scale", "high_contrast")),
    )
)
register(
    Part(
        "login_attempts",
        _("intentos de ingreso"),
        ("axes.AccessAttempt",),
        lambda person: _attempts(person).count(),
        lambda person: gone("login_attempts", _attempts(person)),
        lambda person: list(_attempts(person).values("attempt_time", "ip_address")),
    )
)
exempt(
    {
        "accounts.Tutor": "staff of the institution, imported by it",
        "accounts.RevokedToken": "random ids of tokens, gone when these expire",
        "sessions.Session": "signed, names an account by its key alone, void with it; purged hourly",
        "otp_totp.TOTPDevice": "goes with the account",
        "otp_static.StaticDevice": "goes with the account",
        "otp_static.StaticToken": "goes with the account",
        "axes.AccessLog": "switched off",
        "axes.AccessFailureLog": "switched off",
        "auth.Group": "unused: roles are the product's own",
        "auth.Permission": "names of permissions",
        "contenttypes.ContentType": "names of tables",
    }
)

"""What the institution keeps about a student: state, tutor, certificates. Found by e-mail."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models.people import normalise_email
from apps.accounts.validators import validate_mailbox
from apps.core.fields import UUIDModel


class MailboxField(models.EmailField):
    """An e-mail in its one spelling, wherever it comes from and whatever it is compared with."""

    default_validators = [validate_mailbox]

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return normalise_email(text) if isinstance(text, str) else text

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))


class StudentState(models.TextChoices):
    MATRICULADO = "matriculado", _("Matriculado")
    EN_FORMACION = "en_formacion", _("En formación")
    ETAPA_PRODUCTIVA = "etapa_productiva", _("En etapa productiva")
    CONDICIONADO = "condicionado", _("Condicionado")
    APLAZADO = "aplazado", _("Aplazado")
    TRASLADADO = "trasladado", _("Trasladado")
    POR_CERTIFICAR = "por_certificar", _("Por certificar")
    CERTIFICADO = "certificado", _("Certificado")
    RETIRADO = "retirado", _("Retirado")
    CANCELADO = "cancelado", _("Cancelado")


class CertificateKind(models.TextChoices):
    TITULO = "titulo", _("Título")
    ACTA = "acta", _("Acta de grado")
    NOTAS = "notas", _("Certificado de notas")
    ESTUDIO = "estudio", _("Constancia de estudio")
    COMPLEMENTARIA = "complementaria", _("Formación complementaria")
    COMPETENCIAS = "competencias", _("Competencias laborales")
    OTRO = "otro", _("Otro")


class Tutor(UUIDModel):
    """Who guides students; needs no account here."""

    nombre = models.CharField(_("nombre"), max_length=150)
    email = MailboxField(_("correo"), unique=True)
    telefono = models.CharField(_("teléfono"), max_length=40, blank=True)
    horario = models.CharField(_("horario de atención"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("tutor")
        verbose_name_plural = _("tutores")
        ordering = ("nombre", "id")
        indexes = (models.Index(fields=["email"], name="tutor_email"),)  # MongoDB's unique index is partial

    def __str__(self) -> str:
        return self.nombre


class StudentRecord(UUIDModel):
    """One student's state. Whoever signs in with this e-mail, confirmed, reads it."""

    email = MailboxField(_("correo"), unique=True)
    documento = models.CharField(_("documento"), max_length=30, blank=True)
    nombre = models.CharField(_("nombre"), max_length=150)
    estado = models.CharField(
        _("estado"), max_length=20, choices=StudentState, default=StudentState.MATRICULADO
    )
    programa = models.CharField(_("programa"), max_length=200)
    ficha = models.CharField(_("ficha"), max_length=20, blank=True)
    modalidad = models.CharField(_("modalidad"), max_length=40, blank=True)
    jornada = models.CharField(_("jornada"), max_length=40, blank=True)
    fecha_inicio = models.DateField(_("fecha de inicio"), null=True, blank=True)
    fecha_fin = models.DateField(_("fecha de fin"), null=True, blank=True)
    tutor = models.ForeignKey(
        Tutor,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="students",
        verbose_name=_("tutor"),
    )
    updated_at = models.DateTimeField(_("actualizado"), auto_now=True)

    class Meta:
        verbose_name = _("registro de estudiante")
        verbose_name_plural = _("registros de estudiantes")
        ordering = ("nombre", "id")
        indexes = (models.Index(fields=["email"], name="student_email"),)  # MongoDB's unique index is partial

    def __str__(self) -> str:
        return f"{self.nombre} ({self.email})"

    def clean(self) -> None:
        if self.fecha_inicio and self.fecha_fin and self.fecha_fin < self.fecha_inicio:
            raise ValidationError({"fecha_fin": _("La fecha de fin no puede ser anterior a la de inicio.")})


class Certificate(UUIDModel):
    """A document that a student earned; `url` is where it can be seen, if it can."""

    student = models.ForeignKey(
        StudentRecord, models.CASCADE, related_name="certificates", verbose_name=_("estudiante")
    )
    tipo = models.CharField(_("tipo"), max_length=20, choices=CertificateKind)
    programa = models.CharField(_("programa"), max_length=200)
    nombre = models.CharField(_("nombre del documento"), max_length=200, blank=True)
    fecha_emision = models.DateField(_("fecha de emisión"))
    url = models.CharField(
        _("dirección"),
        max_length=500,
        blank=True,
        validators=[
            URLValidator(schemes=["https"], message=_("Escribe una dirección que empiece por https://."))
        ],
    )

    class Meta:
        verbose_name = _("certificado")
        verbose_name_plural = _("certificados")
        ordering = ("-fecha_emision", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["student", "tipo", "programa", "fecha_emision"],
                name="certificate_once",
                violation_error_message=_("Este estudiante ya tiene ese certificado con esa fecha."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_tipo_display()}: {self.programa}"

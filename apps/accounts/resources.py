"""Tables of students' records: what their columns are called and mean (docs/student-data.md)."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import Choices, Model, QuerySet
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.widgets import Widget

from apps.accounts.models import (
    Certificate,
    CertificateKind,
    StudentRecord,
    StudentState,
    Tutor,
    normalise_email,
)
from apps.core.sheets.resources import Column, SheetResource
from apps.core.sheets.widgets import ChoiceWidget, DateWidget, TextWidget, cell_text


class MailboxWidget(TextWidget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return normalise_email(cell_text(value))


class ByEmailWidget(Widget):
    """A row of another table by its e-mail; all that a file names are read at once."""

    def __init__(self, model: type[Model], missing: Any) -> None:
        super().__init__()
        self.model, self.missing = model, missing
        self.known: dict[str, Any] = {}

    def prepare(self, cells: Iterable[Any]) -> None:
        emails = {normalise_email(cell_text(cell)) for cell in cells}
        rows: QuerySet[Any] = self.model._default_manager.filter(email__in=emails)
        self.known = {row.email: row for row in rows}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        email = normalise_email(cell_text(value))
        if email and email not in self.known:
            raise ValueError(self.missing % {"email": email})
        return self.known.get(email)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.email if value else ""


def text(name: str) -> Field:
    return Field(attribute=name, column_name=name, widget=TextWidget())


def date(name: str) -> Field:
    return Field(attribute=name, column_name=name, widget=DateWidget())


def one_of(choices: type[Choices]) -> str:
    return ", ".join(ChoiceWidget(choices).labels.values())


def mailbox() -> Field:
    return Field(attribute="email", column_name="email", widget=MailboxWidget())


class TutorResource(SheetResource):
    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "email",
            _("correo del tutor; identifica la fila"),
            ("rosa.pena@ejemplo.edu.co", "hugo.mora@ejemplo.edu.co"),
            True,
        ),
        Column("nombre", _("nombre completo"), ("Rosa Peña", "Hugo Mora"), True),
        Column("telefono", _("teléfono de contacto"), ("601 555 0101", "")),
        Column("horario", _("cuándo atiende"), ("Lunes y miércoles, 8 a 10 a. m.", "Martes, 2 a 4 p. m.")),
    )

    email = mailbox()
    nombre = text("nombre")
    telefono = text("telefono")
    horario = text("horario")

    class Meta:
        model = Tutor
        import_id_fields = ("email",)
        fields = export_order = ("email", "nombre", "telefono", "horario")


class StudentRecordResource(SheetResource):
    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "email",
            _("correo con el que entra el estudiante; identifica la fila"),
            ("ana.rojas@ejemplo.edu.co", "luis.diaz@ejemplo.edu.co"),
            True,
        ),
        Column("documento", _("número de documento"), ("1012345678", "1098765432")),
        Column("nombre", _("nombre completo"), ("Ana Rojas", "Luis Díaz"), True),
        Column(
            "estado",
            one_of(StudentState),
            ("En formación", "Por certificar"),
            True,
        ),
        Column("programa", _("programa de formación"), ("Análisis de datos", "Cocina"), True),
        Column("ficha", _("número de ficha"), ("2758123", "2691044")),
        Column("modalidad", _("presencial, virtual, a distancia…"), ("Presencial", "Virtual")),
        Column("jornada", _("mañana, tarde, noche, mixta…"), ("Mañana", "Mixta")),
        Column("fecha_inicio", _("como 2026-05-31 o 31/05/2026"), ("2026-02-02", "03/02/2025")),
        Column("fecha_fin", _("como la de inicio"), ("2027-12-15", "15/12/2026")),
        Column("tutor_email", _("correo de un tutor que ya exista"), ("rosa.pena@ejemplo.edu.co", "")),
    )

    email = mailbox()
    documento = text("documento")
    nombre = text("nombre")
    estado = Field(attribute="estado", column_name="estado", widget=ChoiceWidget(StudentState))
    programa = text("programa")
    ficha = text("ficha")
    modalidad = text("modalidad")
    jornada = text("jornada")
    fecha_inicio = date("fecha_inicio")
    fecha_fin = date("fecha_fin")
    tutor = Field(
        attribute="tutor",
        column_name="tutor_email",
        widget=ByEmailWidget(Tutor, _("No hay un tutor con el correo %(email)s. Impórtalo primero.")),
    )

    class Meta:
        model = StudentRecord
        import_id_fields = ("email",)
        fields = export_order = (
            "email",
            "documento",
            "nombre",
            "estado",
            "programa",
            "ficha",
            "modalidad",
            "jornada",
            "fecha_inicio",
            "fecha_fin",
            "tutor",
        )

    def get_queryset(self) -> QuerySet[StudentRecord]:
        return StudentRecord.objects.select_related("tutor")


class CertificateResource(SheetResource):
    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "email",
            _("correo de un estudiante que ya tenga registro"),
            ("ana.rojas@ejemplo.edu.co", "ana.rojas@ejemplo.edu.co"),
            True,
        ),
        Column(
            "tipo",
            one_of(CertificateKind),
            ("Constancia de estudio", "Formación complementaria"),
            True,
        ),
        Column("programa", _("programa o curso"), ("Análisis de datos", "Excel básico"), True),
        Column(
            "fecha_emision",
            _("como 2026-05-31 o 31/05/2026; con correo, tipo y programa identifica la fila"),
            ("2026-05-31", "15/03/2025"),
            True,
        ),
        Column("nombre", _("nombre que se muestra"), ("Constancia de mayo", "")),
        Column(
            "url",
            _("dirección https:// del documento"),
            ("https://certificados.ejemplo.edu.co/2026/0001", ""),
        ),
    )

    student = Field(
        attribute="student",
        column_name="email",
        widget=ByEmailWidget(
            StudentRecord, _("No hay un estudiante con el correo %(email)s. Importa primero su registro.")
        ),
    )
    tipo = Field(attribute="tipo", column_name="tipo", widget=ChoiceWidget(CertificateKind))
    programa = text("programa")
    fecha_emision = date("fecha_emision")
    nombre = text("nombre")
    url = text("url")

    class Meta:
        model = Certificate
        import_id_fields = ("student", "tipo", "programa", "fecha_emision")
        fields = export_order = ("student", "tipo", "programa", "fecha_emision", "nombre", "url")

    def get_queryset(self) -> QuerySet[Certificate]:
        return Certificate.objects.select_related("student")

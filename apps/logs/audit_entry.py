"""Who changed what: django-auditlog's entry with a key that every database has, written once and for all."""

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn
from uuid import UUID

from auditlog.models import AbstractLogEntry, LogEntryManager
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core import acting, audit
from apps.core.fields import UUIDModel


class AppendOnly(TypeError):
    """Somebody tries to change or delete what was written down."""


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Retention and erasure, which may, go by `AuditEntry._base_manager`."""

    def refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("audit entries are neither changed nor deleted")

    update = delete = bulk_update = update_or_create = refuse

    def bulk_create(self, objs: Iterable["AuditEntry"], *args: Any, **kwargs: Any) -> list["AuditEntry"]:
        rows = [entry.filled() for entry in objs]
        if kwargs.get("update_conflicts"):
            self.refuse()
        return super().bulk_create(rows, *args, **kwargs)


class AuditManager(LogEntryManager.from_queryset(AuditQuerySet)):  # type: ignore[misc]
    def unsaved(self, row: models.Model, *, action: int, changes: dict[str, Any]) -> "AuditEntry":
        entry: AuditEntry = self.model(
            content_type=ContentType.objects.get_for_model(row),
            object_pk=str(row.pk),
            object_repr=audit.name_of(row),
            action=action,
            changes=changes,
        )
        return entry

    def log_create(self, instance: models.Model, force_log: bool = False, **kwargs: Any) -> Any:
        """auditlog's receivers and our notes alike."""
        if kwargs.get("changes") is None and not force_log:
            return None
        entry = self.unsaved(instance, action=kwargs["action"], changes=kwargs.get("changes") or {})
        entry.save(force_insert=True)
        return entry


class AuditEntry(AbstractLogEntry, UUIDModel):
    """One change. `actor` may be an account that is gone by now; `actor_email` says what it was called."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("quién"),
    )
    content_type = models.ForeignKey(
        ContentType,
        models.PROTECT,
        db_index=False,  # audit_object begins with it
        related_name="+",
        verbose_name=_("tipo"),
    )
    actor_email = models.CharField(_("cuenta"), max_length=254, blank=True)
    via = models.CharField(_("por dónde"), max_length=80, blank=True)
    """`api`, `admin`, `command …`, `job …`."""
    timestamp = models.DateTimeField(_("momento"), default=timezone.now)
    object_pk = models.CharField(_("clave"), max_length=255)
    object_repr = models.TextField(_("objeto"))
    object_id = models.BigIntegerField(null=True, editable=False)
    """auditlog's, for keys that are numbers: unused."""
    action = models.PositiveSmallIntegerField(
        _("acción"),
        choices=(
            (audit.CREATE, _("Creó")),
            (audit.UPDATE, _("Cambió")),
            (audit.DELETE, _("Eliminó")),
            (audit.ACCESS, _("Descargó")),
        ),
    )
    changes = models.JSONField(_("cambios"), default=dict)
    """`{field: [before, after]}`; of lists such as examples what went and what came."""
    remote_addr = models.GenericIPAddressField(_("dirección"), null=True, blank=True)
    cid = models.CharField(_("petición"), max_length=64, blank=True, db_index=True)

    objects: ClassVar[AuditManager] = AuditManager()

    class Meta:
        verbose_name = _("cambio registrado")
        verbose_name_plural = _("registro de cambios")
        ordering = ("-timestamp", "id")
        indexes = (
            models.Index(fields=["-timestamp", "id"], name="audit_newest"),
            models.Index(fields=["content_type", "object_pk", "-timestamp"], name="audit_object"),
        )

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.object_repr}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises AppendOnly for an entry that is stored."""
        if not self._state.adding:
            raise AppendOnly("an audit entry is written once")
        self.filled()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("audit entries are not deleted")

    def filled(self) -> "AuditEntry":
        """With who is acting now, and without secrets."""
        now = acting.current()
        if self.actor_id is None and not self.actor_email:
            self.actor_id = UUID(now.actor) if now.actor else None
            self.actor_email = now.name
        self.via = self.via or now.via[:80]
        self.remote_addr = self.remote_addr or now.address or None
        self.cid = self.cid or now.request_id
        self.changes = audit.safe(self.changes or {})
        return self

    @property
    def model_label(self) -> str:
        """`app.model`."""
        return f"{self.content_type.app_label}.{self.content_type.model}"

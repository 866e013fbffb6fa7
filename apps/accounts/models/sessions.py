"""What is signed in (refresh-token families), and what was taken back."""

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.accounts.models.people import User
from apps.core.fields import TextPrimaryKey, UUIDModel


class TokenFamily(UUIDModel):
    """One sign-in: a chain of refresh tokens of which the last one alone is good.

    A token is `<id>.<secret>.<seal>`; only the secret's SHA-256 is kept. The seal says that we made it, so
    a secret of this family that is not the current one was used before: the whole family ends.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="token_families", verbose_name=_("persona"))
    token_hash = models.CharField(max_length=64, editable=False)
    started_at = models.DateTimeField(_("inicio"), default=timezone.now, editable=False)
    rotated_at = models.DateTimeField(_("último uso"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("vence"), db_index=True)
    revoked_at = models.DateTimeField(_("terminada"), null=True, blank=True)
    ip = models.CharField(_("dirección"), max_length=45, blank=True)
    user_agent = models.CharField(_("navegador"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("sesión")
        verbose_name_plural = _("sesiones")
        ordering = ("-rotated_at", "id")

    def __str__(self) -> str:
        started = date_format(timezone.localtime(self.started_at), "SHORT_DATETIME_FORMAT")
        return f"{self.user.email} · {started}"


class RevokedToken(models.Model):
    """An access token taken back before its end, by its `jti`, or all of a family, by the family's id.

    Kept until the last of them would have expired.
    """

    jti = TextPrimaryKey(max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("token revocado")
        verbose_name_plural = _("tokens revocados")

    def __str__(self) -> str:
        return self.jti

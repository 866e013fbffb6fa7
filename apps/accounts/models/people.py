"""People who sign in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Role, role_allows, role_allows_app
from apps.core.fields import UUIDModel

MAX_NAME = 150


def normalise_email(email: str) -> str:
    """One spelling per mailbox: no spaces around, lower case.

    Letters outside ASCII stay as they are: lower-casing a look-alike (the Kelvin sign, for one) could
    turn it into somebody else's address.
    """
    email = email.strip()
    return email.lower() if email.isascii() else email


class UserManager(BaseUserManager["User"]):
    """Users by e-mail."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=normalise_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **{**fields, "rol": Role.ADMIN})

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=normalise_email(username or ""))


class User(UUIDModel, AbstractBaseUser):
    """A person; what they may do follows from `rol` alone."""

    email = models.EmailField(_("correo"), unique=True)
    nombre = models.CharField(_("nombre"), max_length=MAX_NAME, blank=True)
    rol = models.CharField(_("rol"), max_length=10, choices=Role.choices, default=Role.USUARIO)
    is_active = models.BooleanField(_("activo"), default=True)
    email_verified = models.BooleanField(
        _("correo confirmado"),
        default=True,
        help_text=_("Sin confirmar, nadie ve los datos de estudiante de este correo."),
    )
    must_change_password = models.BooleanField(_("debe cambiar la contraseña"), default=False)
    tokens_valid_after = models.DateTimeField(
        _("tokens válidos desde"), null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField(_("creado"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("actualizado"), auto_now=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("persona")
        verbose_name_plural = _("personas")
        ordering = ("-created_at", "id")
        indexes = (
            models.Index(fields=["email"], name="user_email"),  # MongoDB's unique index is partial
            models.Index(fields=["-created_at", "id"], name="user_newest"),
        )

    def __str__(self) -> str:
        return self.nombre or self.email

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """Django's hook of `clean()`: forms store one spelling per mailbox too."""
        return normalise_email(username)

    @property
    def is_staff(self) -> bool:
        """Whether Django admin lets this person in."""
        return self.rol in {Role.ADMIN, Role.SOPORTE}

    @property
    def is_superuser(self) -> bool:
        return self.rol == Role.ADMIN

    def get_session_auth_hash(self) -> str:
        """Pages' sessions end with the tokens: when the password changes, and when sessions are ended."""
        return self._session_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        yield from (self._session_hash(secret) for secret in settings.SECRET_KEY_FALLBACKS)

    def _session_hash(self, secret: str | bytes) -> str:
        since = self.tokens_valid_after.isoformat() if self.tokens_valid_after else ""
        hashed = salted_hmac("tutorbot.session", self.password + since, secret=secret, algorithm="sha256")
        return hashed.hexdigest()

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        return self.is_active and role_allows(self.rol, perm)

    def has_perms(self, perms: list[str], obj: models.Model | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and role_allows_app(self.rol, app_label)

    def accepts_token_issued_at(self, issued_at: datetime) -> bool:
        """Whether a token of that time is still good for this person."""
        return self.is_active and (self.tokens_valid_after is None or issued_at >= self.tokens_valid_after)

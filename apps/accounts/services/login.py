"""Signing in: one way for every face, API and pages alike."""

from django.contrib.auth.hashers import check_password, get_hasher, identify_hasher, make_password
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.hashers import LegacyBcryptHasher
from apps.accounts.models import User, normalise_email
from apps.accounts.services import lockout, second_factor
from apps.core.errors import NotAuthenticated

LEGACY = str(LegacyBcryptHasher.algorithm)
LEGACY_SALT = "$2b$12$abcdefghijklmnopqrstuu"
LEGACY_SEEN_SECONDS = 300


def sign_in(
    *, email: str, password: str, otp: str = "", address: str | None = None, may_enrol: bool = False
) -> User:
    """The person with this e-mail, password and, where one is set up, second factor.

    Raises TooMany (locked), NotAuthenticated (one text for unknown, disabled and wrong), and what
    second_factor.verify raises. As much hashing is done for an unknown e-mail as for a known one.
    """
    email = normalise_email(email)
    lockout.reserve_attempt(email=email, address=address)
    user = person_with_password(email, password)
    if user is None:
        raise NotAuthenticated(_("El correo o la contraseña no son correctos."), code="invalid_credentials")
    second_factor.verify(user=user, otp=otp, may_enrol=may_enrol)
    lockout.forget_attempts(email=email, address=address)
    user.last_login = timezone.now()
    user.save(update_fields=["last_login"])
    return user


def person_with_password(email: str, password: str) -> User | None:
    """The active person with this password; constant work. An old hash is renewed when it was right."""
    user = User.objects.filter(email=normalise_email(email)).first()
    stored = user.password if user is not None and user.has_usable_password() else ""
    is_legacy = stored.startswith(f"{LEGACY}$")
    is_right = check_password(password, stored) if stored else False
    if not stored or is_legacy:
        get_hasher().encode(password, get_hasher().salt())
    if not is_legacy and legacy_hashes_remain():
        get_hasher(LEGACY).encode(password, LEGACY_SALT)
    if user is None or not is_right or not user.is_active:
        return None
    if is_legacy or identify_hasher(stored).must_update(stored):
        renewed = make_password(password)
        if User.objects.filter(pk=user.pk, password=stored).update(password=renewed):
            user.password = renewed
    return user


def legacy_hashes_remain() -> bool:
    """Whether somebody still has the old system's hash: only then does its work have to be imitated."""
    known: bool | None = cache.get("legacy_hashes_remain")
    if known is None:
        known = User.objects.filter(password__startswith=f"{LEGACY}$").exists()
        cache.set("legacy_hashes_remain", known, LEGACY_SEEN_SECONDS)
    return known

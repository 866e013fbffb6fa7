"""Signing in: one way for every face, API and pages alike."""

import re

from django.contrib.auth.hashers import check_password, get_hasher, identify_hasher, make_password
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.hashers import LegacyBcryptHasher
from apps.accounts.models import User, normalise_email
from apps.accounts.services import lockout, second_factor
from apps.core.errors import NotAuthenticated

LEGACY = str(LegacyBcryptHasher.algorithm)
LEGACY_SALT = "$2b$%02d$abcdefghijklmnopqrstuu"
LEGACY_COST_KEY = "legacy_cost"
BCRYPT = re.compile(r"bcrypt\$\$2[abxy]?\$(\d\d)\$")
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
        raise _wrong()
    second_factor.verify(user=user, otp=otp, may_enrol=may_enrol)
    lockout.forget_attempts(email=email, address=address)
    user.last_login = timezone.now()
    if not User.objects.filter(pk=user.pk).update(last_login=user.last_login):
        raise _wrong()  # deleted at this very moment
    return user


def _wrong() -> NotAuthenticated:
    return NotAuthenticated(_("El correo o la contraseña no son correctos."), code="invalid_credentials")


def person_with_password(email: str, password: str) -> User | None:
    """The active person with this password; constant work. An old hash is renewed when it was right."""
    user = User.objects.filter(email=normalise_email(email)).first()
    stored = user.password if user is not None and user.has_usable_password() else ""
    is_legacy = stored.startswith(f"{LEGACY}$")
    is_right = check_password(password, stored) if stored else False
    if not stored or is_legacy:
        get_hasher().encode(password, get_hasher().salt())
    for cost in _costs_to_imitate(stored if is_legacy else ""):
        get_hasher(LEGACY).encode(password, LEGACY_SALT % cost)
    if user is None or not is_right or not user.is_active:
        return None
    if is_legacy or identify_hasher(stored).must_update(stored):
        renewed = make_password(password)
        if User.objects.filter(pk=user.pk, password=stored).update(password=renewed):
            user.password = renewed
    return user


def _costs_to_imitate(legacy: str) -> list[int]:
    """The bcrypt work that is missing to that of the dearest old hash: its cost, or what is between.

    Each cost is twice the one before, so c, c, c+1, … n-1 together are n.
    """
    highest = legacy_cost()
    if not highest:
        return []
    return list(range(bcrypt_cost(legacy), highest)) if legacy else [highest]


def bcrypt_cost(encoded: str) -> int:
    """Of `bcrypt$$2b$12$…`; of a spoiled one what is usual."""
    found = BCRYPT.match(encoded)
    return min(max(int(found[1]), 4), 15) if found else 12


def legacy_cost() -> int:
    """The highest cost of the old system's hashes that remain; 0 when none is left to be imitated."""
    known: int | None = cache.get(LEGACY_COST_KEY)
    if known is None:
        hashes = User.objects.filter(password__startswith=f"{LEGACY}$").order_by()
        known = max(map(bcrypt_cost, hashes.values_list("password", flat=True).iterator()), default=0)
        cache.set(LEGACY_COST_KEY, known, LEGACY_SEEN_SECONDS)
    return known

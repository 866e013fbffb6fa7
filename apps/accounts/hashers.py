"""Reading the old system's password hashes."""

import bcrypt
from django.contrib.auth.hashers import BCryptPasswordHasher

BCRYPT_BYTES = 72


class LegacyBcryptHasher(BCryptPasswordHasher):
    """Plain bcrypt, which looks at 72 bytes: the rest is cut off, as the old system did, and not an error."""

    def encode(self, password: str, salt: bytes | str) -> str:
        salt = salt.encode() if isinstance(salt, str) else salt
        data = bcrypt.hashpw(password.encode()[:BCRYPT_BYTES], salt)
        return f"{self.algorithm}${data.decode('ascii')}"

    def verify(self, password: str, encoded: str) -> bool:
        """A hash that was cut or spoiled on its way here is nobody's password, and not an error."""
        try:
            return bool(super().verify(password, encoded))
        except ValueError:
            return False

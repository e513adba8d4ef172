"""Who the demo signs in as, and with which passwords."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from homecharge.domain.accounts import Role


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the demo."""

    role: Role
    name: str
    email: str

    def password(self, secret_key: str) -> str:
        """The same at every start of an installation and different in every other: nobody has a default password."""
        digest = hmac.digest(secret_key.encode(), f"demo {self.email}".encode(), hashlib.sha256)
        letters = base64.b32encode(digest).decode().lower()
        return "-".join((letters[:4], letters[4:8], letters[8:12]))


DRIVER = Person(Role.DRIVER, "Amira Shah", "amira@example.org")
STAFF = (
    Person(Role.SUPPORT, "Sam Okafor", "sam@example.org"),
    Person(Role.OPERATOR, "Olive Martin", "olive@example.org"),
)

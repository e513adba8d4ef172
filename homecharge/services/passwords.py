"""Passwords of people: Argon2id (RFC 9106), at most two computations at a time, always outside a write unit."""

import threading
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from homecharge.domain.passwords import normalised_password, require_good_password

SHORTEST = 8
"""What clients are written against; where it is to be the only factor NIST asks for 15 (SP 800-63B-4 §3.1.1.2)."""
AT_A_TIME = 2


@cache
def common_passwords() -> frozenset[str]:
    """The blocklist, of eight characters and more, in lower case."""
    listed = files("homecharge.services") / "blocklist" / "common-passwords.txt"
    return frozenset(listed.read_text(encoding="utf-8").splitlines())


class Passwords:
    """Makes and checks hashes. A check against no account takes as long as one against the wrong password."""

    def __init__(self, hasher: PasswordHasher | None = None, *, shortest: int = SHORTEST) -> None:
        self._hasher = hasher or PasswordHasher()
        self._shortest = shortest
        self._turns = threading.BoundedSemaphore(AT_A_TIME)
        self._nobody = self._hasher.hash("nobody has this password")

    def choose(self, password: str, *, about: Iterable[str], field: str = "password") -> str:
        """The hash of a new password; raises PasswordRefused for a bad one, with what is wrong under `field`."""
        require_good_password(password, shortest=self._shortest, about=about, common=common_passwords(), field=field)
        return self.hash(password)

    def hash(self, password: str) -> str:
        """The hash to store; the same password typed on another keyboard (Unicode NFKC) is the same password."""
        with self._turns:
            return self._hasher.hash(normalised_password(password))

    def is_right(self, password: str, password_hash: str | None) -> bool:
        """Whether `password` belongs to the hash; None stands for an account that does not exist."""
        with self._turns:
            try:
                self._hasher.verify(password_hash or self._nobody, normalised_password(password))
            except (VerifyMismatchError, InvalidHashError):
                return False
        return bool(password_hash)

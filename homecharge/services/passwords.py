"""Passwords of people: Argon2id (RFC 9106), at most two computations at a time, always outside a write unit."""

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST = 8
LONGEST = 128
AT_A_TIME = 2


class Passwords:
    """Makes and checks hashes. A check against no account takes as long as one against the wrong password."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = threading.BoundedSemaphore(AT_A_TIME)
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The hash to store; the same password typed on another keyboard (Unicode NFKC) is the same password."""
        with self._turns:
            return self._hasher.hash(unicodedata.normalize("NFKC", password))

    def is_right(self, password: str, password_hash: str | None) -> bool:
        """Whether `password` belongs to the hash; None stands for an account that does not exist."""
        with self._turns:
            try:
                self._hasher.verify(password_hash or self._nobody, unicodedata.normalize("NFKC", password))
            except (VerifyMismatchError, InvalidHashError):
                return False
        return bool(password_hash)

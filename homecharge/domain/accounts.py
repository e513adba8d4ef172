"""People with an account, and who is asking."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person is to the installation; what they are at a location is a membership."""

    DRIVER = "driver"
    SUPPORT = "support"
    OPERATOR = "operator"

    @property
    def is_staff(self) -> bool:
        """Whether somebody of this role sees other people's things."""
        return self is not Role.DRIVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person. `revision` counts changes of what the person may edit or confirm."""

    id: str
    email: str
    name: str
    locale: str
    role: Role
    revision: int
    created_at: datetime
    updated_at: datetime
    email_verified_at: datetime | None = None

    @property
    def is_email_verified(self) -> bool:
        """Whether the person has shown that mail to the address reaches them."""
        return self.email_verified_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks: the person, the log-in (token family) it comes through, and the device's name given at log-in."""

    account_id: str
    name: str
    locale: str
    role: Role
    family_id: str
    device: str | None = None


def normalised_email(text: str) -> str:
    """One spelling per mailbox: without surrounding space, in lower case."""
    return text.strip().lower()

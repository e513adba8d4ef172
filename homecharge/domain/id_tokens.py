"""Id tokens: how a card's or an app's code is compared, and what a provider says of one (OCPI 2.2.1, *Tokens*)."""

from enum import StrEnum
from string import ascii_lowercase, ascii_uppercase
from uuid import UUID

MAX_ID_TAG = 20
"""OCPP 1.6 `IdToken`: CiString20Type."""
_PARENT_DIGITS = 20
_CAPITALS = str.maketrans(ascii_lowercase, ascii_uppercase)


class TokenType(StrEnum):
    """OCPI `TokenType`."""

    AD_HOC_USER = "AD_HOC_USER"
    APP_USER = "APP_USER"
    OTHER = "OTHER"
    RFID = "RFID"


class Whitelist(StrEnum):
    """OCPI `WhitelistType`: whether the provider has to be asked before a charge."""

    ALWAYS = "ALWAYS"
    ALLOWED = "ALLOWED"
    ALLOWED_OFFLINE = "ALLOWED_OFFLINE"
    NEVER = "NEVER"


def uid_key(uid: str) -> str:
    """A uid as it is compared: without what pads it, and without the case of ASCII (OCPP 1.6: CiString).

    It is as long as what was shown: other alphabets have letters that are several in capitals.
    """
    return uid.strip().translate(_CAPITALS)


def is_same_uid(uid: str, other: str | None) -> bool:
    """Whether two uids name one token."""
    return other is not None and uid_key(uid) == uid_key(other)


def parent_id_tag(location_id: str) -> str:
    """The group of everything that is accepted at a location: 20 hex digits, of the part of its id that is random."""
    return UUID(location_id).hex[-_PARENT_DIGITS:].upper()

"""How a decision about a card ends: the codes of authorization.md, public contract, never renamed."""

from enum import StrEnum

from homecharge.domain.rejections import Category, FixBy


class Code(StrEnum):
    """G: granted; A: refused."""

    ANY_TOKEN = "G10"  # noqa: S105 - a code, not a password
    LOCAL_GROUP = "G20"
    REIMBURSEMENT = "G30"
    REMOTE_START = "G40"
    WHITELIST = "G50"
    PROVIDER = "G60"
    PROVIDER_AWAY = "G70"
    UNKNOWN_CHARGER = "A00"
    MALFORMED_UID = "A01"
    UNKNOWN_CARD = "A10"
    NOT_VALID = "A11"
    EXPIRED = "A12"
    PLACE_CLOSED = "A20"
    PRIVATE_PLACE = "A30"
    LOCAL_NOT_VALID = "A31"
    OTHER_GROUP = "A32"
    PROVIDER_BLOCKED = "A40"
    NOT_LINKED = "A50"
    ROAMING_OFF = "A60"
    DRIVER_LEFT = "A61"
    PROVIDER_SILENT = "A70"
    PROVIDER_SAYS_BLOCKED = "A71"
    PROVIDER_SAYS_EXPIRED = "A72"
    PROVIDER_SAYS_NO_CREDIT = "A73"
    PROVIDER_SAYS_NOT_HERE = "A74"
    PROVIDER_FAILED = "A75"
    CHARGING_ELSEWHERE = "A80"
    NOTHING_APPROVED = "A90"
    OUR_FAULT = "A99"

    @property
    def is_grant(self) -> bool:
        """Whether the card is accepted."""
        return self.value.startswith("G")


class AuthorizationStatus(StrEnum):
    """`pending` is a manual check whose provider has yet to answer."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    PENDING = "pending"


REUSABLE = frozenset({Code.LOCAL_GROUP, Code.REIMBURSEMENT, Code.WHITELIST, Code.PROVIDER, Code.PROVIDER_AWAY})
"""Grants that a StartTransaction may rest on; the others are found again without asking anybody."""
_BY_DRIVER = frozenset({Code.PRIVATE_PLACE, Code.LOCAL_NOT_VALID, Code.OTHER_GROUP, Code.PROVIDER_SILENT})
_BY_PROVIDER = frozenset(
    {
        Code.NOT_VALID,
        Code.EXPIRED,
        Code.PROVIDER_SAYS_BLOCKED,
        Code.PROVIDER_SAYS_EXPIRED,
        Code.PROVIDER_SAYS_NO_CREDIT,
        Code.PROVIDER_SAYS_NOT_HERE,
        Code.PROVIDER_FAILED,
    }
)


def status_of(code: Code) -> AuthorizationStatus:
    """What a decided authorization's status is."""
    return AuthorizationStatus.ACCEPTED if code.is_grant else AuthorizationStatus.REFUSED


def fix_by(code: Code) -> FixBy:
    """Who can do something about a refusal (rejections.md, row 11)."""
    if code in _BY_DRIVER:
        return FixBy.DRIVER
    return FixBy.PROVIDER if code in _BY_PROVIDER else FixBy.OPERATOR


def category(code: Code) -> Category:
    """Whether a refused charge may be tried again as it is: where a provider was silent (rejections.md, row 11)."""
    return Category.RETRIABLE if code is Code.PROVIDER_SILENT else Category.TERMINAL

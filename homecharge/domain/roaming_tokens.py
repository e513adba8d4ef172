"""Id tokens that mobility providers issued, as operators keep them (OCPI 2.2.1, *Tokens*)."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.id_tokens import TokenType, Whitelist
from homecharge.domain.providers import Provider

LONGEST_UID = 36
"""OCPI `uid`: CiString(36)."""
LONGEST_CONTRACT_ID = 36
LONGEST_ORGANISATION_UNIT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RoamingToken:
    """A token and whoever issued it; `provider` None: nobody knows. `contract_id` and `uid` are as they were given."""

    id: str
    uid: str
    contract_id: str | None
    provider: Provider | None
    type: TokenType
    is_valid: bool
    whitelist: Whitelist
    expires_at: datetime | None
    organisation_unit: str | None
    revision: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFilters:
    """Which tokens; `uid` and `contract_id` name one in any spelling."""

    uid: str | None = None
    contract_id: str | None = None
    provider_id: str | None = None
    is_valid: bool | None = None

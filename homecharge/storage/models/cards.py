"""Charging cards: who issued them, the groups that a place keeps itself, and every decision about one.

`uid_key` is a uid as it is compared: trimmed, in capitals (`domain.id_tokens.uid_key`).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text, true
from sqlalchemy.orm import Mapped, mapped_column

from homecharge.storage.models.base import Base, PrimaryId
from homecharge.storage.types import Id


class Provider(Base):
    """A mobility provider: OCPI's `country_code` and `party_id` name it. `live_url` None: it cannot be asked."""

    __tablename__ = "providers"
    id: Mapped[PrimaryId]
    country_code: Mapped[str] = mapped_column(String(2))
    party_id: Mapped[str] = mapped_column(String(3))
    name: Mapped[str] = mapped_column(String(100))
    blocked_at: Mapped[datetime | None]
    live_url: Mapped[str | None] = mapped_column(String(500))
    live_token: Mapped[str | None] = mapped_column(String(200))
    live_timeout_s: Mapped[float]
    support: Mapped[dict[str, Any] | None]
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    __table_args__ = (
        Index("uq_providers_party", "country_code", "party_id", unique=True),
        Index("ix_providers_created_at_id", "created_at", "id"),
    )


class RoamingToken(Base):
    """An id token that a provider issued; its `…_key`s are what it is compared by, as `domain` makes them."""

    __tablename__ = "roaming_tokens"
    id: Mapped[PrimaryId]
    uid: Mapped[str] = mapped_column(String(36))
    uid_key: Mapped[str] = mapped_column(String(36), unique=True)
    contract_id: Mapped[str | None] = mapped_column(String(36))
    contract_key: Mapped[str | None] = mapped_column(String(36))
    provider_id: Mapped[str | None] = mapped_column(Id, ForeignKey("providers.id"))
    type: Mapped[str] = mapped_column(String(20))
    is_valid: Mapped[bool]
    whitelist: Mapped[str] = mapped_column(String(20))
    expires_at: Mapped[datetime | None]
    organisation_unit: Mapped[str | None] = mapped_column(String(50))
    organisation_key: Mapped[str | None] = mapped_column(String(150), index=True)  # capitals may be three for a letter
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    __table_args__ = (
        Index("ix_roaming_tokens_created_at_id", "created_at", "id"),
        Index("ix_roaming_tokens_contract_key_created_at_id", "contract_key", "created_at", "id"),
        Index("ix_roaming_tokens_provider_id_created_at_id", "provider_id", "created_at", "id"),
        Index("ix_roaming_tokens_is_valid_created_at_id", "is_valid", "created_at", "id"),
    )


class ReimbursedCard(Base):
    """What a location's reimbursement names: a contract, a uid or an organisation, as compared (`location_access`)."""

    __tablename__ = "reimbursed_cards"
    location_id: Mapped[str] = mapped_column(Id, ForeignKey("locations.id", ondelete="CASCADE"), primary_key=True)
    linked_by: Mapped[str] = mapped_column(String(12), primary_key=True)
    key: Mapped[str] = mapped_column(String(150), primary_key=True)
    __table_args__ = (Index("ix_reimbursed_cards_linked_by_key", "linked_by", "key", "location_id"),)


class TokenGroup(Base):
    """Tokens that some places accept by themselves. `home_id` is the location whose own cards they are, else None."""

    __tablename__ = "token_groups"
    id: Mapped[PrimaryId]
    name: Mapped[str] = mapped_column(String(100))
    home_id: Mapped[str | None] = mapped_column(Id, ForeignKey("locations.id"), unique=True)
    allow_concurrent: Mapped[bool]
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    __table_args__ = (Index("ix_token_groups_created_at_id", "created_at", "id"),)


class TokenGroupLocation(Base):
    """A location all of whose chargers a group covers."""

    __tablename__ = "token_group_locations"
    group_id: Mapped[str] = mapped_column(Id, ForeignKey("token_groups.id", ondelete="CASCADE"), primary_key=True)
    location_id: Mapped[str] = mapped_column(Id, ForeignKey("locations.id"), primary_key=True, index=True)


class TokenGroupCharger(Base):
    """A single charger that a group covers."""

    __tablename__ = "token_group_chargers"
    group_id: Mapped[str] = mapped_column(Id, ForeignKey("token_groups.id", ondelete="CASCADE"), primary_key=True)
    charger_id: Mapped[str] = mapped_column(Id, ForeignKey("chargers.id"), primary_key=True, index=True)


class GroupToken(Base):
    """An entry of a group. In a home's own group it is a member's card, whose sessions are theirs."""

    __tablename__ = "group_tokens"
    id: Mapped[PrimaryId]
    group_id: Mapped[str] = mapped_column(Id, ForeignKey("token_groups.id", ondelete="CASCADE"))
    uid: Mapped[str] = mapped_column(String(36))
    uid_key: Mapped[str] = mapped_column(String(36), index=True)
    name: Mapped[str] = mapped_column(String(100))
    is_valid: Mapped[bool] = mapped_column(server_default=true())
    driver_id: Mapped[str | None] = mapped_column(Id, ForeignKey("accounts.id", ondelete="SET NULL"))
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    __table_args__ = (
        Index("uq_group_tokens_uid", "group_id", "uid_key", unique=True),
        Index("ix_group_tokens_group_id_created_at_id", "group_id", "created_at", "id"),
    )


class CardPairing(Base):
    """Somebody waits for a card to be held to a charger; the tap makes it the home's (authorization.md)."""

    __tablename__ = "card_pairings"
    id: Mapped[PrimaryId]
    charger_id: Mapped[str] = mapped_column(Id, ForeignKey("chargers.id"))
    name: Mapped[str] = mapped_column(String(100))
    driver_id: Mapped[str | None] = mapped_column(Id, ForeignKey("accounts.id", ondelete="CASCADE"))
    requested_by: Mapped[str] = mapped_column(Id, ForeignKey("accounts.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(20))
    card_id: Mapped[str | None] = mapped_column(Id)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[datetime]
    __table_args__ = (
        Index(
            "uq_card_pairings_waiting",
            "charger_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )


class AuthorizationRow(Base):
    """A decision about a card with the trace of its steps, as codes and parameters; texts are written when it is read.

    `code` None: a manual check that waits for its provider, `wake_at` its alarm, fenced by `version`. `uid` is what was
    shown. `granted_until` of an Authorize is until when a StartTransaction may rest on it, None where it may not; of a
    StartTransaction it is the end that the charger was told.
    """

    __tablename__ = "authorizations"
    id: Mapped[PrimaryId]
    at: Mapped[datetime]
    request: Mapped[str] = mapped_column(String(20))
    charger_id: Mapped[str | None] = mapped_column(Id)
    connector_id: Mapped[int | None]
    location_id: Mapped[str | None] = mapped_column(Id)
    uid: Mapped[str] = mapped_column(String(64))
    uid_key: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(10))
    code: Mapped[str | None] = mapped_column(String(3))
    trace: Mapped[list[Any]]
    provider_id: Mapped[str | None] = mapped_column(Id)
    session_id: Mapped[str | None] = mapped_column(Id, index=True)
    message_id: Mapped[str | None] = mapped_column(Id, index=True)
    requested_by: Mapped[str | None] = mapped_column(Id)
    granted_until: Mapped[datetime | None]
    wake_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=text("0"))
    __table_args__ = (
        Index("ix_authorizations_at", "at", "id"),
        Index("ix_authorizations_charger", "charger_id", "at", "id"),
        Index("ix_authorizations_uid", "uid_key", "at", "id"),
        Index("ix_authorizations_status", "status", "at", "id"),
        Index("ix_authorizations_code", "code", "at", "id"),
        Index("ix_authorizations_charger_uid", "charger_id", "uid_key", "at", "id"),
        Index(
            "ix_authorizations_wake_at",
            "wake_at",
            sqlite_where=text("wake_at IS NOT NULL"),
            postgresql_where=text("wake_at IS NOT NULL"),
        ),
    )


class Preapproval(Base):
    """A partner's start was allowed: the card it named is good at that charger until `expires_at` (step R4)."""

    __tablename__ = "preapprovals"
    charger_id: Mapped[str] = mapped_column(Id, ForeignKey("chargers.id"), primary_key=True)
    uid_key: Mapped[str] = mapped_column(String(36), primary_key=True)
    approved_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

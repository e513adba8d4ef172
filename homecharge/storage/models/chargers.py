"""Chargers with their line and settings, and their connectors."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from homecharge.storage.models.base import Base, PrimaryId
from homecharge.storage.types import Id


class Charger(Base):
    """One charge point. What it was seen to do is None until it was seen: `refuses_profiles` and what stands with it.

    `connection_id` and `gateway_id` are set while a socket is open (design.md §7). `default_profile_at` is the alarm of
    the TxDefaultProfile that it is to get or to forget, fenced by `default_profile_version`; `has_default_profile`: it
    may keep one. Likewise `local_list_at`, fenced by `local_list_fence`, of the list of cards it is to keep, and
    `local_list_tries` to tell it that, the one under way among them. It was told `local_list_version` last (None: none
    yet), at `local_list_sent_at`; its entries are `LocalListEntry`.

    `tell_at` is the alarm of telling people that it has come or gone.

    `next_passwords_sha256` are those of passwords that it was given and has not connected with yet; it may hold any of
    them, or still the one of `password_sha256`.

    Deleted chargers keep their row for History; their identity becomes free, which the partial unique index says.
    """

    __tablename__ = "chargers"
    id: Mapped[PrimaryId]
    location_id: Mapped[str] = mapped_column(Id, ForeignKey("locations.id"), index=True)
    identity: Mapped[str] = mapped_column(String(48))
    name: Mapped[str] = mapped_column(String(100))
    password_sha256: Mapped[str] = mapped_column(String(64))
    next_passwords_sha256: Mapped[list[Any] | None]
    vendor: Mapped[str | None] = mapped_column(String(50))
    model: Mapped[str | None] = mapped_column(String(50))
    firmware_version: Mapped[str | None] = mapped_column(String(50))
    serial_number: Mapped[str | None] = mapped_column(String(50))
    connection_id: Mapped[str | None] = mapped_column(Id)
    gateway_id: Mapped[str | None] = mapped_column(Id, index=True)
    protocol: Mapped[str | None] = mapped_column(String(10))
    connected_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    offline_since: Mapped[datetime | None]
    offline_cause: Mapped[str | None] = mapped_column(String(10))
    booted_at: Mapped[datetime | None]
    authorized_at: Mapped[datetime | None]
    tell_at: Mapped[datetime | None]
    last_refusal: Mapped[dict[str, Any] | None]
    clock_skew_s: Mapped[float | None]
    configuration: Mapped[dict[str, Any] | None]
    capabilities: Mapped[dict[str, Any] | None]
    taken_rate_unit: Mapped[str | None] = mapped_column(String(1))
    refuses_profiles: Mapped[bool | None]
    refuses_default_profile: Mapped[bool | None]
    zero_limit_ends_tx: Mapped[bool | None]
    restarts_from_finishing: Mapped[bool | None]
    has_default_profile: Mapped[bool] = mapped_column(server_default=false())
    default_profile_at: Mapped[datetime | None]
    default_profile_tries: Mapped[int] = mapped_column(server_default=text("0"))
    default_profile_version: Mapped[int] = mapped_column(server_default=text("0"))
    refuses_local_list: Mapped[bool | None]
    local_list_version: Mapped[int | None]
    local_list_sent_at: Mapped[datetime | None]
    local_list_at: Mapped[datetime | None]
    local_list_tries: Mapped[int] = mapped_column(server_default=text("0"))
    local_list_fence: Mapped[int] = mapped_column(server_default=text("0"))
    firmware_status: Mapped[str | None] = mapped_column(String(30))
    firmware_status_at: Mapped[datetime | None]
    diagnostics_status: Mapped[str | None] = mapped_column(String(30))
    diagnostics_status_at: Mapped[datetime | None]
    connection_timeout_s: Mapped[int | None]
    sends_samples: Mapped[bool | None]
    proposed_start_mode: Mapped[str | None] = mapped_column(String(10))
    charge_now: Mapped[bool]
    start_mode: Mapped[str] = mapped_column(String(10))
    remote_start_tag: Mapped[str | None] = mapped_column(String(20))
    accept_any: Mapped[bool]
    random_delay_max_s: Mapped[int]
    applies_own_delay: Mapped[bool] = mapped_column(server_default=false())
    phases: Mapped[int]
    voltage_v: Mapped[int]
    min_current_a: Mapped[int]
    max_current_a: Mapped[int]
    vehicle_id: Mapped[str | None] = mapped_column(Id)
    solar: Mapped[str] = mapped_column(String(10))
    restricted_hours: Mapped[dict[str, Any]]
    revision: Mapped[int]
    restricted_hours_revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_chargers_created_at_id", "created_at", "id"),
        Index(
            "uq_chargers_identity",
            "identity",
            unique=True,
            sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index(
            "ix_chargers_default_profile_at",
            "default_profile_at",
            sqlite_where=text("default_profile_at IS NOT NULL"),
            postgresql_where=text("default_profile_at IS NOT NULL"),
        ),
        Index(
            "ix_chargers_tell_at",
            "tell_at",
            sqlite_where=text("tell_at IS NOT NULL"),
            postgresql_where=text("tell_at IS NOT NULL"),
        ),
        Index(
            "ix_chargers_local_list_at",
            "local_list_at",
            sqlite_where=text("local_list_at IS NOT NULL"),
            postgresql_where=text("local_list_at IS NOT NULL"),
        ),
    )


class LocalListEntry(Base):
    """A card on the list that a charger keeps for when it has no line, as it was told (`domain.local_lists`)."""

    __tablename__ = "local_list_entries"
    charger_id: Mapped[str] = mapped_column(Id, ForeignKey("chargers.id"), primary_key=True)
    uid_key: Mapped[str] = mapped_column(String(20), primary_key=True)
    status: Mapped[str] = mapped_column(String(10))
    expires_at: Mapped[datetime | None]
    parent_id_tag: Mapped[str | None] = mapped_column(String(20))


class Connector(Base):
    """What a charger last said of one of its connectors; 0 is the charger as a whole."""

    __tablename__ = "connectors"
    charger_id: Mapped[str] = mapped_column(Id, ForeignKey("chargers.id"), primary_key=True)
    connector_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    status: Mapped[str] = mapped_column(String(20))
    error_code: Mapped[str | None] = mapped_column(String(50))
    info: Mapped[str | None] = mapped_column(String(50))
    vendor_error_code: Mapped[str | None] = mapped_column(String(50))
    reported_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    message_id: Mapped[str | None] = mapped_column(Id)
    is_plugged_in: Mapped[bool | None]
    plugged_in_at: Mapped[datetime | None]
    full_at: Mapped[datetime | None]
    soc_percent: Mapped[int | None]
    soc_at: Mapped[datetime | None]
    remote_start_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]

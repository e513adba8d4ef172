"""Tariffs with what they cost and since when, which of them a location pays by, and what sessions cost by them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from homecharge.storage.models.base import Base, PrimaryId
from homecharge.storage.types import Id


class Tariff(Base):
    """A tariff of the account that made it; deleted ones keep their row for History.

    `feed_wake_at` is the alarm of a dynamic one whose prices come from `feed_url`; `feed_failures` are those in a row.
    """

    __tablename__ = "tariffs"
    id: Mapped[PrimaryId]
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(String(100))
    currency: Mapped[str] = mapped_column(String(3))
    kind: Mapped[str] = mapped_column(String(20))
    feed_url: Mapped[str | None] = mapped_column(String(500))
    feed_wake_at: Mapped[datetime | None]
    feed_failures: Mapped[int]
    feed_ok_at: Mapped[datetime | None]
    feed_error: Mapped[str | None] = mapped_column(String(200))
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_tariffs_account_id_created_at_id", "account_id", "created_at", "id"),
        Index(
            "ix_tariffs_feed_wake_at",
            "feed_wake_at",
            sqlite_where=text("feed_wake_at IS NOT NULL"),
            postgresql_where=text("feed_wake_at IS NOT NULL"),
        ),
    )


class TariffVersion(Base):
    """What a tariff says from an instant on (`domain.tariff_specs`); the newest that has begun holds."""

    __tablename__ = "tariff_versions"
    tariff_id: Mapped[str] = mapped_column(Id, ForeignKey("tariffs.id"), primary_key=True)
    valid_from: Mapped[datetime] = mapped_column(primary_key=True)
    spec: Mapped[dict[str, Any]]


class TariffRate(Base):
    """A price of a dynamic tariff; those of one tariff never overlap."""

    __tablename__ = "tariff_rates"
    tariff_id: Mapped[str] = mapped_column(Id, ForeignKey("tariffs.id"), primary_key=True)
    valid_from: Mapped[datetime] = mapped_column(primary_key=True)
    valid_to: Mapped[datetime]
    per_kwh: Mapped[Decimal]


class LocationTariff(Base):
    """What a location pays by from an instant until its next row; no tariff where `tariff_id` is null."""

    __tablename__ = "location_tariffs"
    id: Mapped[PrimaryId]
    location_id: Mapped[str] = mapped_column(Id, ForeignKey("locations.id"))
    valid_from: Mapped[datetime]
    tariff_id: Mapped[str | None] = mapped_column(Id, ForeignKey("tariffs.id"), index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("location_id", "valid_from"),)


class CostLine(Base):
    """The energy of a session in one interval of its tariff, with the rate that applied; null where none was known."""

    __tablename__ = "cost_lines"
    session_id: Mapped[str] = mapped_column(Id, ForeignKey("sessions.id"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime]
    energy_wh: Mapped[int] = mapped_column(BigInteger)
    rate: Mapped[Decimal | None]

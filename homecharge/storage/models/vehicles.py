"""Vehicles of locations."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from homecharge.storage.models.base import Base, PrimaryId
from homecharge.storage.types import Id


class Vehicle(Base):
    """A car that charges at a location. `soc_percent` is the newest that was put, as of `soc_at`.

    A deleted one keeps its row: a charge that is under way goes on with what was known of it.
    """

    __tablename__ = "vehicles"
    id: Mapped[PrimaryId]
    location_id: Mapped[str] = mapped_column(Id, ForeignKey("locations.id"))
    name: Mapped[str] = mapped_column(String(100))
    battery_wh: Mapped[int]
    max_power_w: Mapped[int | None]
    efficiency_percent: Mapped[int]
    soc_percent: Mapped[int | None]
    soc_at: Mapped[datetime | None]
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_vehicles_location_id_created_at_id", "location_id", "created_at", "id"),)

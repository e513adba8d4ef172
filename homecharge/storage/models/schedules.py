"""Standing intentions and their firings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from homecharge.storage.models.base import Base, PrimaryId
from homecharge.storage.types import Id

AHEAD = "decided_at IS NULL OR skipped_at IS NOT NULL"
"""What lies ahead of a schedule is found among these few, however long its history is."""


IS_AWAITED = "wake_at IS NOT NULL"
"""A Smart occurrence that waits for its car."""


class Schedule(Base):
    """`spec` is the timing as the driver gave it (`domain.schedules`); each change raises `timing_revision`."""

    __tablename__ = "schedules"
    id: Mapped[PrimaryId]
    charger_id: Mapped[str] = mapped_column(Id, ForeignKey("chargers.id"), index=True)
    connector_id: Mapped[int]
    driver_id: Mapped[str] = mapped_column(Id, ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str | None] = mapped_column(String(100))
    is_enabled: Mapped[bool]
    spec: Mapped[dict[str, Any]]
    limit: Mapped[dict[str, Any] | None]
    timing_revision: Mapped[int]
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class Occurrence(Base):
    """One firing. `decided_at` is set when its first session leaves `planned`, or when it was skipped.

    `wake_at` is the alarm of a Smart one that waits for the car, `override` what one has that its schedule has not.
    `warn_at` is the alarm of asking whether it will start; from `watch_from` on it rings when anything gets worse.
    """

    __tablename__ = "occurrences"
    id: Mapped[PrimaryId]
    schedule_id: Mapped[str] = mapped_column(Id, ForeignKey("schedules.id"))
    timing_revision: Mapped[int]
    local_date: Mapped[date] = mapped_column(Date)
    round: Mapped[int]
    starts_at: Mapped[datetime]
    ready_by: Mapped[datetime | None]
    window_start: Mapped[datetime]
    window_end: Mapped[datetime]
    last_feasible_start: Mapped[datetime]
    clock_note: Mapped[str | None] = mapped_column(String(20))
    skipped_at: Mapped[datetime | None]
    skipped_by: Mapped[str | None] = mapped_column(Id)
    decided_at: Mapped[datetime | None]
    wake_at: Mapped[datetime | None]
    warn_at: Mapped[datetime | None]
    watch_from: Mapped[datetime | None]
    override: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("schedule_id", "timing_revision", "local_date", "round"),
        Index("ix_occurrences_schedule_id_starts_at", "schedule_id", "starts_at"),
        Index(
            "ix_occurrences_wake_at",
            "wake_at",
            "id",
            sqlite_where=text(IS_AWAITED),
            postgresql_where=text(IS_AWAITED),
        ),
        Index(
            "ix_occurrences_warn_at",
            "warn_at",
            "id",
            sqlite_where=text("warn_at IS NOT NULL"),
            postgresql_where=text("warn_at IS NOT NULL"),
        ),
        Index(
            "ix_occurrences_ahead",
            "schedule_id",
            "starts_at",
            sqlite_where=text(AHEAD),
            postgresql_where=text(AHEAD),
        ),
    )

"""Charging sessions (the rows of History) and their timelines."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from homecharge.storage.models.base import Base, PrimaryId
from homecharge.storage.types import Id


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


class ChargingSession(Base):
    """One try to charge; `domain.session_state.Session` says what the columns mean.

    The constraints carry the invariants: one first try per occurrence, one recovery per try, one session starting or
    charging per connector. Each public filter of History has its index `(location_id, filter, at, id)`. `tell_at` is
    the alarm of telling people that its status has changed.
    """

    __tablename__ = "sessions"
    id: Mapped[PrimaryId]
    reference: Mapped[str] = mapped_column(String(9), unique=True)
    tag: Mapped[str] = mapped_column(String(20), unique=True)
    card_uid: Mapped[str | None] = mapped_column(String(20))
    authorization_id: Mapped[str | None] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10))
    location_id: Mapped[str] = mapped_column(Id, ForeignKey("locations.id"))
    charger_id: Mapped[str] = mapped_column(Id, ForeignKey("chargers.id"))
    connector_id: Mapped[int]
    driver_id: Mapped[str | None] = mapped_column(Id, ForeignKey("accounts.id", ondelete="SET NULL"))
    schedule_id: Mapped[str | None] = mapped_column(Id, ForeignKey("schedules.id"))
    occurrence_id: Mapped[str | None] = mapped_column(Id)
    recovers_session_id: Mapped[str | None] = mapped_column(Id, unique=True)
    attempt: Mapped[int]
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    window_start: Mapped[datetime | None]
    window_end: Mapped[datetime | None]
    last_feasible_start: Mapped[datetime | None]
    planned_start_at: Mapped[datetime | None]
    random_delay_s: Mapped[int]
    plan: Mapped[dict[str, Any] | None]
    target: Mapped[dict[str, Any] | None]
    limit: Mapped[dict[str, Any] | None]
    commanded_at: Mapped[datetime | None]
    command_answer: Mapped[str | None] = mapped_column(String(10))
    command_error: Mapped[str | None] = mapped_column(String(160))
    command_message_id: Mapped[str | None] = mapped_column(Id)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    boosted_at: Mapped[datetime | None]
    boost_limit: Mapped[dict[str, Any] | None]
    boost_from_wh: Mapped[int | None]
    boost_from_s: Mapped[int | None]
    boost_from_cost: Mapped[Decimal | None]
    boost_ended_at: Mapped[datetime | None]
    energy_wh: Mapped[int]
    offered_at: Mapped[datetime | None]
    drew_at: Mapped[datetime | None]
    stop_requested_at: Mapped[datetime | None]
    stop_requested_by: Mapped[str | None] = mapped_column(Id)
    stop_requested_as: Mapped[str | None] = mapped_column(String(20))
    stop_reason: Mapped[str | None] = mapped_column(String(20))
    result: Mapped[str | None] = mapped_column(String(5))
    shortfall: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None] = mapped_column(String(30))
    rejection: Mapped[dict[str, Any] | None]
    open_until: Mapped[datetime | None]
    tell_at: Mapped[datetime | None]
    course: Mapped[list[Any] | None]
    course_revision: Mapped[int]
    flags: Mapped[list[Any]]
    cost: Mapped[Decimal | None]
    cost_currency: Mapped[str | None] = mapped_column(String(3))
    cost_note: Mapped[str | None] = mapped_column(String(20))
    uncosted_wh: Mapped[int | None]
    look_at_wh: Mapped[int | None]
    wake_at: Mapped[datetime | None]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    __table_args__ = (
        _partial("ix_sessions_wake_at", "wake_at", "id", where="wake_at IS NOT NULL"),
        _partial("ix_sessions_live", "charger_id", where="wake_at IS NOT NULL"),
        _partial("ix_sessions_open", "charger_id", where="open_until IS NOT NULL"),
        _partial(
            "uq_sessions_busy", "charger_id", "connector_id", where="status IN ('starting', 'charging')", unique=True
        ),
        _partial(
            "uq_sessions_first",
            "occurrence_id",
            where="occurrence_id IS NOT NULL AND recovers_session_id IS NULL",
            unique=True,
        ),
        _partial("ix_sessions_tell_at", "tell_at", "id", where="tell_at IS NOT NULL"),
        Index("ix_sessions_history", "location_id", "at", "id"),
        Index("ix_sessions_history_charger", "location_id", "charger_id", "at", "id"),
        Index("ix_sessions_history_driver", "location_id", "driver_id", "at", "id"),
        Index("ix_sessions_history_schedule", "location_id", "schedule_id", "at", "id"),
        Index("ix_sessions_history_kind", "location_id", "kind", "at", "id"),
        Index("ix_sessions_history_status", "location_id", "status", "at", "id"),
        Index("ix_sessions_history_reason", "location_id", "reason", "at", "id"),
        Index("ix_sessions_history_updated", "location_id", "updated_at", "id"),
        Index("ix_sessions_occurrence_id", "occurrence_id"),
        Index("ix_sessions_driver_id_id", "driver_id", "id"),
    )


class TimelineEntry(Base):
    """A step of a session: what happened, who or what caused it, and the OCPP message or HTTP request behind it."""

    __tablename__ = "timeline"
    id: Mapped[PrimaryId]
    session_id: Mapped[str] = mapped_column(Id, ForeignKey("sessions.id"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str | None] = mapped_column(Id)
    cause: Mapped[str | None] = mapped_column(String(40))
    detail: Mapped[dict[str, Any]]
    message_id: Mapped[str | None] = mapped_column(Id)
    request_id: Mapped[str | None] = mapped_column(String(64))
    __table_args__ = (
        Index("ix_timeline_session_id_at_id", "session_id", "at", "id"),
        _partial("ix_timeline_request_id", "request_id", where="request_id IS NOT NULL"),
    )

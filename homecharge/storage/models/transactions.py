"""The charger's own records and the meter readings behind every energy figure."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from homecharge.storage.models.base import Base, PrimaryId
from homecharge.storage.types import Id


class TransactionRow(Base):
    """`id` is the OCPP transactionId: positive, 31 bits, never reused.

    `charger_started_at` and `charger_stopped_at` are the charger's own instants, by which a repeated message is known;
    `started_at` and `stopped_at` are the same corrected by the clock skew. `uid_key` is `id_tag` as it is compared.
    `energy_wh` is what had flowed when the register showed `meter_last_wh`, so that a register that resets counts on.
    `stop_at` is the alarm of a RemoteStop still owed to it, fenced by `stop_version`; likewise `profile_at` of a
    charging profile that it is to get. `profile_revision` is the revision of the course that its charger keeps since
    `profile_taken_at`; both None while it keeps none. `told_at` is when listeners were told of a sample last.
    """

    __tablename__ = "transactions"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    charger_id: Mapped[str] = mapped_column(Id, ForeignKey("chargers.id"))
    connector_id: Mapped[int]
    session_id: Mapped[str | None] = mapped_column(Id, ForeignKey("sessions.id"), index=True)
    id_tag: Mapped[str] = mapped_column(String(20))
    uid_key: Mapped[str | None] = mapped_column(String(20))
    reservation_id: Mapped[int | None]
    is_refused: Mapped[bool]
    is_orphan: Mapped[bool]
    is_lost: Mapped[bool]
    is_ended_by_zero: Mapped[bool]
    is_paused: Mapped[bool] = mapped_column(server_default=false())
    charger_started_at: Mapped[datetime]
    started_at: Mapped[datetime]
    received_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    meter_start_wh: Mapped[int] = mapped_column(BigInteger)
    meter_last_wh: Mapped[int] = mapped_column(BigInteger)
    energy_wh: Mapped[int] = mapped_column(BigInteger)
    has_samples: Mapped[bool]
    drew_at: Mapped[datetime | None]
    drew_message_id: Mapped[str | None] = mapped_column(Id)
    power_w: Mapped[int | None]
    soc_percent: Mapped[int | None]
    told_at: Mapped[datetime | None]
    sampled_at: Mapped[datetime | None]
    charger_stopped_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    stop_received_at: Mapped[datetime | None]
    stop_reason: Mapped[str | None] = mapped_column(String(20))
    stop_message_id: Mapped[str | None] = mapped_column(Id)
    stop_at: Mapped[datetime | None]
    stop_tries: Mapped[int]
    stop_version: Mapped[int]
    profile_at: Mapped[datetime | None]
    profile_tries: Mapped[int]
    profile_version: Mapped[int]
    profile_revision: Mapped[int | None]
    profile_taken_at: Mapped[datetime | None]
    message_id: Mapped[str | None] = mapped_column(Id)
    __table_args__ = (
        Index("ix_transactions_repeat", "charger_id", "connector_id", "charger_started_at"),
        Index(
            "ix_transactions_open",
            "charger_id",
            sqlite_where=text("stopped_at IS NULL"),
            postgresql_where=text("stopped_at IS NULL"),
        ),
        Index(
            "ix_transactions_open_uid_key",
            "uid_key",
            sqlite_where=text("stopped_at IS NULL"),
            postgresql_where=text("stopped_at IS NULL"),
        ),
        Index(
            "ix_transactions_stop_at",
            "stop_at",
            sqlite_where=text("stop_at IS NOT NULL"),
            postgresql_where=text("stop_at IS NOT NULL"),
        ),
        Index(
            "ix_transactions_profile_at",
            "profile_at",
            sqlite_where=text("profile_at IS NOT NULL"),
            postgresql_where=text("profile_at IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )


class Reading(Base):
    """One sample: the session's energy so far, power and state of charge at an instant of the charger (corrected)."""

    __tablename__ = "readings"
    id: Mapped[PrimaryId]
    session_id: Mapped[str] = mapped_column(Id, ForeignKey("sessions.id"))
    transaction_id: Mapped[int]
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    energy_wh: Mapped[int] = mapped_column(BigInteger)
    power_w: Mapped[int | None]
    soc_percent: Mapped[int | None]
    __table_args__ = (Index("ix_readings_session_id_at", "session_id", "at"),)

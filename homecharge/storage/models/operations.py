"""The message log, and what the processes say of themselves: beats and outages."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from homecharge.storage.models.base import Base, PrimaryId
from homecharge.storage.types import Id


class Message(Base):
    """One OCPP frame as it was on the wire; kept `HOMECHARGE_MESSAGE_LOG_DAYS`. Evidence never rests on it."""

    __tablename__ = "messages"
    id: Mapped[PrimaryId]
    charger_id: Mapped[str] = mapped_column(Id)
    connection_id: Mapped[str] = mapped_column(Id)
    at: Mapped[datetime]
    direction: Mapped[str] = mapped_column(String(3))
    kind: Mapped[str] = mapped_column(String(10))
    action: Mapped[str | None] = mapped_column(String(50))
    ocpp_id: Mapped[str | None] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)
    __table_args__ = (
        Index("ix_messages_charger_id_at_id", "charger_id", "at", "id"),
        Index("ix_messages_charger_id_action_at_id", "charger_id", "action", "at", "id"),
        Index("ix_messages_at", "at"),
    )


class Process(Base):
    """A running process and its last beat; a gateway silent for 15 s has lost its chargers (design.md §7)."""

    __tablename__ = "processes"
    id: Mapped[PrimaryId]
    roles: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_processes_beat_at", "beat_at"),)


class Outage(Base):
    """A time in which no process of ours could decide; what was missed in it keeps its times, as evidence."""

    __tablename__ = "outages"
    id: Mapped[PrimaryId]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    __table_args__ = (Index("ix_outages_ended_at", "ended_at"),)

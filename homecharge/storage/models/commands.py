"""What operators had chargers told, what followed from it, and the audit log of what staff and owners did."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from homecharge.storage.models.base import Base, PrimaryId
from homecharge.storage.types import Id


class CommandRow(Base):
    """A command of an operator (`domain.commands`). `payload` and `answer` are masked.

    `to_send` is the payload as it was given, kept only until it is sent. `wake_at` is the alarm while it is under way,
    fenced by `version`. Messages of the charger follow it until `followed_until`; `follow_ups` counts them.
    """

    __tablename__ = "commands"
    id: Mapped[PrimaryId]
    charger_id: Mapped[str] = mapped_column(Id, ForeignKey("chargers.id"))
    action: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    to_send: Mapped[dict[str, Any] | None]
    state: Mapped[str] = mapped_column(String(10))
    status: Mapped[str | None] = mapped_column(String(50))
    answer: Mapped[dict[str, Any] | None]
    error_code: Mapped[str | None] = mapped_column(String(50))
    error_detail: Mapped[str | None] = mapped_column(String(255))
    requested_by: Mapped[str | None] = mapped_column(Id, ForeignKey("accounts.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    message_id: Mapped[str | None] = mapped_column(Id)
    wake_at: Mapped[datetime | None]
    version: Mapped[int]
    followed_until: Mapped[datetime | None]
    follow_ups: Mapped[int]
    __table_args__ = (
        Index("ix_commands_charger_id_created_at_id", "charger_id", "created_at", "id"),
        Index("ix_commands_created_at", "created_at"),
        Index(
            "ix_commands_wake_at",
            "wake_at",
            "id",
            sqlite_where=text("wake_at IS NOT NULL"),
            postgresql_where=text("wake_at IS NOT NULL"),
        ),
        Index(
            "ix_commands_followed",
            "charger_id",
            "followed_until",
            sqlite_where=text("followed_until IS NOT NULL"),
            postgresql_where=text("followed_until IS NOT NULL"),
        ),
    )


class CommandFollowUp(Base):
    """A message of the charger that followed a command."""

    __tablename__ = "command_follow_ups"
    id: Mapped[PrimaryId]
    command_id: Mapped[str] = mapped_column(Id, ForeignKey("commands.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(40))
    detail: Mapped[dict[str, Any]]
    message_id: Mapped[str | None] = mapped_column(Id)
    __table_args__ = (Index("ix_command_follow_ups_command_id_at_id", "command_id", "at", "id"),)


class AuditRow(Base):
    """Something that somebody did to somebody else's things; without foreign keys, because it outlives them all.

    `actor_id` None is the system. `detail` is masked.
    """

    __tablename__ = "audit_log"
    id: Mapped[PrimaryId]
    at: Mapped[datetime]
    actor_id: Mapped[str | None] = mapped_column(Id)
    action: Mapped[str] = mapped_column(String(50))
    target_kind: Mapped[str] = mapped_column(String(20))
    target_id: Mapped[str] = mapped_column(String(36))
    charger_id: Mapped[str | None] = mapped_column(Id)
    location_id: Mapped[str | None] = mapped_column(Id)
    detail: Mapped[dict[str, Any]]
    request_id: Mapped[str | None] = mapped_column(String(64))
    __table_args__ = (
        Index("ix_audit_log_at_id", "at", "id"),
        Index("ix_audit_log_charger_id_at_id", "charger_id", "at", "id"),
        Index("ix_audit_log_actor_id_at_id", "actor_id", "at", "id"),
        Index("ix_audit_log_target_id_at_id", "target_id", "at", "id"),
        Index("ix_audit_log_action_at_id", "action", "at", "id"),
    )

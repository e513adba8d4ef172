"""What people are told of by themselves, how they want it, and what became of telling them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from homecharge.storage.models.base import Base, PrimaryId
from homecharge.storage.types import Id


class NotificationRow(Base):
    """One in somebody's inbox; its words are written when it is read. Kept for 90 days.

    `charger_name` is what the charger was called when it was told: whoever has left a home learns of no other.
    """

    __tablename__ = "notifications"
    id: Mapped[PrimaryId]
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("accounts.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(30))
    about: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    expires_at: Mapped[datetime]
    collapse_key: Mapped[str] = mapped_column(String(64))
    urgency: Mapped[str] = mapped_column(String(10))
    session_id: Mapped[str | None] = mapped_column(Id)
    reference: Mapped[str | None] = mapped_column(String(9))
    charger_id: Mapped[str | None] = mapped_column(Id)
    charger_name: Mapped[str | None] = mapped_column(String(100))
    location_id: Mapped[str | None] = mapped_column(Id)
    params: Mapped[dict[str, Any]]
    read_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("account_id", "about"),
        Index("ix_notifications_account_id_at_id", "account_id", "at", "id"),
        Index("ix_notifications_at", "at"),
        Index("ix_notifications_location_id", "location_id"),
    )


class Delivery(Base):
    """One notification by one channel. `wake_at` is its alarm until it is over, fenced by `version`."""

    __tablename__ = "deliveries"
    id: Mapped[PrimaryId]
    notification_id: Mapped[str] = mapped_column(Id, ForeignKey("notifications.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("accounts.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(10))
    webhook_id: Mapped[str | None] = mapped_column(Id, ForeignKey("webhooks.id", ondelete="CASCADE"), index=True)
    collapse_key: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    error: Mapped[str | None] = mapped_column(String(200))
    tries: Mapped[int]
    version: Mapped[int]
    wake_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_deliveries_wake_at",
            "wake_at",
            "id",
            sqlite_where=text("wake_at IS NOT NULL"),
            postgresql_where=text("wake_at IS NOT NULL"),
        ),
        Index(
            "ix_deliveries_waiting",
            "account_id",
            "collapse_key",
            sqlite_where=text("wake_at IS NOT NULL"),
            postgresql_where=text("wake_at IS NOT NULL"),
        ),
    )


class Webhook(Base):
    """A URL of a person's that is told what they are told. `secret` signs what goes there, so it is kept as it is.

    `failing_since` is set while nothing gets through; one that failed for long is `disabled_at`.
    """

    __tablename__ = "webhooks"
    id: Mapped[PrimaryId]
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    url: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(String(100))
    failing_since: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(200))
    delivered_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class AppDevice(Base):
    """An installation of the app that takes pushes; a phone belongs to whoever put its token last.

    It goes with the log-in that put it (`family_id`); one that was put before that was kept has none.
    """

    __tablename__ = "app_devices"
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    install_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    platform: Mapped[str] = mapped_column(String(20))
    push_token: Mapped[str] = mapped_column(String(4096))
    push_token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    app_version: Mapped[str] = mapped_column(String(50))
    locale: Mapped[str] = mapped_column(String(20))
    updated_at: Mapped[datetime]
    family_id: Mapped[str | None] = mapped_column(Id, ForeignKey("token_families.id", ondelete="CASCADE"), index=True)


class NotificationPreference(Base):
    """What a person chose (`domain.notification_preferences`); without a row the defaults hold."""

    __tablename__ = "notification_preferences"
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    chosen: Mapped[dict[str, Any]]
    revision: Mapped[int]
    updated_at: Mapped[datetime]

"""Mails that wait to be sent, and the links in those that were."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from homecharge.storage.models.base import Base, PrimaryId
from homecharge.storage.types import Id


class AccountLink(Base):
    """A link that works once, until `expires_at`; only its SHA-256 is kept. Used, it is deleted."""

    __tablename__ = "account_links"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(254))
    expires_at: Mapped[datetime]
    __table_args__ = (Index("ix_account_links_expires_at", "expires_at"),)


class Mail(Base):
    """A mail to be made and sent at `wake_at`; deleted once it was taken. Whose it is may be found only then."""

    __tablename__ = "mails"
    id: Mapped[PrimaryId]
    kind: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(254))
    account_id: Mapped[str | None] = mapped_column(Id, ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    tries: Mapped[int]
    wake_at: Mapped[datetime]
    created_at: Mapped[datetime]
    __table_args__ = (Index("ix_mails_wake_at", "wake_at"),)

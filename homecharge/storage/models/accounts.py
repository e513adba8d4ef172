"""People, their tokens, and the answers remembered for their idempotency keys."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from homecharge.storage.models.base import Base, PrimaryId
from homecharge.storage.types import Id


class Account(Base):
    """A person: a driver, a support agent or an operator."""

    __tablename__ = "accounts"
    id: Mapped[PrimaryId]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    email_verified_at: Mapped[datetime | None]
    password_hash: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(100))
    locale: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(10))
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class TokenFamily(Base):
    """One log-in on one device; revoking it ends every token that came of it.

    `network` is a keyed digest of the address it came from: enough to know it again.
    """

    __tablename__ = "token_families"
    id: Mapped[PrimaryId]
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    device: Mapped[str | None] = mapped_column(String(100))
    network: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]


class RefreshToken(Base):
    """One rotation; only its SHA-256 is kept. `replaced_at` is when its successor was issued."""

    __tablename__ = "refresh_tokens"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    family_id: Mapped[str] = mapped_column(Id, ForeignKey("token_families.id", ondelete="CASCADE"), index=True)
    sequence: Mapped[int]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    replaced_at: Mapped[datetime | None]


class IdempotencyKey(Base):
    """Key, effect and stored answer commit together; `status` None means the first request is still running.

    A running one holds a claim until `claimed_until`: after a crash the next request with the key takes it over.
    """

    __tablename__ = "idempotency_keys"
    caller: Mapped[str] = mapped_column(String(80), primary_key=True)
    method: Mapped[str] = mapped_column(String(8), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    claim_id: Mapped[str] = mapped_column(Id)
    claimed_until: Mapped[datetime]
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None]
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    __table_args__ = (Index("ix_idempotency_keys_created_at", "created_at"),)

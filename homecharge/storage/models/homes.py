"""Locations and who belongs to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from homecharge.storage.models.base import Base, PrimaryId
from homecharge.storage.types import Id


class Location(Base):
    """A home: where it is decides the zone, the currency and the law.

    A deleted one keeps its row and its members, who go on seeing its History. `surplus_w` is what its meter last said
    that it gives away, as of `surplus_at`. `roaming`: partners' cards are taken, and partners may start; `guest`: their
    cards only; `reimbursement` names the cards whose charges are paid back (authorization.md, step 5).
    """

    __tablename__ = "locations"
    id: Mapped[PrimaryId]
    name: Mapped[str] = mapped_column(String(100))
    country: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[str] = mapped_column(String(64))
    currency: Mapped[str] = mapped_column(String(3))
    accept_any: Mapped[bool]
    roaming: Mapped[bool] = mapped_column(server_default=false())
    guest: Mapped[bool] = mapped_column(server_default=false())
    reimbursement: Mapped[dict[str, Any] | None]
    access_revision: Mapped[int] = mapped_column(server_default=text("1"))
    surplus_w: Mapped[int | None]
    surplus_at: Mapped[datetime | None]
    revision: Mapped[int]
    tariff_revision: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_locations_created_at_id", "created_at", "id"),)


class Member(Base):
    """A person's role at a location, and when it was changed last; there is one owner."""

    __tablename__ = "members"
    location_id: Mapped[str] = mapped_column(Id, ForeignKey("locations.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("accounts.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(10))
    joined_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    changed_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_members_owner",
            "location_id",
            unique=True,
            sqlite_where=text("role = 'owner'"),
            postgresql_where=text("role = 'owner'"),
        ),
    )


class JoinCodeRow(Base):
    """A joining code (`domain.join_codes`), in the clear: it is shown again, it opens one home, and not for long.

    A hash of so few bits would be undone in seconds. One that is over keeps its row for a while: whoever joined with it
    may ask again.
    """

    __tablename__ = "join_codes"
    id: Mapped[PrimaryId]
    location_id: Mapped[str] = mapped_column(Id, ForeignKey("locations.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(11), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    uses: Mapped[int]
    used: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]

"""The outbox: what has changed, written in the transaction that changed it."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from homecharge.storage.models.base import Base, PrimaryId
from homecharge.storage.types import Id


class EventRow(Base):
    """Something that whoever may see it is told of: members of a location, or one person.

    The id is in the order of time, and tells when it was. Kept for a day (`domain.events.KEPT`).
    """

    __tablename__ = "events"
    id: Mapped[PrimaryId]
    kind: Mapped[str] = mapped_column(String(30))
    resource_id: Mapped[str] = mapped_column(Id)
    location_id: Mapped[str | None] = mapped_column(Id)
    account_id: Mapped[str | None] = mapped_column(Id)
    __table_args__ = (
        Index("ix_events_location_id_id", "location_id", "id"),
        Index("ix_events_account_id_id", "account_id", "id"),
    )

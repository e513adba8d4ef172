"""What a charger has told of itself, and what its behaviour suggests."""

from sqlalchemy import select, update

from homecharge.domain.charger_state import StartMode
from homecharge.ports.units import Db
from homecharge.storage.models import Charger


def find_configuration(db: Db, charger_id: str) -> dict[str, str | None] | None:
    """The configuration as last read, None if it never was."""
    return db.scalar(select(Charger.configuration).where(Charger.id == charger_id))


def find_firmware_status(db: Db, charger_id: str) -> str | None:
    """The last FirmwareStatusNotification."""
    return db.scalar(select(Charger.firmware_status).where(Charger.id == charger_id))


def propose_free_vend(db: Db, charger_id: str) -> None:
    """A transaction that nobody asked for: the owner is offered the start mode that fits; setting it is theirs."""
    c = Charger
    db.execute(
        update(c)
        .where(c.id == charger_id, c.start_mode == StartMode.CONTROLLED, c.proposed_start_mode.is_(None))
        .values(proposed_start_mode=StartMode.FREE_VEND.value)
    )

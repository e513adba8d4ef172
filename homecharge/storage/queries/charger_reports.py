"""What a charger has told of itself, and what its behaviour suggests."""

from sqlalchemy import exists, select, update

from homecharge.domain.charger_state import ConnectorStatus, StartMode
from homecharge.domain.events import EventKind
from homecharge.ports.charger_events import Line
from homecharge.ports.units import Db
from homecharge.storage.models import Charger, Connector, TransactionRow
from homecharge.storage.outbox import note_changed
from homecharge.storage.queries.surroundings import INSTALLING


def find_configuration(db: Db, charger_id: str) -> dict[str, str | None] | None:
    """The configuration as last read, None if it never was."""
    return db.scalar(select(Charger.configuration).where(Charger.id == charger_id))


def find_firmware_status(db: Db, charger_id: str) -> str | None:
    """The last FirmwareStatusNotification."""
    return db.scalar(select(Charger.firmware_status).where(Charger.id == charger_id))


def end_installation(db: Db, line: Line) -> None:
    """A charger that has booted installs nothing any more; how an update ended stays as it was told."""
    c = Charger
    installing = update(c).where(c.id == line.charger_id, c.connection_id == line.connection_id)
    db.execute(installing.where(c.firmware_status == INSTALLING).values(firmware_status=None, firmware_status_at=None))


def change_setting(db: Db, charger_id: str, configuration: dict[str, str | None], **values: int | None) -> None:
    """What is known of the charger's configuration."""
    known = update(Charger).where(Charger.id == charger_id)
    db.execute(known.values(configuration=configuration, **values))


def propose_free_vend(db: Db, charger_id: str) -> None:
    """A transaction that nobody asked for: the owner is offered the start mode that fits; setting it is theirs."""
    c = Charger
    db.execute(
        update(c)
        .where(c.id == charger_id, c.start_mode == StartMode.CONTROLLED, c.proposed_start_mode.is_(None))
        .values(proposed_start_mode=StartMode.FREE_VEND.value)
    )
    note_changed(db, EventKind.CHARGER_CHANGED, [charger_id])


def learn_restart(db: Db, charger_id: str, connector_id: int) -> None:
    """A transaction begins there: with the cable in since one ended, the charger restarts from Finishing."""
    _learn_restart(db, charger_id, connector_id, restarts=True)


def learn_no_restart(db: Db, charger_id: str, connector_id: int) -> None:
    """A start was refused there: where it was Finishing since a transaction ended, the charger wants a replug first."""
    _learn_restart(db, charger_id, connector_id, restarts=False)


def _learn_restart(db: Db, charger_id: str, connector_id: int, *, restarts: bool) -> None:
    """Having restarted once proves it; a refusal, which may have another reason, is believed until then."""
    c, k, t = Charger, Connector, TransactionRow
    is_used = exists().where(
        k.charger_id == charger_id,
        k.connector_id == connector_id,
        t.charger_id == charger_id,
        t.connector_id == connector_id,
        t.is_refused.is_(False),
        t.is_lost.is_(False),
        t.stopped_at >= k.plugged_in_at,
        *(() if restarts else (k.status == ConnectorStatus.FINISHING,)),
    )
    is_news = c.restarts_from_finishing.is_not(True) if restarts else c.restarts_from_finishing.is_(None)
    db.execute(update(c).where(c.id == charger_id, is_news, is_used).values(restarts_from_finishing=restarts))

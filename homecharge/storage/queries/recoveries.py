"""Tries that are over and still open to another, planned tries that are hastened, and alarms made to ring."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, bindparam, or_, select, update

from homecharge.domain.session_state import Session, Status
from homecharge.ports.units import Db
from homecharge.storage.models import Connector
from homecharge.storage.queries.sessions import COLUMNS, TABLE, session_of

C = TABLE.c
# Asked for with nearly every message: built once, because building a statement costs more than running it.
_ON_CONNECTOR = or_(bindparam("b_connector", type_=Integer()).is_(None), C.connector_id == bindparam("b_connector"))
_OPEN_TRIES = (
    select(*COLUMNS)
    .where(C.charger_id.in_(bindparam("b_chargers", expanding=True)), C.open_until >= bindparam("b_now"))
    .order_by(C.due_at, C.id)
)
_RING_DUE = (
    update(TABLE)
    .where(
        C.charger_id.in_(bindparam("b_chargers", expanding=True)),
        C.wake_at.is_not(None),
        or_(C.status != Status.PLANNED, C.due_at <= bindparam("b_now")),
        _ON_CONNECTOR,
    )
    .values(wake_at=bindparam("b_now"), version=C.version + 1)
)


def list_open_tries(db: Db, charger_ids: Collection[str], *, now: datetime) -> list[Session]:
    """Sessions on these chargers that are over and may still be recovered, first due first."""
    found = db.execute(_OPEN_TRIES, {"b_chargers": list(charger_ids), "b_now": now})
    return [session_of(row) for row in found]


def close_to_recovery(db: Db, session_id: str, *, now: datetime) -> bool:
    """No further try of this session; False if it was not open to one."""
    closed = db.execute(
        update(TABLE)
        .where(TABLE.c.id == session_id, TABLE.c.open_until.is_not(None))
        .values(open_until=None, updated_at=now)
    )
    return closed.rowcount == 1


def close_unbounded(db: Db, place: tuple[str, int], *, now: datetime) -> None:
    """Tries there that no window bounds had their chance while the car was plugged in."""
    charger_id, connector_id = place
    db.execute(
        update(TABLE)
        .where(
            TABLE.c.charger_id == charger_id,
            TABLE.c.connector_id == connector_id,
            TABLE.c.open_until.is_not(None),
            TABLE.c.last_feasible_start.is_(None),
        )
        .values(open_until=None, updated_at=now)
    )


def read_holds(db: Db, charger_ids: Collection[str]) -> dict[tuple[str, int], datetime]:
    """Connectors on which the driver stopped a charge and has not replugged since, and when that was."""
    if not charger_ids:
        return {}
    k = Connector
    rows = db.execute(
        select(k.charger_id, k.connector_id, k.held_at).where(
            k.charger_id.in_(list(charger_ids)), k.held_at.is_not(None)
        )
    )
    return {(row.charger_id, row.connector_id): row.held_at for row in rows}


def hasten(db: Db, charger_id: str, connector_id: int, *, now: datetime) -> list[Session]:
    """Make recoveries that are planned for later due at once."""
    is_here = (TABLE.c.charger_id == charger_id) & (TABLE.c.connector_id == connector_id)
    return _hasten(db, is_here & TABLE.c.recovers_session_id.is_not(None), now=now)


def hasten_try(db: Db, session_id: str, *, now: datetime) -> list[Session]:
    """Make this try due at once, if it is planned for later."""
    return _hasten(db, TABLE.c.id == session_id, now=now)


def _hasten(db: Db, which: ColumnElement[bool], *, now: datetime) -> list[Session]:
    waiting = db.execute(
        update(TABLE)
        .where(which, TABLE.c.wake_at.is_not(None), TABLE.c.status == Status.PLANNED, TABLE.c.due_at > now)
        .values(due_at=now, at=now, planned_start_at=now, wake_at=now, version=TABLE.c.version + 1, updated_at=now)
        .returning(*COLUMNS)
    )
    return [session_of(row) for row in waiting]


def ring_due(db: Db, charger_ids: Collection[str], *, connector_id: int | None = None, now: datetime) -> int:
    """Make the alarm of every due session ring now, and raise its version; returns how many.

    What has begun is due whatever the clock says, which may have been stepped back since.
    """
    ringing = {"b_chargers": list(charger_ids), "b_now": now, "b_connector": connector_id or None}
    return db.execute(_RING_DUE, ringing).rowcount

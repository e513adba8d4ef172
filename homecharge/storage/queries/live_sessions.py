"""The sessions that are live on a charger or at a location: what stands in the way of others."""

from collections.abc import Collection

from sqlalchemy import select

from homecharge.domain.session_state import LIVE, Session
from homecharge.ports.units import Db
from homecharge.storage.queries.planned_sessions import of_member
from homecharge.storage.queries.sessions import COLUMNS, TABLE, list_sessions, session_of


def list_live_sessions(db: Db, *, charger_ids: Collection[str]) -> list[Session]:
    """Those that are starting, charging or paused on these chargers."""
    # An alarm is set on every live session, and the index of a charger's sessions holds those with an alarm.
    return list_sessions(
        db, TABLE.c.charger_id.in_(charger_ids), TABLE.c.wake_at.is_not(None), TABLE.c.status.in_(LIVE)
    )


def list_live_of_member(db: Db, location_id: str, driver_id: str) -> list[Session]:
    """Those of a person that are starting, charging or paused at a location."""
    return list_sessions(db, of_member(location_id, driver_id), TABLE.c.wake_at.is_not(None), TABLE.c.status.in_(LIVE))


def find_live_session(db: Db, *, location_id: str, charger_id: str | None = None) -> Session | None:
    """One that is live at a location, on one charger there if it is named; None if there is none."""
    query = select(*COLUMNS).where(TABLE.c.location_id == location_id, TABLE.c.status.in_(LIVE)).limit(1)
    row = db.execute(query if charger_id is None else query.where(TABLE.c.charger_id == charger_id)).one_or_none()
    return None if row is None else session_of(row)

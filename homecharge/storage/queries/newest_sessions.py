"""The newest session of each of many chargers, in one statement."""

from collections.abc import Collection

from sqlalchemy import or_, select

from homecharge.domain.session_state import OVER, Session
from homecharge.ports.units import Db
from homecharge.storage.models import Charger
from homecharge.storage.queries.sessions import COLUMNS, TABLE, session_of


def read_last_sessions(
    db: Db, charger_ids: Collection[str], *, all_at: Collection[str], driver_id: str
) -> dict[str, Session]:
    """Of each charger the newest session that is over: anybody's at the locations `all_at`, else this person's."""
    each = TABLE.alias().c
    newest = (
        select(each.id)
        .where(
            each.location_id == Charger.location_id,
            each.charger_id == Charger.id,
            each.status.in_(OVER),
            or_(each.location_id.in_(all_at), each.driver_id == driver_id),
        )
        .order_by(each.at.desc(), each.id.desc())
        .limit(1)
        .correlate(Charger)
        .scalar_subquery()
    )
    found = select(newest).where(Charger.id.in_(charger_ids))
    sessions = map(session_of, db.execute(select(*COLUMNS).where(TABLE.c.id.in_(found))))
    return {session.charger_id: session for session in sessions}

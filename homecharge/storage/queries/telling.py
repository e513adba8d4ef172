"""What people are still to be told of: sessions and chargers with an alarm of their own for that."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update

from homecharge.domain.access import MemberRole
from homecharge.domain.notifications import ChargerLine
from homecharge.domain.session_state import Session
from homecharge.ports.units import Db
from homecharge.storage.models import Charger, Member
from homecharge.storage.queries.sessions import COLUMNS, TABLE, session_of

BATCH = 100


def claim_untold_sessions(db: Db, *, now: datetime) -> list[Session]:
    """Sessions whose status has changed since people were told of it; nobody else has them until this unit ends."""
    due = select(*COLUMNS).where(TABLE.c.tell_at <= now).order_by(TABLE.c.tell_at, TABLE.c.id).limit(BATCH)
    found = [session_of(row) for row in db.execute(due.with_for_update(skip_locked=True))]
    if found:
        told = update(TABLE).where(TABLE.c.id.in_([session.id for session in found]))
        db.execute(told.values(tell_at=None))
    return found


def claim_untold_chargers(db: Db, *, now: datetime) -> list[ChargerLine]:
    """As `claim_untold_sessions`, of chargers that have come or gone; `set_charger_alarms` follows."""
    c = Charger
    due = (
        select(c.id, c.location_id, c.connection_id, c.first_seen_at, c.offline_since)
        .where(c.tell_at <= now)
        .order_by(c.tell_at, c.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [
        ChargerLine(
            charger_id=row.id,
            location_id=row.location_id,
            is_connected=row.connection_id is not None,
            first_seen_at=row.first_seen_at,
            offline_since=row.offline_since,
        )
        for row in db.execute(due)
    ]


def set_charger_alarms(db: Db, alarms: Sequence[tuple[str, datetime | None]]) -> None:
    """When there may be something to tell of chargers next; None: not before something happens."""
    for charger_id, tell_at in alarms:
        is_left = Charger.deleted_at.is_(None)
        db.execute(update(Charger).where(Charger.id == charger_id, is_left).values(tell_at=tell_at))
        db.execute(update(Charger).where(Charger.id == charger_id, ~is_left).values(tell_at=None))


def read_members(db: Db, location_ids: Collection[str]) -> dict[str, dict[str, MemberRole]]:
    """The members of each location, with their roles."""
    found: dict[str, dict[str, MemberRole]] = defaultdict(dict)
    query = select(Member.location_id, Member.account_id, Member.role).where(Member.location_id.in_(location_ids))
    for row in db.execute(query.order_by(Member.joined_at)):
        found[row.location_id][row.account_id] = MemberRole(row.role)
    return found

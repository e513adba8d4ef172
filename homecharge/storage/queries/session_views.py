"""What is shown beside a session, read for a whole page at once."""

from collections.abc import Collection

from sqlalchemy import select

from homecharge.domain.live import Sample
from homecharge.domain.session_state import Status
from homecharge.ports.units import Db
from homecharge.storage.models import ChargingSession, Location, Member, TransactionRow


def read_recoveries(db: Db, session_ids: Collection[str]) -> dict[str, tuple[str, Status]]:
    """The id of the try that recovers each session, and how far it is, by the session's id."""
    s = ChargingSession
    rows = db.execute(select(s.recovers_session_id, s.id, s.status).where(s.recovers_session_id.in_(session_ids)))
    return {row.recovers_session_id: (row.id, Status(row.status)) for row in rows}


def read_zones(db: Db, location_ids: Collection[str]) -> dict[str, str]:
    """IANA zones by location id."""
    return dict(db.execute(select(Location.id, Location.time_zone).where(Location.id.in_(location_ids))).all())


def read_own_zones(db: Db, account_ids: Collection[str]) -> dict[str, str]:
    """IANA zones by account id: of the home that each has belonged to for longest."""
    at_home = select(Member.account_id, Location.time_zone).join(Location, Location.id == Member.location_id)
    theirs = at_home.where(Member.account_id.in_(account_ids), Location.deleted_at.is_(None))
    newest_first = theirs.order_by(Member.joined_at.desc(), Location.id.desc())
    return dict(db.execute(newest_first).all()) if account_ids else {}


def read_samples(db: Db, session_ids: Collection[str]) -> dict[str, Sample]:
    """The newest meter value of each session, by the session's id."""
    t = TransactionRow
    rows = db.execute(
        select(t.session_id, t.sampled_at, t.power_w, t.soc_percent)
        .where(t.session_id.in_(session_ids), t.sampled_at.is_not(None))
        .order_by(t.id)
    )
    return {row.session_id: Sample(row.sampled_at, row.power_w, row.soc_percent) for row in rows}

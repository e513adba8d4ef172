"""What sessions cost, in and out of the database, and the meter readings behind it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, delete, insert, select, update

from homecharge.domain.costs import Cost, CostLine, Curve, Metering, MeterPoint, curves_of
from homecharge.domain.events import EventKind
from homecharge.domain.session_state import OVER, Session, Status
from homecharge.domain.times import Interval
from homecharge.ports.units import Db
from homecharge.storage.models import CostLine as LineRow
from homecharge.storage.models import Reading, TransactionRow
from homecharge.storage.outbox import note_changed
from homecharge.storage.queries.sessions import TABLE

LINES = cast("Table", LineRow.__table__)
_SET = (
    update(TABLE)
    .where(TABLE.c.id == bindparam("b_id"))
    .values(
        cost=bindparam("b_cost"),
        cost_currency=bindparam("b_currency"),
        cost_note=bindparam("b_note"),
        uncosted_wh=bindparam("b_uncosted_wh"),
    )
)


def read_curves(db: Db, sessions: Sequence[Session]) -> dict[str, list[Curve]]:
    """When the energy of each session flowed, by the session's id; two reads however many there are."""
    ids = [session.id for session in sessions]
    meterings = _read_meterings(db, ids)
    r = Reading
    readings: dict[str, dict[int, list[MeterPoint]]] = defaultdict(lambda: defaultdict(list))
    rows = db.execute(select(r.session_id, r.transaction_id, r.at, r.energy_wh).where(r.session_id.in_(ids)))
    for session_id, transaction_id, at, energy_wh in rows:
        readings[session_id][transaction_id].append(MeterPoint(at, energy_wh))
    return {
        session.id: curves_of(
            session.energy_wh, session.started_at, session.ended_at, meterings[session.id], readings[session.id]
        )
        for session in sessions
    }


def _read_meterings(db: Db, session_ids: Sequence[str]) -> Mapping[str, list[Metering]]:
    t = TransactionRow
    rows = db.execute(
        select(t.session_id, t.id, t.started_at, t.stopped_at, t.sampled_at, t.energy_wh)
        .where(t.session_id.in_(session_ids), t.is_orphan.is_(False))
        .order_by(t.id)
    )
    found: dict[str, list[Metering]] = defaultdict(list)
    for row in rows:
        ended_at = max(row.stopped_at or row.started_at, row.sampled_at or row.started_at)
        found[row.session_id].append(Metering(row.id, row.started_at, ended_at, row.energy_wh))
    return found


def read_cost_lines(db: Db, session_ids: Collection[str]) -> dict[str, list[CostLine]]:
    """The stored lines of sessions, in their order, by the session's id."""
    found: dict[str, list[CostLine]] = defaultdict(list)
    for row in db.execute(select(LINES).where(LINES.c.session_id.in_(session_ids)).order_by(LINES.c.starts_at)):
        found[row.session_id].append(CostLine(Interval(row.starts_at, row.ends_at), row.energy_wh, row.rate))
    return found


def write_costs(db: Db, costs: Mapping[str, tuple[Cost, str]]) -> None:
    """Write each session's cost, with its currency, and its lines."""
    if not costs:
        return
    db.execute(
        _SET,
        [
            {
                "b_id": session_id,
                "b_cost": cost.amount,
                "b_currency": currency,
                "b_note": cost.note,
                "b_uncosted_wh": cost.uncosted_wh,
            }
            for session_id, (cost, currency) in costs.items()
        ],
    )
    note_changed(db, EventKind.SESSION_CHANGED, costs)
    db.execute(delete(LINES).where(LINES.c.session_id.in_(costs)))
    lines = [
        {
            "session_id": session_id,
            "starts_at": line.interval.start,
            "ends_at": line.interval.end,
            "energy_wh": line.energy_wh,
            "rate": line.rate,
        }
        for session_id, (cost, _) in costs.items()
        for line in cost.lines
    ]
    if lines:
        db.execute(insert(LINES), lines)


def list_without_cost(db: Db, location_id: str, *, since: datetime) -> list[str]:
    """Sessions of a location that are over, drew energy after an instant, and have no cost."""
    s = TABLE.c
    query = (
        select(s.id)
        .where(s.location_id == location_id, s.status.in_(OVER), s.ended_at > since)
        .where(s.energy_wh > 0, s.cost.is_(None))
        .order_by(s.at)
    )
    return list(db.scalars(query))


def add_flag(db: Db, session: Session, flag: str) -> None:
    """Say something of a session that stays true."""
    if flag not in session.flags:
        db.execute(update(TABLE).where(TABLE.c.id == session.id).values(flags=[*session.flags, flag]))
        note_changed(db, EventKind.SESSION_CHANGED, [session.id])


def wake_limited_by_cost(db: Db, location_ids: Collection[str], *, now: datetime) -> int:
    """Look again at the charges under way at locations that have a limit by cost, or a boost with one; how many."""
    s = TABLE.c
    is_under_way = (s.location_id.in_(location_ids), s.wake_at.is_not(None), s.status != Status.PLANNED)
    has_limit = (s.limit["kind"].as_string() == "cost") | (s.boost_limit["kind"].as_string() == "cost")
    return db.execute(update(TABLE).where(*is_under_way, has_limit).values(wake_at=now, version=s.version + 1)).rowcount

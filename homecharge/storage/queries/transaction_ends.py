"""Ends of transactions: which one a stop belongs to, and what it leaves behind."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, update

from homecharge.domain.metering import Meter, flows
from homecharge.ports.charger_events import Origin, TransactionStop
from homecharge.ports.units import Db
from homecharge.storage.models import Charger, Connector, TransactionRow
from homecharge.storage.queries.sessions import TABLE

T = TransactionRow


@dataclass(frozen=True, slots=True)
class Stoppable:
    """A transaction that a stop may belong to; `is_stopped` when its stop was heard before."""

    id: int
    connector_id: int
    session_id: str | None
    is_lost: bool
    is_stopped: bool
    drew_at: datetime | None
    started_at: datetime
    received_at: datetime
    meter_start_wh: int
    meter: Meter


def _rows() -> Select[*tuple[Any, ...]]:
    return select(
        T.id,
        T.connector_id,
        T.session_id,
        T.is_lost,
        T.drew_at,
        T.meter_start_wh,
        T.meter_last_wh,
        T.energy_wh,
        T.sampled_at,
        T.started_at,
        T.received_at,
        T.stop_received_at,
    )


def _one(db: Db, rows: Select[*tuple[Any, ...]]) -> Stoppable | None:
    row = db.execute(rows.limit(1)).one_or_none()
    if row is None:
        return None
    return Stoppable(
        id=row.id,
        connector_id=row.connector_id,
        session_id=row.session_id,
        is_lost=row.is_lost,
        is_stopped=row.stop_received_at is not None,
        drew_at=row.drew_at,
        started_at=row.started_at,
        received_at=row.received_at,
        meter_start_wh=row.meter_start_wh,
        meter=Meter(row.meter_last_wh, row.energy_wh, row.sampled_at),
    )


def find_stoppable(db: Db, transaction_id: int) -> Stoppable | None:
    """By id."""
    return _one(db, _rows().where(T.id == transaction_id))


def find_stopped_by(db: Db, charger_id: str, stop: TransactionStop, *, stopped_at: datetime) -> Stoppable | None:
    """By its id, if we gave that one; else the very stop that came before; else what is newest on a connector.

    An id that is −1, 0 or unknown names no connector either: of the transactions that are the newest on theirs, begun
    before it and not stopped, it is the one with its tag, or the newest.
    """
    ours = _rows().where(T.charger_id == charger_id)
    has_begun = T.is_orphan.is_(False) & (T.started_at <= stopped_at)
    newest = select(func.max(T.id)).where(T.charger_id == charger_id, has_begun).group_by(T.connector_id)
    is_tagged = func.upper(T.id_tag) == (stop.id_tag or "").upper()
    return (
        _one(db, ours.where(T.id == stop.transaction_id))
        or _one(db, ours.where(T.charger_stopped_at == stop.timestamp, T.meter_last_wh == stop.meter_wh))
        or _one(
            db,
            ours.where(T.id.in_(newest), T.stop_received_at.is_(None)).order_by(
                is_tagged.desc(), T.started_at.desc(), T.id.desc()
            ),
        )
    )


def end_transaction(
    db: Db, ended: Stoppable, origin: Origin, stop: TransactionStop, *, energy_wh: int, stopped_at: datetime
) -> None:
    """The stop as it was heard; the energy it adds goes to the session, too."""
    is_first_sign = ended.drew_at is None and flows(energy_wh, power_w=None, current_a=None)
    drew = {"drew_at": stopped_at, "drew_message_id": origin.message_id} if is_first_sign else {}
    db.execute(
        update(T)
        .where(T.id == ended.id)
        .values(
            charger_stopped_at=stop.timestamp,
            stopped_at=stopped_at,
            stop_received_at=origin.at,
            stop_reason=stop.reason,
            stop_message_id=origin.message_id,
            is_lost=False,
            meter_last_wh=stop.meter_wh,
            energy_wh=energy_wh,
            **drew,
            heard_at=origin.at,
            power_w=0,
            stop_at=None,
            profile_at=None,
        )
    )
    rise_wh = energy_wh - ended.meter.energy_wh
    if rise_wh and ended.session_id is not None:
        db.execute(update(TABLE).where(TABLE.c.id == ended.session_id).values(energy_wh=TABLE.c.energy_wh + rise_wh))


def forget_causes(db: Db, charger_id: str, ended: Stoppable) -> None:
    """What made a transaction begin explains no later Preparing: a car that is replugged at once is a plug-in."""
    c, k = Charger, Connector
    db.execute(update(c).where(c.id == charger_id, c.authorized_at <= ended.received_at).values(authorized_at=None))
    db.execute(
        update(k)
        .where(k.charger_id == charger_id, k.connector_id == ended.connector_id)
        .where(k.remote_start_at <= ended.received_at)
        .values(remote_start_at=None)
    )


def add_orphan(db: Db, origin: Origin, stop: TransactionStop, *, stopped_at: datetime) -> None:
    """A stop that belongs to nothing we know is kept for support."""
    values = {
        "charger_id": origin.line.charger_id,
        "connector_id": 0,
        "id_tag": stop.id_tag or "",
        "is_refused": False,
        "is_orphan": True,
        "is_lost": False,
        "is_ended_by_zero": False,
        "charger_started_at": stop.timestamp,
        "started_at": stopped_at,
        "received_at": origin.at,
        "heard_at": origin.at,
        "meter_start_wh": stop.meter_wh,
        "meter_last_wh": stop.meter_wh,
        "energy_wh": 0,
        "has_samples": False,
        "charger_stopped_at": stop.timestamp,
        "stopped_at": stopped_at,
        "stop_received_at": origin.at,
        "stop_reason": stop.reason,
        "stop_tries": 0,
        "stop_version": 0,
        "profile_tries": 0,
        "profile_version": 0,
        "message_id": origin.message_id,
    }
    db.execute(insert(T).values(**values))

"""Meter values in and out of the database, many transactions at once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Boolean, Double, Integer, Row, select, union, update

from homecharge.domain.events import EventKind
from homecharge.domain.limits import EnergyLimit, limit_from_json
from homecharge.domain.metering import Meter, Metered
from homecharge.domain.session_state import Status
from homecharge.domain.targets import EnergyTarget, target_from_json
from homecharge.ports.charger_events import MeterReport, Origin
from homecharge.ports.units import Db
from homecharge.storage.bulk import Bulk, inserting
from homecharge.storage.models import Charger, Connector, Reading, TransactionRow
from homecharge.storage.outbox import note_changed
from homecharge.storage.queries.sessions import TABLE
from homecharge.storage.types import Id, UtcDateTime, new_id

T, C, K, S = TransactionRow, Charger, Connector, TABLE.c
_INSTANT = UtcDateTime()
_LOCK = Bulk(
    {"id": Id},
    lambda rows: (
        select(C.id, C.connection_id, C.clock_skew_s, C.sends_samples)
        .where(C.id.in_(select(rows.c.id)))
        .order_by(C.id)
        .with_for_update(key_share=True)
    ),
)
_METERED = (
    select(
        T.id,
        T.charger_id,
        T.connector_id,
        T.session_id,
        S.limit,
        S.target,
        S.look_at_wh,
        S.energy_wh,
        T.meter_last_wh,
        T.energy_wh,
        T.sampled_at,
        T.has_samples,
        T.drew_at,
        T.drew_message_id,
        T.power_w,
        T.soc_percent,
        T.heard_at,
        T.started_at,
        T.stopped_at.is_(None),
        T.is_lost,
        T.is_refused,
        T.told_at,
    )
    .join(TABLE, S.id == T.session_id, isouter=True)
    .where(T.is_orphan.is_(False))
    .order_by(T.id)
)
_OF_REPORTS = Bulk(
    {"charger_id": Id, "transaction_id": Integer()},
    lambda rows: _METERED.where(
        T.id.in_(
            union(
                select(T.id).join(rows, T.charger_id == rows.c.charger_id).where(T.stopped_at.is_(None)),
                select(rows.c.transaction_id),
            )
        )
    ),
)
_SAMPLED = Bulk(
    {
        "id": Integer(),
        "heard_at": _INSTANT,
        "meter_last_wh": BigInteger(),
        "energy_wh": BigInteger(),
        "has_samples": Boolean(),
        "drew_at": _INSTANT,
        "drew_message_id": Id,
        "power_w": Integer(),
        "soc_percent": Integer(),
        "sampled_at": _INSTANT,
        "told_at": _INSTANT,
    },
    lambda rows: update(T).where(T.id == rows.c.id).values({each.name: each for each in rows.c if each.name != "id"}),
)
_CHARGED = Bulk(
    {"id": Id, "rise_wh": BigInteger()},
    lambda rows: update(TABLE).where(S.id == rows.c.id).values(energy_wh=S.energy_wh + rows.c.rise_wh),
)
_WOKEN = Bulk(
    {"id": Id, "wake_at": _INSTANT},
    lambda rows: (
        update(TABLE)
        .where(S.id == rows.c.id, S.wake_at.is_not(None), S.status != Status.PLANNED)
        .values(wake_at=rows.c.wake_at, version=S.version + 1)
    ),
)
_CAR = Bulk(
    {"charger_id": Id, "connector_id": Integer(), "soc_percent": Integer(), "soc_at": _INSTANT},
    lambda rows: (
        update(K)
        .where(K.charger_id == rows.c.charger_id, K.connector_id == rows.c.connector_id)
        .values(soc_percent=rows.c.soc_percent, soc_at=rows.c.soc_at)
    ),
)
_CLOCKS = Bulk(
    {"id": Id, "skew_s": Double()},
    lambda rows: update(C).where(C.id == rows.c.id).values(clock_skew_s=rows.c.skew_s),
)
_READINGS = inserting(Reading)


class Clock(NamedTuple):
    """A charger's connection, its clock's skew (`domain.charger_clock`), and whether it is known to send samples."""

    connection_id: str | None
    skew_s: float | None
    sends_samples: bool | None


def lock_clocks(db: Db, charger_ids: Collection[str]) -> dict[str, Clock]:
    """The clocks of chargers, whose rows are ours until the unit ends (as by `lock_chargers`)."""
    found = _LOCK.fetch(db, [{"id": charger_id} for charger_id in charger_ids])
    return {charger_id: Clock(*clock) for charger_id, *clock in found}


def read_metered(
    db: Db, reports: Sequence[tuple[Origin, MeterReport]], skews: Mapping[str, float | None]
) -> dict[int, Metered]:
    """By id: every open transaction of the reporting chargers, and those that the reports name.

    `skews` are the chargers' clocks (`domain.charger_clock`), by charger.
    """
    wanted = [
        {"charger_id": origin.line.charger_id, "transaction_id": report.transaction_id} for origin, report in reports
    ]
    found = [_metered(row, skews) for row in _OF_REPORTS.fetch(db, wanted)]
    return {metered.id: metered for metered in found}


def _metered(row: Row[*tuple[Any, ...]], skews: Mapping[str, float | None]) -> Metered:
    id_, charger_id, connector_id, session_id, limit, target, look_at_wh, energy_wh, *rest = row
    last_wh, counted_wh, sampled_at, *rest = rest
    endings = (limit_from_json(limit), target_from_json(target))
    limits_wh = [each.energy_wh for each in endings if isinstance(each, EnergyLimit | EnergyTarget)]
    limits_wh += [] if look_at_wh is None else [look_at_wh]
    meter = Meter(last_wh, counted_wh, sampled_at)
    skew_s = skews.get(charger_id)
    known = id_, charger_id, connector_id, session_id, min(limits_wh, default=None), energy_wh or 0, meter
    return Metered._make((*known, *rest, skew_s, ()))


def write_metered(db: Db, changed: Sequence[tuple[Metered, Metered]]) -> None:
    """Write `(before, after)` pairs: the transaction, its readings, the session's energy and the car's charge."""
    _SAMPLED.execute(db, [_sampled(after) for _, after in changed])
    rises = [
        {"id": after.session_id, "rise_wh": after.meter.energy_wh - before.meter.energy_wh}
        for before, after in changed
        if after.session_id is not None and after.meter.energy_wh != before.meter.energy_wh
    ]
    _CHARGED.execute(db, rises)
    _READINGS.execute(db, [reading for _, after in changed for reading in _readings(after)])
    cars = [
        {
            "charger_id": after.charger_id,
            "connector_id": after.connector_id,
            "soc_percent": after.soc_percent,
            "soc_at": after.heard_at,
        }
        for before, after in changed
        if after.soc_percent != before.soc_percent
    ]
    _CAR.execute(db, cars)
    told = [after.session_id for before, after in changed if after.told_at != before.told_at]
    note_changed(db, EventKind.SESSION_CHANGED, [session_id for session_id in told if session_id is not None])


def _sampled(metered: Metered) -> dict[str, object]:
    return {
        "id": metered.id,
        "heard_at": metered.heard_at,
        "meter_last_wh": metered.meter.last_wh,
        "energy_wh": metered.meter.energy_wh,
        "has_samples": metered.has_samples,
        "drew_at": metered.drew_at,
        "drew_message_id": metered.drew_message_id,
        "power_w": metered.power_w,
        "soc_percent": metered.soc_percent,
        "sampled_at": metered.meter.sampled_at,
        "told_at": metered.told_at,
    }


def _readings(metered: Metered) -> list[dict[str, object]]:
    return [
        {
            "id": new_id(),
            "session_id": metered.session_id,
            "transaction_id": metered.id,
            **reading._asdict(),
        }
        for reading in metered.readings
    ]


def wake_metered(db: Db, session_ids: Sequence[str], *, now: datetime) -> None:
    """Look again at sessions for which a sample decides something."""
    _WOKEN.execute(db, [{"id": session_id, "wake_at": now} for session_id in session_ids])


def change_clocks(db: Db, skews: Mapping[str, float]) -> None:
    """What was learnt of chargers' clocks, by charger."""
    _CLOCKS.execute(db, [{"id": charger_id, "skew_s": skew_s} for charger_id, skew_s in skews.items()])


def mark_sending_samples(db: Db, charger_ids: Collection[str]) -> None:
    """These chargers do send samples."""
    if charger_ids:
        db.execute(update(C).where(C.id.in_(list(charger_ids))).values(sends_samples=True))

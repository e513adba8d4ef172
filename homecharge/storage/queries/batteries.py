"""The cars of Smart charges: what was said of their batteries, and what meters have counted since."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, func, or_, select

from homecharge.domain.batteries import Car
from homecharge.domain.vehicles import StateOfCharge
from homecharge.ports.units import Db
from homecharge.storage.bulk import Bulk
from homecharge.storage.models import Charger, Connector, Reading, TransactionRow, Vehicle
from homecharge.storage.types import Id, UtcDateTime

C, K, V, T, R = Charger, Connector, Vehicle, TransactionRow, Reading
_CARS = Bulk(
    {"session_id": Id, "charger_id": Id, "connector_id": Integer(), "vehicle_id": Id},
    lambda rows: (
        select(
            rows.c.session_id,
            V.battery_wh,
            V.efficiency_percent,
            V.max_power_w,
            V.soc_percent.label("put_percent"),
            V.soc_at.label("put_at"),
            K.soc_percent.label("reported_percent"),
            K.soc_at.label("reported_at"),
            K.plugged_in_at,
            C.connected_at,
            C.connection_id,
        )
        .join(C, C.id == rows.c.charger_id)
        .outerjoin(K, (K.charger_id == rows.c.charger_id) & (K.connector_id == rows.c.connector_id))
        .outerjoin(V, V.id == func.coalesce(rows.c.vehicle_id, C.vehicle_id))
    ),
)


def read_cars(db: Db, wanted: Sequence[tuple[str, str, int, str | None]]) -> dict[str, Car]:
    """By session id, of `(session, charger, connector, vehicle)`: the vehicle named, else the charger's."""
    names = ("session_id", "charger_id", "connector_id", "vehicle_id")
    found = _CARS.fetch(db, [dict(zip(names, row, strict=True)) for row in wanted])
    return {row.session_id: _car_of(row) for row in found}


def _car_of(row: Row[*tuple[Any, ...]]) -> Car:
    return Car(
        battery_wh=row.battery_wh,
        efficiency_percent=row.efficiency_percent,
        max_power_w=row.max_power_w,
        put=None if row.put_at is None else StateOfCharge(row.put_percent, row.put_at),
        reported=None if row.reported_at is None else StateOfCharge(row.reported_percent, row.reported_at),
        connected_at=None if row.connection_id is None else row.connected_at,
        plugged_in_at=row.plugged_in_at,
    )


def _counted(rows: Any) -> Any:  # noqa: ANN401 - what Bulk hands over, and a statement of its columns
    before = (
        select(func.max(R.energy_wh))
        .where(R.session_id == T.session_id, R.transaction_id == T.id, R.at <= rows.c.since)
        .correlate(T, rows)
        .scalar_subquery()
    )
    return (
        select(rows.c.session_id, func.sum(T.energy_wh - func.coalesce(before, 0)))
        .join(T, (T.charger_id == rows.c.charger_id) & (T.connector_id == rows.c.connector_id))
        .where(T.is_orphan.is_(False), or_(T.stopped_at.is_(None), T.stopped_at > rows.c.since))
        .group_by(rows.c.session_id)
    )


_COUNTED = Bulk({"session_id": Id, "charger_id": Id, "connector_id": Integer(), "since": UtcDateTime()}, _counted)


def read_counted(db: Db, since: Sequence[tuple[str, str, int, datetime]]) -> dict[str, int]:
    """The energy (Wh) that each `(session, charger, connector)` has given its car since an instant, by session id.

    All that flowed there counts, in whichever session; of a transaction that had begun, what came after its last
    reading before the instant.
    """
    names = ("session_id", "charger_id", "connector_id", "since")
    found = _COUNTED.fetch(db, [dict(zip(names, row, strict=True)) for row in since])
    return {session_id: int(energy_wh) for session_id, energy_wh in found}

"""What a Boost stands in the way of."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from homecharge.ports.units import Db
from homecharge.storage.models import Charger, Occurrence, Schedule


@dataclass(frozen=True, slots=True)
class ComingOccurrence:
    """A scheduled charge that is still ahead."""

    id: str
    schedule_id: str
    starts_at: datetime


def find_coming_occurrence(
    db: Db, charger_id: str, connector_id: int, *, after: datetime, before: datetime
) -> ComingOccurrence | None:
    """The first one on a connector that is due between two instants, None if nothing is."""
    o = Occurrence
    row = db.execute(
        select(o.id, o.schedule_id, o.starts_at)
        .join(Schedule, Schedule.id == o.schedule_id)
        .where(
            Schedule.charger_id == charger_id,
            Schedule.connector_id == connector_id,
            Schedule.deleted_at.is_(None),
            Schedule.is_enabled,
            o.timing_revision == Schedule.timing_revision,
            o.decided_at.is_(None),
            o.skipped_at.is_(None),
            o.starts_at > after,
            o.starts_at < before,
        )
        .order_by(o.starts_at, o.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else ComingOccurrence(row.id, row.schedule_id, row.starts_at)


def get_most_power_w(db: Db, charger_id: str) -> int:
    """What a charger gives at most, by its settings."""
    c = Charger
    phases, volts, amperes = db.execute(select(c.phases, c.voltage_v, c.max_current_a).where(c.id == charger_id)).one()
    return int(phases * volts * amperes)

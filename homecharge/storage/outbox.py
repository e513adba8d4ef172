"""The outbox of a unit of work: what it changed is noted as it is changed, and written once, just before it commits.

Whoever changes what people are shown notes it where it is written, in `storage`; nobody else has to think of it.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import select

from homecharge.domain.events import EventKind
from homecharge.ports.units import Db
from homecharge.storage.bulk import inserting
from homecharge.storage.models import Charger, ChargingSession, EventRow, Occurrence, Schedule
from homecharge.storage.types import new_id

_NOTED, _PERSONAL = "changes", "personal"
_ADD = inserting(EventRow)
_LOCATED = {
    EventKind.SESSION_CHANGED: (ChargingSession.id, select(ChargingSession.id, ChargingSession.location_id)),
    EventKind.CHARGER_CHANGED: (Charger.id, select(Charger.id, Charger.location_id)),
    EventKind.OCCURRENCE_CHANGED: (
        Occurrence.id,
        select(Occurrence.id, Charger.location_id)
        .join(Schedule, Schedule.id == Occurrence.schedule_id)
        .join(Charger, Charger.id == Schedule.charger_id),
    ),
}


def open_outbox(db: Db) -> None:
    """Begin a unit that has changed nothing yet."""
    db.info[_NOTED] = {kind: {} for kind in EventKind}
    db.info[_PERSONAL] = []


def note_changed(db: Db, kind: EventKind, resource_ids: Iterable[str]) -> None:
    """These are not as they were: their location's members are to be told, each once for the whole unit."""
    db.info[_NOTED][kind].update(dict.fromkeys(resource_ids))


def note_gone(db: Db, kind: EventKind, resource_ids: Collection[str]) -> None:
    """As `note_changed`, of rows that are about to be deleted."""
    db.info[_NOTED][kind].update(_locate(db, kind, resource_ids))


def note_personal(db: Db, kind: EventKind, resource_id: str, account_id: str) -> None:
    """There is something for one person."""
    db.info[_PERSONAL].append((kind, resource_id, account_id))


def write_outbox(db: Db) -> set[str]:
    """Write what was noted, in the unit that is about to commit; the topics to ring after that."""
    rows = []
    for kind, noted in db.info[_NOTED].items():
        located = {key: location_id for key, location_id in noted.items() if location_id is not None}
        if len(located) < len(noted):
            located |= _locate(db, kind, [key for key in noted if key not in located])
        rows += [
            {"id": new_id(), "kind": kind, "resource_id": key, "location_id": location_id, "account_id": None}
            for key, location_id in located.items()
        ]
    personal = [
        {"id": new_id(), "kind": kind, "resource_id": key, "location_id": None, "account_id": account_id}
        for kind, key, account_id in db.info[_PERSONAL]
    ]
    _ADD.execute(db, [*rows, *personal])
    return {location_topic(row["location_id"]) for row in rows} | {account_topic(row["account_id"]) for row in personal}


def location_topic(location_id: str) -> str:
    """Rings when something of a location has changed."""
    return f"location:{location_id}"


def account_topic(account_id: str) -> str:
    """Rings when there is something for one person, or when their homes have changed."""
    return f"account:{account_id}"


def _locate(db: Db, kind: EventKind, resource_ids: Collection[str]) -> dict[str, str]:
    id_, located = _LOCATED[kind]
    if not resource_ids:
        return {}
    return dict(db.execute(located.where(id_.in_(resource_ids))).all())

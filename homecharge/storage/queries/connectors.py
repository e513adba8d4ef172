"""Connectors in and out of the database, and what our decisions leave on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, exists, insert, select, update

from homecharge.domain.charger_state import ConnectorStatus
from homecharge.domain.events import EventKind
from homecharge.domain.session_state import LIVE, Status
from homecharge.ports.units import Db
from homecharge.storage.models import Charger, Connector, TransactionRow
from homecharge.storage.outbox import note_changed
from homecharge.storage.queries.sessions import TABLE
from homecharge.storage.queries.surroundings import Place

CONNECTORS = cast("Table", Connector.__table__)
K = CONNECTORS.c
# Asked for with every StatusNotification: built once, because building a statement costs more than running it.
_HERE = and_(K.charger_id == bindparam("b_charger"), K.connector_id == bindparam("b_connector"))
_FIND = select(
    K.status, K.is_plugged_in, K.error_code, K.remote_start_at, K.changed_at, K.reported_at, K.held_at
).where(_HERE)
_ADD = insert(CONNECTORS)
_CHANGE = update(CONNECTORS).where(_HERE)
_TELL = update(Charger).where(Charger.id == bindparam("b_charger")).values(tell_at=bindparam("b_at"))


@dataclass(frozen=True, slots=True)
class LastReport:
    """What was known of a connector before the report at hand."""

    status: ConnectorStatus
    is_plugged_in: bool | None
    error_code: str | None
    remote_start_at: datetime | None
    changed_at: datetime | None
    reported_at: datetime | None
    is_held: bool


def find_last_report(db: Db, place: Place) -> LastReport | None:
    """None for a connector that has never reported."""
    row = db.execute(_FIND, _at(place)).one_or_none()
    if row is None:
        return None
    return LastReport(
        status=ConnectorStatus(row.status),
        is_plugged_in=row.is_plugged_in,
        error_code=row.error_code,
        remote_start_at=row.remote_start_at,
        changed_at=row.changed_at,
        reported_at=row.reported_at,
        is_held=row.held_at is not None,
    )


def add_connector(db: Db, place: Place, values: dict[str, Any]) -> None:
    """The first report of a connector."""
    charger_id, connector_id = place
    db.execute(_ADD, {"charger_id": charger_id, "connector_id": connector_id, **values})
    note_changed(db, EventKind.CHARGER_CHANGED, [charger_id])


def change_connector(db: Db, place: Place, values: dict[str, Any], *, is_news: bool) -> None:
    """A further report; `is_news`: it says anything else than the one before."""
    db.execute(_CHANGE, {**_at(place), **values})
    if is_news:
        note_changed(db, EventKind.CHARGER_CHANGED, [place[0]])
        db.execute(_TELL, {"b_charger": place[0], "b_at": values["reported_at"]})


def _at(place: Place) -> dict[str, Any]:
    return {"b_charger": place[0], "b_connector": place[1]}


def has_drawing_transaction(db: Db, place: Place) -> bool:
    """Whether a transaction is open there into which energy has flowed."""
    t = TransactionRow
    is_drawing = (t.charger_id == place[0], t.connector_id == place[1], t.stopped_at.is_(None), t.drew_at.is_not(None))
    return bool(db.scalar(select(exists().where(*is_drawing))))


def has_session(db: Db, place: Place, *, now: datetime) -> bool:
    """Whether a session is live there, or one is due there already."""
    is_due = (TABLE.c.status == Status.PLANNED) & (TABLE.c.due_at <= now)
    is_here = (TABLE.c.charger_id == place[0], TABLE.c.connector_id == place[1], TABLE.c.wake_at.is_not(None))
    return bool(db.scalar(select(exists().where(*is_here, TABLE.c.status.in_(LIVE) | is_due))))


def mark_remote_starts(db: Db, places: Sequence[Place], *, now: datetime) -> None:
    """A remote start goes to these connectors: what follows within two minutes is no plug-in."""
    _change_all(db, [(place, {"remote_start_at": now}) for place in places])


def forget_remote_starts(db: Db, places: Sequence[Place]) -> None:
    """The remote start there came to nothing: a later Preparing is none of its doing."""
    _change_all(db, [(place, {"remote_start_at": None}) for place in places])


def hold_until_replugged(db: Db, stops: Sequence[tuple[Place, datetime]]) -> None:
    """The driver stopped a charge there, then: no recovery and no plug-in follows until the car is replugged."""
    _change_all(db, [(place, {"held_at": stopped_at}) for place, stopped_at in stops])


def _change_all(db: Db, changes: Sequence[tuple[Place, dict[str, Any]]]) -> None:
    if changes:
        db.execute(_CHANGE, [{**_at(place), **values} for place, values in changes])

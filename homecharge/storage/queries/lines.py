"""A charger's line: its fence (only the newest connection may write what it heard), how it opens and closes."""

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, Table, and_, bindparam, case, func, null, select, update

from homecharge.domain.charger_state import LastRefusal, OfflineCause
from homecharge.domain.events import EventKind
from homecharge.ports.charger_events import Line, Origin
from homecharge.ports.units import Db
from homecharge.storage.models import Charger
from homecharge.storage.outbox import note_changed
from homecharge.storage.parts import in_parts

CHARGERS = cast("Table", Charger.__table__)
C = CHARGERS.c


@dataclass(frozen=True, slots=True)
class LineCharger:
    """What inbound messages need of their charger."""

    id: str
    location_id: str
    start_mode: str
    proposed_start_mode: str | None
    charge_now: bool
    clock_skew_s: float | None
    sends_samples: bool | None
    authorized_at: datetime | None
    connected_at: datetime | None
    has_default_profile: bool
    remote_start_tag: str | None


# Asked for with every message: built once, because building a statement costs more than running it.
_LINE = and_(C.id == bindparam("b_charger"), C.connection_id == bindparam("b_connection"))
_KNOWN = select(*(C[field.name] for field in dataclasses.fields(LineCharger))).with_for_update(key_share=True)
_FIND = _KNOWN.where(_LINE)
_FIND_REMOVED = _KNOWN.where(C.id == bindparam("b_charger"), C.deleted_at.is_not(None))
_LOCK = select(C.id).where(C.id.in_(bindparam("b_ids", expanding=True))).order_by(C.id).with_for_update(key_share=True)
_CHANGE = update(CHARGERS).where(_LINE)
_SHOWN = frozenset({"connection_id", "vendor", "firmware_status", "diagnostics_status", "capabilities"})
"""One of these is in whatever changes the picture that people have of a charger."""
_FIND_BY_IDENTITY = select(C.id, C.password_sha256, C.next_passwords_sha256).where(
    C.identity == bindparam("b_identity"), C.deleted_at.is_(None)
)
_OPEN = (
    update(CHARGERS)
    .where(C.id == bindparam("b_charger"), C.deleted_at.is_(None))
    .values(
        connection_id=bindparam("b_connection"),
        gateway_id=bindparam("b_gateway"),
        protocol=bindparam("b_protocol"),
        connected_at=bindparam("b_now"),
        first_seen_at=func.coalesce(C.first_seen_at, bindparam("b_now")),
        last_seen_at=bindparam("b_now"),
        offline_since=None,
        offline_cause=None,
        last_refusal=null(),
        tell_at=case((C.first_seen_at.is_(None), bindparam("b_now")), (C.tell_at <= bindparam("b_now"), C.tell_at)),
    )
)


def lock_chargers(db: Db, charger_ids: Collection[str]) -> None:
    """Keep these chargers to this unit until it ends: messages and decisions about one follow one another.

    Taken before any row that belongs to a charger, and in one order, so that units wait instead of meeting head-on. On
    SQLite a write has the database to itself anyway.
    """
    for ids in in_parts(charger_ids):
        db.execute(_LOCK, {"b_ids": ids}).all()


def find_line_charger(db: Db, origin: Origin) -> LineCharger | None:
    """The charger of a line, locked as by `lock_chargers`.

    None when a newer connection has replaced the line, or the charger is gone.
    """
    return _found(db, _FIND, origin.line)


def find_removed_charger(db: Db, origin: Origin) -> LineCharger | None:
    """The charger of a line where it was taken away since: what it said before its line was cut is to be answered."""
    return _found(db, _FIND_REMOVED, origin.line)


def _found(db: Db, query: Select[Any], line: Line) -> LineCharger | None:
    row = db.execute(query, _key(line)).one_or_none()
    return None if row is None else LineCharger(*row)


@dataclass(frozen=True, slots=True)
class Known:
    """The charger with an identity, and the hashes of what opens a line for it."""

    charger_id: str
    password_sha256: str
    next_passwords_sha256: tuple[str, ...]


def find_by_identity(db: Db, identity: str) -> Known | None:
    """The charger that calls itself so."""
    row = db.execute(_FIND_BY_IDENTITY, {"b_identity": identity}).one_or_none()
    return None if row is None else Known(row.id, row.password_sha256, tuple(row.next_passwords_sha256 or ()))


def mark_refusal(db: Db, charger_id: str, refusal: Mapping[str, str]) -> None:
    """Remember why the last handshake was refused."""
    db.execute(update(Charger).where(Charger.id == charger_id).values(last_refusal=dict(refusal)))
    note_changed(db, EventKind.CHARGER_CHANGED, [charger_id])


def refusal_of(stored: Mapping[str, str] | None) -> LastRefusal | None:
    """What `mark_refusal` wrote."""
    return LastRefusal(datetime.fromisoformat(stored["at"]), stored["reason"]) if stored is not None else None


def open_line(db: Db, line: Line, *, gateway_id: str, now: datetime) -> bool:
    """The newest connection owns the charger; False if the charger is gone."""
    opening = {**_key(line), "b_gateway": gateway_id, "b_protocol": line.protocol, "b_now": now}
    is_open = db.execute(_OPEN, opening).rowcount == 1
    if is_open:
        note_changed(db, EventKind.CHARGER_CHANGED, [line.charger_id])
    return is_open


def close_line(db: Db, line: Line, *, heard_at: datetime, cause: OfflineCause, now: datetime) -> bool:
    """The charger has no line; False if a newer one has replaced this."""
    return update_line(
        db,
        line,
        connection_id=None,
        gateway_id=None,
        connected_at=None,
        last_seen_at=heard_at,
        offline_since=now,
        offline_cause=cause.value,
        tell_at=now,
    )


def update_line(db: Db, line: Line, **values: Any) -> bool:
    """Write what was heard on a line; False, and nothing written, if it is the charger's no more."""
    is_heard = db.execute(_CHANGE, {**_key(line), **values}).rowcount == 1
    if is_heard and not _SHOWN.isdisjoint(values):
        note_changed(db, EventKind.CHARGER_CHANGED, [line.charger_id])
    return is_heard


def _key(line: Line) -> dict[str, str]:
    return {"b_charger": line.charger_id, "b_connection": line.connection_id}


def forget_clocks(db: Db, gateway_id: str, *, now: datetime) -> None:
    """How far the clocks of this gateway's chargers are off is not known; none of its lines came up in the future."""
    c = Charger
    owned = update(c).where(c.gateway_id == gateway_id)
    db.execute(owned.values(clock_skew_s=None))
    db.execute(owned.where(c.connected_at > now).values(connected_at=now))


def mark_heard(db: Db, lines: Mapping[str, Line], heard_at: Mapping[str, datetime]) -> None:
    """When each of the open lines last said anything; both by connection id."""
    rows = [
        {**_key(lines[connection_id]), "last_seen_at": at}
        for connection_id, at in heard_at.items()
        if connection_id in lines
    ]
    if rows:
        db.execute(_CHANGE, rows)


def mark_seen(db: Db, seen: Mapping[str, datetime]) -> None:
    """Chargers, by id, were heard then; an older instant changes nothing."""
    c = Charger
    rows = [{"b_id": charger_id, "b_at": at} for charger_id, at in seen.items()]
    if rows:
        db.execute(
            update(c)
            .where(c.id == bindparam("b_id"), c.last_seen_at < bindparam("b_at"))
            .values(last_seen_at=bindparam("b_at")),
            rows,
        )


def list_owned(db: Db, gateway_id: str) -> set[str | None]:
    """The connection ids that a gateway owns."""
    return set(db.scalars(select(Charger.connection_id).where(Charger.gateway_id == gateway_id)))

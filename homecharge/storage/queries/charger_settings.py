"""Chargers as their owners know them, in and out of the database; every look-up goes through a membership."""

import dataclasses
from collections.abc import Collection
from datetime import datetime, time
from typing import Any, cast

from sqlalchemy import Row, Select, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from homecharge.domain.access import MemberRole
from homecharge.domain.charger_state import OfflineCause, StartMode
from homecharge.domain.chargers import Charger, ChargerSettings, Connection, Progress, Solar
from homecharge.domain.events import EventKind
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.restricted_hours import Choice, ChosenHours, RestrictedHours, RestrictedWindow, windows_in_force
from homecharge.domain.times import WallWindow
from homecharge.ports.units import Db
from homecharge.storage.models import Charger as ChargerRow
from homecharge.storage.models import Location, Member
from homecharge.storage.outbox import note_changed
from homecharge.storage.queries.lines import refusal_of
from homecharge.storage.queries.pages import fetch_page

CHARGERS = cast("Table", ChargerRow.__table__)
_SETTINGS = tuple(field.name for field in dataclasses.fields(ChargerSettings))
_PLAIN = (
    *("id", "location_id", "identity", "vendor", "model", "serial_number", "firmware_version"),
    *("revision", "restricted_hours_revision", "created_at", "updated_at"),
)
_LINE = ("first_seen_at", "last_seen_at", "connected_at", "protocol", "connection_id", "last_refusal")
_SEEN = ("refuses_profiles", "refuses_default_profile", "zero_limit_ends_tx", "restarts_from_finishing")
"""What a charger was seen to do, or not to do; None: there was no occasion yet."""
_PROGRESS = ("firmware_status", "firmware_status_at", "diagnostics_status", "diagnostics_status_at")
_TOLD = ("capabilities", "proposed_start_mode")
_COLUMNS = tuple(CHARGERS.c[name] for name in (*_PLAIN, *_SETTINGS, *_LINE, *_SEEN, *_PROGRESS, *_TOLD))


def _charger_of(row: Row[Any]) -> Charger:
    values = {name: getattr(row, name) for name in (*_PLAIN, *_SETTINGS)}
    return Charger(
        **values | {"start_mode": StartMode(row.start_mode), "solar": Solar(row.solar)},
        connection=connection_of(row),
        capabilities=(row.capabilities or {}) | {n: seen for n in _SEEN if (seen := getattr(row, n)) is not None},
        proposed_start_mode=StartMode(row.proposed_start_mode) if row.proposed_start_mode else None,
        firmware=progress_of(row, "firmware"),
        diagnostics=progress_of(row, "diagnostics"),
        my_role=MemberRole(row.role),
        country=row.country,
        time_zone=row.time_zone,
    )


def progress_of(row: Row[Any], name: str) -> Progress | None:
    """The firmware's update or the diagnostics' upload of a charger's row that has the columns of it."""
    status = getattr(row, f"{name}_status")
    return None if status is None else Progress(status=status, at=getattr(row, f"{name}_status_at"))


def connection_of(row: Row[Any]) -> Connection:
    """The line of a charger's row that has all columns of it."""
    return Connection(
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        connected_at=None if row.connection_id is None else row.connected_at,
        protocol=row.protocol,
        last_refusal=refusal_of(row.last_refusal),
    )


def _seen_by(account_id: str) -> Select[Any]:
    return (
        select(*_COLUMNS, Member.role, Location.country, Location.time_zone)
        .join(Member, Member.location_id == CHARGERS.c.location_id)
        .join(Location, Location.id == CHARGERS.c.location_id)
        .where(Member.account_id == account_id, CHARGERS.c.deleted_at.is_(None))
    )


def find_charger(db: Db, charger_id: str, *, account_id: str, for_update: bool = False) -> Charger | None:
    """By id, as that member of its location sees it.

    `for_update` keeps others from changing it, and the member from leaving, until the unit ends.
    """
    query = _seen_by(account_id).where(CHARGERS.c.id == charger_id)
    locked = query.with_for_update(of=(CHARGERS, Member), key_share=True)
    row = db.execute(locked if for_update else query).one_or_none()
    return None if row is None else _charger_of(row)


def find_charger_by_identity(db: Db, identity: str, *, account_id: str) -> Charger | None:
    """By its OCPP identity, as that member of its location sees it."""
    row = db.execute(_seen_by(account_id).where(CHARGERS.c.identity == identity)).one_or_none()
    return None if row is None else _charger_of(row)


def list_chargers(db: Db, keyset: Keyset, *, account_id: str, location_id: str | None = None) -> Page[Charger]:
    """The chargers of a person's homes, or of one of them, oldest first."""
    rows = _seen_by(account_id)
    if location_id is not None:
        rows = rows.where(CHARGERS.c.location_id == location_id)
    created_at, id_ = CHARGERS.c.created_at, CHARGERS.c.id
    return fetch_page(db, rows, keyset, _charger_of, at=created_at, id=id_, oldest_first=True)


def add_charger(db: Db, charger: Charger, *, password_sha256: str, hours: ChosenHours) -> bool:
    """Insert a charger that was never connected; False where its identity is taken."""
    stored = {name: getattr(charger, name) for name in (*_PLAIN, *_SETTINGS)}
    stored |= {"password_sha256": password_sha256, "restricted_hours": _hours_json(hours)}
    try:
        with db.begin_nested():
            db.execute(insert(CHARGERS).values(stored))
    except IntegrityError:
        return False
    note_changed(db, EventKind.CHARGER_CHANGED, [charger.id])
    return True


def change_charger(db: Db, charger_id: str, settings: ChargerSettings, *, now: datetime) -> None:
    """Write the settings, as a new revision."""
    changed = dataclasses.asdict(settings) | {"revision": CHARGERS.c.revision + 1, "updated_at": now}
    db.execute(update(CHARGERS).where(CHARGERS.c.id == charger_id).values(changed))
    note_changed(db, EventKind.CHARGER_CHANGED, [charger_id])


def change_password(db: Db, charger_id: str, *, password_sha256: str, now: datetime) -> None:
    """From here on only the new password opens a line."""
    changed = {"password_sha256": password_sha256, "next_passwords_sha256": None, "updated_at": now}
    db.execute(update(CHARGERS).where(CHARGERS.c.id == charger_id).values(changed))


def cut_line(db: Db, charger_id: str, *, now: datetime) -> bool:
    """Take the fence from under an open socket, so that nothing it still says is written; False where none is open."""
    cut = {"connection_id": None, "gateway_id": None, "connected_at": None}
    offline = {"offline_since": now, "offline_cause": OfflineCause.LINE, "tell_at": now}
    has_line = CHARGERS.c.connection_id.is_not(None)
    was_open = db.execute(update(CHARGERS).where(CHARGERS.c.id == charger_id, has_line).values(cut | offline)).rowcount
    if was_open:
        note_changed(db, EventKind.CHARGER_CHANGED, [charger_id])
    return bool(was_open)


def mark_charger_deleted(db: Db, charger_id: str, *, now: datetime) -> None:
    """Nobody finds it any more, and its identity is free; its row stays for History."""
    db.execute(update(CHARGERS).where(CHARGERS.c.id == charger_id).values(deleted_at=now, updated_at=now))
    note_changed(db, EventKind.CHARGER_CHANGED, [charger_id])


def find_place(db: Db, charger_id: str) -> tuple[str, str] | None:
    """The location's id and the identity of a charger, whoever asks; locked until the unit ends."""
    query = select(CHARGERS.c.location_id, CHARGERS.c.identity)
    query = query.where(CHARGERS.c.id == charger_id, CHARGERS.c.deleted_at.is_(None))
    row = db.execute(query.with_for_update(key_share=True)).one_or_none()
    return None if row is None else (row.location_id, row.identity)


def get_hours(db: Db, charger_id: str) -> ChosenHours:
    """The restricted hours of a charger that exists."""
    return _hours_of(db.scalars(select(CHARGERS.c.restricted_hours).where(CHARGERS.c.id == charger_id)).one())


def read_windows_in_force(db: Db, charger_ids: Collection[str]) -> dict[str, tuple[RestrictedWindow, ...]]:
    """The windows that bind each charger, by its id."""
    query = (
        select(CHARGERS.c.id, CHARGERS.c.restricted_hours, Location.country)
        .join(Location, Location.id == CHARGERS.c.location_id)
        .where(CHARGERS.c.id.in_(charger_ids))
    )
    return {
        row.id: windows_in_force(_hours_of(row.restricted_hours).hours, country=row.country)
        for row in db.execute(query)
    }


def read_delay_maxima(db: Db, charger_ids: Collection[str]) -> dict[str, int]:
    """The longest random delay of each charger in seconds, by its id: 0 where it delays by itself."""
    query = select(CHARGERS.c.id, CHARGERS.c.random_delay_max_s, CHARGERS.c.applies_own_delay)
    rows = db.execute(query.where(CHARGERS.c.id.in_(charger_ids)))
    return {row.id: 0 if row.applies_own_delay else row.random_delay_max_s for row in rows}


def _hours_of(stored: dict[str, Any]) -> ChosenHours:
    windows = tuple(
        RestrictedWindow(
            tuple(window["weekdays"]),
            WallWindow(time.fromisoformat(window["start"]), time.fromisoformat(window["end"])),
        )
        for window in stored["windows"]
    )
    chosen_at = stored["chosen_at"]
    return ChosenHours(
        RestrictedHours(Choice(stored["choice"]), windows), chosen_at and datetime.fromisoformat(chosen_at)
    )


def change_hours(db: Db, charger_id: str, hours: ChosenHours) -> None:
    """Write a choice, as a new revision of the restricted hours."""
    changed = {
        "restricted_hours": _hours_json(hours),
        "restricted_hours_revision": CHARGERS.c.restricted_hours_revision + 1,
    }
    db.execute(update(CHARGERS).where(CHARGERS.c.id == charger_id).values(changed))


def _hours_json(hours: ChosenHours) -> dict[str, Any]:
    windows = [
        {
            "weekdays": list(window.weekdays),
            "start": window.wall.start.isoformat(),
            "end": window.wall.end.isoformat(),
        }
        for window in hours.hours.windows
    ]
    chosen_at = hours.chosen_at.isoformat() if hours.chosen_at else None
    return {"choice": hours.hours.choice, "windows": windows, "chosen_at": chosen_at}

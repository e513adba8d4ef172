"""Look-ups of support agents, who see every home."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, Table, and_, or_, select

from homecharge.domain.access import MemberRole
from homecharge.domain.chargers import Connection, LineState, view_connector
from homecharge.domain.local_lists import state_of
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.support import (
    SupportCharger,
    SupportDriver,
    SupportLocalList,
    SupportLocation,
    SupportOccurrence,
    SupportSchedule,
)
from homecharge.ports.units import Db
from homecharge.storage.models import Account, Charger, Location, Member, Occurrence, Schedule
from homecharge.storage.queries.charger_settings import connection_of, progress_of
from homecharge.storage.queries.local_lists import count_entries
from homecharge.storage.queries.pages import fetch_page
from homecharge.storage.queries.surroundings import read_connectors

CHARGERS = cast("Table", Charger.__table__)
ACCOUNTS = cast("Table", Account.__table__)
_LOCATION = ("name", "country", "time_zone", "currency")
_DRIVER = ("name", "email", "locale")
_COPIED = (
    *("id", "identity", "name", "vendor", "model", "serial_number", "firmware_version", "start_mode", "charge_now"),
    *("clock_skew_s", "created_at", "deleted_at"),
)


def _chargers() -> Select[Any]:
    owner = and_(Member.location_id == CHARGERS.c.location_id, Member.role == MemberRole.OWNER)
    return (
        select(
            CHARGERS,
            *(getattr(Location, name).label(f"location_{name}") for name in _LOCATION),
            Account.id.label("owner_id"),
            *(getattr(Account, name).label(f"owner_{name}") for name in _DRIVER),
        )
        .join(Location, Location.id == CHARGERS.c.location_id)
        .outerjoin(Member, owner)
        .outerjoin(Account, Account.id == Member.account_id)
    )


def list_chargers(
    db: Db, keyset: Keyset, *, text: str | None, state: LineState | None, now: datetime
) -> Page[SupportCharger]:
    """Chargers whose identity or name contains `text`, newest first; deleted ones not."""
    rows = _chargers().where(CHARGERS.c.deleted_at.is_(None))
    if text:
        rows = rows.where(
            or_(CHARGERS.c.identity.icontains(text, autoescape=True), CHARGERS.c.name.icontains(text, autoescape=True))
        )
    if state is not None:
        rows = rows.where(_is_in(state))
    page = fetch_page(db, rows, keyset, lambda row: row, at=CHARGERS.c.created_at, id=CHARGERS.c.id)
    return Page(_with_connectors(db, page.items, now=now), page.next)


def list_chargers_where(db: Db, *conditions: ColumnElement[bool], limit: int, now: datetime) -> list[SupportCharger]:
    """Chargers that meet the conditions, deleted ones too, newest first."""
    rows = _chargers().where(*conditions).order_by(CHARGERS.c.created_at.desc(), CHARGERS.c.id.desc()).limit(limit)
    return _with_connectors(db, list(db.execute(rows)), now=now)


def is_charger(db: Db, charger_id: str) -> bool:
    """Whether there is such a charger, or was."""
    return db.scalar(select(CHARGERS.c.id).where(CHARGERS.c.id == charger_id)) is not None


def find_charger_id(db: Db, text: str) -> str | None:
    """The charger that is there and has this identity or id, None if there is none."""
    for name, wanted in ((CHARGERS.c.identity, text), (CHARGERS.c.id, text.lower())):  # one index for each
        found: str | None = db.scalar(select(CHARGERS.c.id).where(name == wanted, CHARGERS.c.deleted_at.is_(None)))
        if found is not None:
            return found
    return None


def list_chargers_of(db: Db, account_id: str, *, limit: int, now: datetime) -> list[SupportCharger]:
    """The chargers at a person's homes."""
    homes = select(Member.location_id).where(Member.account_id == account_id)
    return list_chargers_where(db, CHARGERS.c.location_id.in_(homes), limit=limit, now=now)


def _is_in(state: LineState) -> ColumnElement[bool]:
    has_line = CHARGERS.c.connection_id.is_not(None)
    match state:
        case LineState.ONLINE:
            return has_line
        case LineState.NEVER:
            return and_(~has_line, CHARGERS.c.first_seen_at.is_(None))
        case LineState.OFFLINE:
            return and_(~has_line, CHARGERS.c.first_seen_at.is_not(None))


def _with_connectors(db: Db, rows: Sequence[Row[Any]], *, now: datetime) -> list[SupportCharger]:
    connectors = sorted(read_connectors(db, [row.id for row in rows]).items())
    listed = count_entries(db, [row.id for row in rows])
    found = []
    for row in rows:
        connection: Connection = connection_of(row)
        found.append(
            SupportCharger(
                **{name: getattr(row, name) for name in _COPIED},
                firmware=progress_of(row, "firmware"),
                diagnostics=progress_of(row, "diagnostics"),
                connection=connection,
                connectors=tuple(
                    view_connector(state, connected_at=connection.connected_at)
                    for (charger_id, connector_id), state in connectors
                    if charger_id == row.id and connector_id > 0
                ),
                location=SupportLocation(
                    id=row.location_id, **{name: getattr(row, f"location_{name}") for name in _LOCATION}
                ),
                owner=_owner_of(row),
                local_list=_local_list_of(row, listed.get(row.id, 0), now=now),
            )
        )
    return found


def _owner_of(row: Row[Any]) -> SupportDriver | None:
    if row.owner_id is None:
        return None
    return SupportDriver(id=row.owner_id, **{name: getattr(row, f"owner_{name}") for name in _DRIVER})


def _local_list_of(row: Row[Any], entries: int, *, now: datetime) -> SupportLocalList | None:
    state = state_of(
        is_refused=bool(row.refuses_local_list),
        is_sent=row.local_list_version is not None,
        sent_at=row.local_list_sent_at,
        due_at=row.local_list_at,
        tries=row.local_list_tries,
        now=now,
    )
    if state is None:
        return None
    return SupportLocalList(
        version=row.local_list_version, sent_at=row.local_list_sent_at, entries=entries, state=state
    )


def find_driver(db: Db, condition: ColumnElement[bool]) -> SupportDriver | None:
    """The account that meets a condition only one can meet, None if none does."""
    a = Account
    row = db.execute(select(a.id, a.name, a.email, a.locale).where(condition)).one_or_none()
    return None if row is None else SupportDriver(id=row.id, name=row.name, email=row.email, locale=row.locale)


def find_schedule(db: Db, schedule_id: str) -> SupportSchedule | None:
    """A schedule with its timing as the driver gave it, deleted ones too."""
    s = Schedule
    row = db.execute(
        select(
            *(s.id, s.kind, s.name, s.is_enabled.label("enabled"), s.spec, s.created_at, s.updated_at, s.deleted_at)
        ).where(s.id == schedule_id)
    ).one_or_none()
    return None if row is None else SupportSchedule(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def find_occurrence(db: Db, occurrence_id: str) -> SupportOccurrence | None:
    """A firing of a schedule."""
    o = Occurrence
    row = db.execute(select(o.__table__).where(o.id == occurrence_id)).one_or_none()
    if row is None:
        return None
    copied = ("id", "starts_at", "window_end", "last_feasible_start", "clock_note", "skipped_at", "decided_at")
    return SupportOccurrence(local_date=row.local_date.isoformat(), **{name: getattr(row, name) for name in copied})

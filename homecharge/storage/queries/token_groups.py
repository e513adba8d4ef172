"""Local token groups and what they cover, in and out of the database."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, delete, func, insert, select, update

from homecharge.domain.id_tokens import uid_key
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.token_groups import MOST_SHOWN, TokenGroup
from homecharge.ports.units import Db
from homecharge.storage.models import Charger, GroupToken, Location, TokenGroupCharger, TokenGroupLocation
from homecharge.storage.models import TokenGroup as GroupRow
from homecharge.storage.queries.group_tokens import read_oldest
from homecharge.storage.queries.pages import fetch_page

GROUPS = cast("Table", GroupRow.__table__)
_C = GROUPS.c
_COPIED = ("id", "name", "home_id", "allow_concurrent", "created_at", "updated_at")


def find_group(db: Db, group_id: str, *, for_update: bool = False) -> TokenGroup | None:
    """By id; `for_update` keeps others from changing it and its tokens."""
    query = select(GROUPS).where(_C.id == group_id)
    row = db.execute(query.with_for_update(key_share=True) if for_update else query).one_or_none()
    return None if row is None else _with_content(db, [row])[0]


def list_groups(db: Db, keyset: Keyset, *, uid: str | None) -> Page[TokenGroup]:
    """Those that have a uid, or all, newest first; operators' and homes' own."""
    rows = select(GROUPS)
    if uid is not None:
        rows = rows.where(_C.id.in_(select(GroupToken.group_id).where(GroupToken.uid_key == uid_key(uid))))
    page = fetch_page(db, rows, keyset, lambda row: row, at=_C.created_at, id=_C.id)
    return Page(_with_content(db, page.items), page.next)


def _with_content(db: Db, rows: Sequence[Row[Any]]) -> list[TokenGroup]:
    """Groups with what they cover of what is still there, their oldest tokens, and how many they have."""
    ids = [row.id for row in rows]
    locations = _covered(db, ids, TokenGroupLocation, TokenGroupLocation.location_id, Location)
    chargers = _covered(db, ids, TokenGroupCharger, TokenGroupCharger.charger_id, Charger)
    counts = select(GroupToken.group_id, func.count().label("tokens")).where(GroupToken.group_id.in_(ids))
    count = {row.group_id: row.tokens for row in db.execute(counts.group_by(GroupToken.group_id))}
    tokens = read_oldest(db, [group_id for group_id in ids if group_id in count], most=MOST_SHOWN)
    return [
        TokenGroup(
            location_ids=tuple(locations[row.id]),
            charger_ids=tuple(chargers[row.id]),
            tokens=tuple(tokens[row.id]),
            token_count=count.get(row.id, 0),
            **{name: getattr(row, name) for name in _COPIED},
        )
        for row in rows
    ]


def _covered(db: Db, group_ids: Collection[str], cover: Any, place_id: Any, place: Any) -> dict[str, list[str]]:  # noqa: ANN401 - one of two models, and its column
    query = select(cover.group_id, place_id.label("place_id")).join(place, place.id == place_id)
    rows = query.where(cover.group_id.in_(group_ids), place.deleted_at.is_(None)).order_by(place_id)
    found: dict[str, list[str]] = defaultdict(list)
    for row in db.execute(rows):
        found[row.group_id].append(row.place_id)
    return found


def read_known_locations(db: Db, location_ids: Collection[str]) -> set[str]:
    """Those of these locations that are there."""
    return set(db.scalars(select(Location.id).where(Location.id.in_(location_ids), Location.deleted_at.is_(None))))


def read_known_chargers(db: Db, charger_ids: Collection[str]) -> set[str]:
    """Those of these chargers that are there."""
    return set(db.scalars(select(Charger.id).where(Charger.id.in_(charger_ids), Charger.deleted_at.is_(None))))


def add_group(db: Db, group: TokenGroup) -> None:
    """Insert one with what it covers, without tokens."""
    db.execute(insert(GROUPS).values({name: getattr(group, name) for name in _COPIED} | {"revision": 1}))
    write_locations(db, group.id, group.location_ids)
    write_chargers(db, group.id, group.charger_ids)


def change_group(db: Db, group_id: str, columns: Mapping[str, Any], *, now: datetime) -> None:
    """Write what was edited, as a new revision."""
    changed = {**columns, "revision": _C.revision + 1, "updated_at": now}
    db.execute(update(GROUPS).where(_C.id == group_id).values(changed))


def write_locations(db: Db, group_id: str, location_ids: Collection[str]) -> None:
    """Let a group cover these locations, no others."""
    db.execute(delete(TokenGroupLocation).where(TokenGroupLocation.group_id == group_id))
    if location_ids:
        rows = [{"group_id": group_id, "location_id": location_id} for location_id in location_ids]
        db.execute(insert(TokenGroupLocation), rows)


def write_chargers(db: Db, group_id: str, charger_ids: Collection[str]) -> None:
    """Let a group cover these chargers besides, no others."""
    db.execute(delete(TokenGroupCharger).where(TokenGroupCharger.group_id == group_id))
    if charger_ids:
        rows = [{"group_id": group_id, "charger_id": charger_id} for charger_id in charger_ids]
        db.execute(insert(TokenGroupCharger), rows)


def delete_group(db: Db, group_id: str) -> None:
    """Take one away with its tokens."""
    db.execute(delete(GROUPS).where(_C.id == group_id))

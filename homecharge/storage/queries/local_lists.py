"""Local lists: which chargers are owed one, what they were told, and what came of it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from homecharge.domain.local_lists import KeptList, ListEntry, ListStatus
from homecharge.ports.units import Db
from homecharge.storage.claims import Claimant
from homecharge.storage.models import Charger, LocalListEntry
from homecharge.storage.parts import in_parts

LIST_BATCH = 50
"""Chargers claimed at a time: each comes with all of its cards."""
C, E = Charger, LocalListEntry
_OWED: dict[str, Any] = {"local_list_tries": 0, "local_list_fence": C.local_list_fence + 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedList:
    """A charger whose list is to be looked at; `fence` fences its alarm, `gateway_id` what it was told.

    `tries` counts this look with those before it that did not end well.
    """

    charger_id: str
    gateway_id: str
    location_id: str
    capabilities: Mapping[str, Any]
    configuration: Mapping[str, str | None] | None
    is_refused: bool
    tries: int
    fence: int


def owe_lists(db: Db, charger_ids: Collection[str], *, now: datetime) -> None:
    """Who is on the lists of these chargers may have changed, or they may have lost them."""
    for ids in in_parts(charger_ids):
        db.execute(update(C).where(C.id.in_(ids)).values(**_OWED, local_list_at=now))


def distrust_list(db: Db, charger_id: str) -> None:
    """Somebody else has told the charger a list: it is to get a full one, whatever version it says it has."""
    db.execute(update(C).where(C.id == charger_id).values(local_list_sent_at=None))


def owe_list_again(db: Db, charger_id: str, *, now: datetime) -> None:
    """A list that did not arrive, or of which nobody knows, is sent again at once; others go on waiting for their day.

    Nobody knows of it where whoever told it went down, and where the line went away in the middle.
    """
    stuck = (C.id == charger_id, C.local_list_tries > 0)
    db.execute(update(C).where(*stuck).values(**_OWED, local_list_at=now))


def claim_lists(
    db: Db, claimant: Claimant, *, lease: timedelta, now: datetime, limit: int = LIST_BATCH
) -> list[OwedList]:
    """As `claims.claim_stops`; a charger that has not told yet what it can do waits for that.

    A try counts from here on, so that one that is cut short is known by it.
    """
    due = (
        select(C.id)
        .where(C.local_list_at <= now, C.gateway_id == claimant.gateway_id, C.capabilities.is_not(None))
        .order_by(C.local_list_at, C.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    claim = (
        update(C)
        .where(C.id.in_(due))
        .values(
            local_list_at=now + lease,
            local_list_tries=C.local_list_tries + 1,
            local_list_fence=C.local_list_fence + 1,
        )
        .returning(
            *(C.id, C.gateway_id, C.location_id, C.capabilities, C.configuration, C.refuses_local_list),
            *(C.local_list_tries, C.local_list_fence),
        )
    )
    return [
        OwedList(
            charger_id=row.id,
            gateway_id=row.gateway_id,
            location_id=row.location_id,
            capabilities=row.capabilities,
            configuration=row.configuration,
            is_refused=bool(row.refuses_local_list),
            tries=row.local_list_tries,
            fence=row.local_list_fence,
        )
        for row in db.execute(claim)
    ]


def read_kept_lists(db: Db, charger_ids: Collection[str]) -> dict[str, KeptList]:
    """What each of these chargers was last told."""
    entries: defaultdict[str, list[ListEntry]] = defaultdict(list)
    for row in db.execute(select(E.__table__).where(E.charger_id.in_(charger_ids)).order_by(E.uid_key)):
        entry = ListEntry(row.uid_key, ListStatus(row.status), row.expires_at, row.parent_id_tag)
        entries[row.charger_id].append(entry)
    told = select(C.id, C.local_list_version, C.local_list_sent_at).where(C.id.in_(charger_ids))
    return {row.id: KeptList(row[1], row[2], tuple(entries[row.id])) for row in db.execute(told)}


def count_entries(db: Db, charger_ids: Collection[str]) -> dict[str, int]:
    """How many cards are on the lists of these chargers; those without any are left out."""
    counted = select(E.charger_id, func.count()).where(E.charger_id.in_(charger_ids)).group_by(E.charger_id)
    return {row[0]: row[1] for row in db.execute(counted)}


def note_list(db: Db, owed: OwedList, **values: Any) -> bool:
    """Write what came of it; False if the charger is owed another look since."""
    noted = update(C).where(C.id == owed.charger_id, C.local_list_fence == owed.fence)
    return db.execute(noted.values(**values)).rowcount == 1


def note_told(db: Db, owed: OwedList, *, version: int, at: datetime) -> bool:
    """The charger has taken a list; False if another gateway tells it by now.

    That is true also where it is owed another look since, so that the next one builds upon it.
    """
    told = update(C).where(C.id == owed.charger_id, C.gateway_id == owed.gateway_id)
    return db.execute(told.values(local_list_version=version, local_list_sent_at=at)).rowcount == 1


def write_entries(db: Db, charger_id: str, before: Sequence[ListEntry], after: Sequence[ListEntry]) -> None:
    """The charger has these entries in the place of those."""
    known = set(before)
    added = [entry for entry in after if entry not in known]
    stale = {entry.uid_key for entry in before} - {entry.uid_key for entry in after if entry in known}
    for keys in in_parts(stale):
        db.execute(delete(E).where(_is_of(charger_id, keys)))
    if added:
        values = [
            {
                "charger_id": charger_id,
                "uid_key": entry.uid_key,
                "status": entry.status.value,
                "expires_at": entry.expires_at,
                "parent_id_tag": entry.parent_id_tag,
            }
            for entry in added
        ]
        db.execute(insert(E), values)


def _is_of(charger_id: str, keys: Sequence[str]) -> ColumnElement[bool]:
    return (E.charger_id == charger_id) & E.uid_key.in_(keys)

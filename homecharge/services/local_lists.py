"""The lists of cards that chargers keep for when they have no line (authorization.md, *Offline*)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from homecharge.domain.id_tokens import parent_id_tag
from homecharge.domain.local_lists import (
    RENEWED_AFTER,
    KeptList,
    ListEntry,
    ListRoom,
    entries_of,
    room_of,
    told_local_list,
)
from homecharge.domain.location_access import Link, links_to
from homecharge.domain.roaming_tokens import RoamingToken
from homecharge.domain.timing import Timing
from homecharge.ports.units import Db
from homecharge.services.planning import ALARMS
from homecharge.storage.claims import Claimant
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.lines import lock_chargers
from homecharge.storage.queries.listed_cards import (
    list_chargers_at,
    list_chargers_covered,
    read_listed_cards,
)
from homecharge.storage.queries.local_lists import (
    OwedList,
    claim_lists,
    note_list,
    note_told,
    owe_lists,
    read_kept_lists,
    write_entries,
)
from homecharge.storage.queries.reimbursed import list_places_linking, list_places_of_provider


@dataclass(frozen=True, slots=True)
class ListTelling:
    """What a charger was told, and what it is to keep."""

    owed: OwedList
    kept: KeptList
    wanted: tuple[ListEntry, ...]
    room: ListRoom


class ListOutcome(Enum):
    """What became of a telling."""

    KEPT = auto()
    """The charger has the list that it is to have."""
    REFUSED = auto()
    """It keeps no lists."""
    FAILED = auto()
    """It said nothing, or took a part only."""
    NOT_SENT = auto()


@dataclass(frozen=True, slots=True)
class ListTold:
    """The outcome of a telling; `version` is that of the last update taken, None where none was needed."""

    telling: ListTelling
    outcome: ListOutcome
    version: int | None = None


def owe_local_lists(
    db: Db,
    *,
    charger_ids: Collection[str] = (),
    location_id: str | None = None,
    group_id: str | None = None,
    now: datetime,
) -> None:
    """Cards have changed: of these chargers, of a location, or of a group with all the chargers that it covers."""
    concerned = set(charger_ids)
    if location_id is not None:
        concerned.update(list_chargers_at(db, [location_id]))
    if group_id is not None:
        concerned.update(list_chargers_covered(db, group_id))
    if concerned:
        lock_chargers(db, concerned)
        owe_lists(db, concerned, now=now)
        ring_after_commit(db, ALARMS)


def owe_lists_of_tokens(db: Db, tokens: Collection[RoamingToken], *, now: datetime) -> None:
    """Providers' tokens have changed from, or to, these: those that are paid back somewhere are on lists there."""
    links: set[Link] = set()
    for token in tokens:
        links |= links_to(token.uid, contract_id=token.contract_id, organisation_unit=token.organisation_unit)
    owe_lists_at(db, list_places_linking(db, links), now=now)


def owe_lists_of_provider(db: Db, provider_id: str, *, now: datetime) -> None:
    """All of a provider's tokens are another thing now, as when it is blocked."""
    owe_lists_at(db, list_places_of_provider(db, provider_id), now=now)


def owe_lists_at(db: Db, location_ids: Collection[str], *, now: datetime) -> None:
    """Cards that these locations pay back have changed."""
    owe_local_lists(db, charger_ids=list_chargers_at(db, location_ids), now=now)


def claim_list_tellings(
    db: Db, claimant: Claimant, *, lease: timedelta, now: datetime
) -> tuple[list[ListTelling], int]:
    """Whose list is to be looked at now, and how many were owed that; who keeps none is settled on the spot."""
    owed = claim_lists(db, claimant, lease=lease, now=now)
    tellings = []
    for telling in _prepare(db, owed, now=now):
        if _has_to_be_told(telling):
            tellings.append(telling)
        else:
            note_list(db, telling.owed, local_list_at=None, local_list_tries=0)
    return tellings, len(owed)


def prepare_again(db: Db, telling: ListTelling, *, now: datetime) -> ListTelling:
    """The same, with what the charger was told and what has changed since it was claimed."""
    [again] = _prepare(db, [telling.owed], now=now)
    return again


def _prepare(db: Db, owed: Sequence[OwedList], *, now: datetime) -> list[ListTelling]:
    charger_ids = [each.charger_id for each in owed]
    kept = read_kept_lists(db, charger_ids) if owed else {}
    cards = read_listed_cards(db, charger_ids, now=now) if owed else {}
    tellings = []
    for each in owed:
        room, group = room_of(each.configuration), parent_id_tag(each.location_id)
        wanted = entries_of(cards.get(each.charger_id, ()), parent_id_tag=group, most=room.kept)
        tellings.append(ListTelling(each, kept[each.charger_id], wanted, room))
    return tellings


def _has_to_be_told(telling: ListTelling) -> bool:
    """Also a charger that says it keeps lists, and is to know nobody: somebody else may have given it one."""
    owed = telling.owed
    is_told = told_local_list(owed.capabilities)
    if owed.is_refused or is_told is False:
        return False
    return bool(is_told or telling.wanted or telling.kept.version is not None)


def local_lists_answered(db: Db, answers: Sequence[ListTold], timing: Timing, *, now: datetime) -> None:
    """Keep what chargers have now, learn who keeps no lists; what failed is tried again, and daily at the latest."""
    lock_chargers(db, {told.telling.owed.charger_id for told in answers})
    for told in answers:
        _answered(db, told, timing, now=now)


def _answered(db: Db, told: ListTold, timing: Timing, *, now: datetime) -> None:
    owed, wanted = told.telling.owed, told.telling.wanted
    match told.outcome:
        case ListOutcome.NOT_SENT:
            note_list(db, owed, local_list_tries=owed.tries - 1, local_list_at=now)
        case ListOutcome.REFUSED:
            note_list(db, owed, refuses_local_list=True, local_list_at=None, local_list_tries=0)
        case ListOutcome.FAILED:
            again = timing.stop_again_after(owed.tries) or RENEWED_AFTER
            note_list(db, owed, local_list_at=now + again)
        case ListOutcome.KEPT:
            next_at = now + RENEWED_AFTER if wanted else None
            note_list(db, owed, refuses_local_list=False, local_list_tries=0, local_list_at=next_at)
            if told.version is not None and note_told(db, owed, version=told.version, at=now):
                write_entries(db, owed.charger_id, told.telling.kept.entries, wanted)

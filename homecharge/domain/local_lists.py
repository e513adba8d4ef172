"""The cards that a charger knows without a line: who is on its list, how that is kept true (OCPP 1.6 §3.5.2)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from homecharge.domain.id_tokens import MAX_ID_TAG

TRUSTED_FOR = timedelta(days=7)
RENEWED_AFTER = timedelta(days=1)
KEPT_UNLESS_SAID = 200
SENT_UNLESS_SAID = 20
"""Entries of a list and of one SendLocalList, where a charger does not tell how many it takes."""
FEATURE = "LocalAuthListManagement"
_EMPTY = 0
_HIGHEST_VERSION = 2**30


class Source(IntEnum):
    """Why a card is on a list; where there is no room for all, the lower ones stay."""

    HOME = 0
    REIMBURSEMENT = 1
    GROUP = 2


class ListStatus(StrEnum):
    """What a charger is to say to a card."""

    ACCEPTED = "accepted"
    BLOCKED = "blocked"


class ListState(StrEnum):
    """How a charger's list stands with what it should be: kept, to be told, no longer trusted, or refused."""

    KEPT = "kept"
    DUE = "due"
    OUTDATED = "outdated"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCard:
    """A card that a charger's place knows. `is_good` is judged for now, `expires_at` is told to the charger."""

    uid_key: str
    source: Source
    is_good: bool
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListEntry:
    """A card as a charger is told of it; `expires_at` and the group only where it is accepted."""

    uid_key: str
    status: ListStatus
    expires_at: datetime | None = None
    parent_id_tag: str | None = None


@dataclass(frozen=True, slots=True)
class ListUpdate:
    """One SendLocalList: what to put on the list, what to take off it; a full one takes off everything before."""

    version: int
    is_full: bool
    put: tuple[ListEntry, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListRoom:
    """How many entries a charger keeps, and takes at a time."""

    kept: int
    sent: int


@dataclass(frozen=True, slots=True)
class KeptList:
    """What a charger was last told; `version` None: nothing yet."""

    version: int | None = None
    sent_at: datetime | None = None
    entries: tuple[ListEntry, ...] = ()

    def is_at(self, reported: int | None) -> bool:
        """Whether a charger that reports this version has this list; one without entries is of version 0 (§5.10)."""
        expected = {self.version} if self.entries else {self.version, _EMPTY}
        return self.version is not None and reported in expected

    def is_trusted(self, *, now: datetime) -> bool:
        """Whether it was sent lately enough to be built upon."""
        return self.sent_at is not None and now - self.sent_at <= TRUSTED_FOR


def told_local_list(capabilities: Mapping[str, Any]) -> bool | None:
    """Whether SupportedFeatureProfiles names local lists; None where that was not read."""
    profiles = capabilities.get("feature_profiles")
    return FEATURE in profiles if profiles else None


def room_of(configuration: Mapping[str, str | None] | None) -> ListRoom:
    """What a charger's LocalAuthListMaxLength and SendLocalListMaxLength say."""
    told = configuration or {}
    kept = _number(told.get("LocalAuthListMaxLength"))
    sent = _number(told.get("SendLocalListMaxLength"))
    return ListRoom(KEPT_UNLESS_SAID if kept is None else kept, sent or SENT_UNLESS_SAID)


def entries_of(cards: Iterable[ListedCard], *, parent_id_tag: str, most: int) -> tuple[ListEntry, ...]:
    """The list of a charger, ordered by uid; where there are more cards than it has room for, the most useful ones.

    Those that are good stay before those that are not: the home's own, then cards whose charges are paid back, then
    those of operators' groups, each in the order of their uids. A card is judged by the local groups that have it,
    which come before its provider (authorization.md, steps 3 to 5); one good entry in them is enough.
    """
    judged: dict[str, ListedCard] = {}
    for card in cards:
        if not 1 <= len(card.uid_key) <= MAX_ID_TAG:
            continue
        known = judged.get(card.uid_key)
        if known is None or _weight(card) < _weight(known):
            judged[card.uid_key] = card
    chosen = sorted(judged.values(), key=lambda card: (not card.is_good, card.source, card.uid_key))[:most]
    return tuple(_entry(card, parent_id_tag) for card in sorted(chosen, key=lambda card: card.uid_key))


def _weight(card: ListedCard) -> tuple[bool, bool, Source]:
    return (card.source is Source.REIMBURSEMENT, not card.is_good, card.source)


def _entry(card: ListedCard, parent_id_tag: str) -> ListEntry:
    if not card.is_good:
        return ListEntry(card.uid_key, ListStatus.BLOCKED)
    return ListEntry(card.uid_key, ListStatus.ACCEPTED, card.expires_at, parent_id_tag)


def plan_updates(
    kept: KeptList, wanted: Sequence[ListEntry], *, reported: int | None, room: ListRoom, now: datetime
) -> tuple[ListUpdate, ...]:
    """What to tell a charger that reports this version (None: it does not say), in order; nothing where all is well.

    Differences where it has the list that we think, and the list is not old; else, or where they are no shorter, all
    of it. Versions go up, also above one that somebody else has sent.
    """
    highest = max(kept.version or 0, reported or 0)
    first = highest + 1 if highest < _HIGHEST_VERSION else 1
    is_empty = not wanted and not kept.entries
    if is_empty and (kept.is_at(reported) or (kept.version is None and (reported or _EMPTY) <= _EMPTY)):
        return ()
    if not kept.is_at(reported) or not kept.is_trusted(now=now):
        return _full(wanted, first, room)
    known = {entry.uid_key: entry for entry in kept.entries}
    put = [entry for entry in wanted if known.get(entry.uid_key) != entry]
    removed = sorted(known.keys() - {entry.uid_key for entry in wanted})
    if len(put) + len(removed) > max(len(wanted), room.sent):
        return _full(wanted, first, room)
    return _differences(put, removed, first, room)


def _full(wanted: Sequence[ListEntry], first: int, room: ListRoom) -> tuple[ListUpdate, ...]:
    """The first part replaces the list, the others add to it."""
    begin = ListUpdate(first, is_full=True, put=tuple(wanted[: room.sent]))
    return (begin, *_differences(wanted[room.sent :], (), first + 1, room))


def _differences(
    put: Sequence[ListEntry], removed: Sequence[str], first: int, room: ListRoom
) -> tuple[ListUpdate, ...]:
    """What makes room comes before what needs it."""
    changes: list[ListEntry | str] = [*removed, *put]
    parts = [changes[at : at + room.sent] for at in range(0, len(changes), room.sent)]
    return tuple(
        ListUpdate(
            version,
            is_full=False,
            put=tuple(change for change in part if isinstance(change, ListEntry)),
            removed=tuple(change for change in part if isinstance(change, str)),
        )
        for version, part in enumerate(parts, start=first)
    )


def state_of(
    *, is_refused: bool, is_sent: bool, sent_at: datetime | None, due_at: datetime | None, tries: int, now: datetime
) -> ListState | None:
    """How a list stands, None where a charger has none and is to get none.

    `due_at` is its alarm, `tries` counts what was begun since all was well: the charger may have an older one.
    """
    if is_refused:
        return ListState.REFUSED
    is_due = due_at is not None and (due_at <= now or tries > 0)
    if not is_sent:
        return ListState.DUE if is_due else None
    if sent_at is not None and now - sent_at > TRUSTED_FOR:
        return ListState.OUTDATED
    return ListState.DUE if is_due else ListState.KEPT


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch("[0-9]{1,9}", text) else None

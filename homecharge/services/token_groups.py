"""Local token groups: make one, look at it, change what it covers, take it away. Homes keep their own."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from homecharge.domain.accounts import Caller
from homecharge.domain.auditing import Target
from homecharge.domain.errors import Invalid, NotFound, Refused
from homecharge.domain.id_tokens import uid_key
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.token_groups import MOST_SHOWN, MOST_TOKENS, GroupToken, NewGroupToken, TokenGroup
from homecharge.ports.units import Db
from homecharge.services.card_audit import note_change
from homecharge.services.local_lists import owe_local_lists
from homecharge.storage.queries import group_tokens
from homecharge.storage.queries import token_groups as queries
from homecharge.storage.queries.listed_cards import list_chargers_covered
from homecharge.storage.types import new_id


class HomesOwnGroup(Refused):
    """The group is a home's: its owner and admins keep it, as the location's cards; `location_id` says whose."""

    code = "homes_own_group"
    title = "This is a home's own group; whoever owns the home keeps it"
    advice = "Change the cards of the location of `location_id` instead."


class GroupFull(Refused):
    """A group has so many tokens at most; `most` says how many."""

    code = "group_full"
    title = "This group can have no more tokens"
    advice = "Remove tokens, or make another group."

    def __init__(self) -> None:
        super().__init__(f"A group has {MOST_TOKENS} tokens at most.", most=MOST_TOKENS)


def add_group(
    db: Db,
    *,
    name: str,
    location_ids: Collection[str],
    charger_ids: Collection[str],
    allow_concurrent: bool,
    tokens: Sequence[NewGroupToken],
    caller: Caller | None,
    now: datetime,
) -> TokenGroup:
    """A new group of the operators'. Raises Invalid naming unknown places and repeated uids, and GroupFull."""
    _check_places(db, location_ids=location_ids, charger_ids=charger_ids)
    _check_tokens(tokens)
    group_id = new_id()
    entries = tuple(new_token(group_id, token, now=now) for token in tokens)
    group = TokenGroup(
        id=group_id,
        name=name,
        home_id=None,
        allow_concurrent=allow_concurrent,
        location_ids=_in_order(location_ids),
        charger_ids=_in_order(charger_ids),
        tokens=entries[:MOST_SHOWN],
        token_count=len(entries),
        created_at=now,
        updated_at=now,
    )
    queries.add_group(db, group)
    group_tokens.add_tokens(db, entries)
    _note(db, "token_group.added", group, caller=caller, now=now)
    owe_local_lists(db, group_id=group.id, now=now)
    return group


def _note(db: Db, action: str, group: TokenGroup, *, caller: Caller | None, now: datetime) -> None:
    told: dict[str, Any] = {"name": group.name, "token_count": group.token_count}
    places: dict[str, Any] = {"location_ids": list(group.location_ids), "charger_ids": list(group.charger_ids)}
    note_change(db, action, Target("token_group", group.id), caller=caller, now=now, **told, **places)


def new_token(group_id: str, token: NewGroupToken, *, now: datetime) -> GroupToken:
    """An entry of a group, as nobody has changed it."""
    return GroupToken(
        id=new_id(),
        group_id=group_id,
        uid=token.uid,
        name=token.name,
        is_valid=token.is_valid,
        driver_id=None,
        revision=1,
        created_at=now,
        updated_at=now,
    )


def get_group(db: Db, group_id: str) -> TokenGroup:
    """One of the operators' or a home's own. Raises NotFound."""
    group = queries.find_group(db, group_id)
    if group is None:
        raise NotFound
    return group


def lock_group(db: Db, group_id: str) -> TokenGroup:
    """One to be changed, or whose tokens are. Raises NotFound, and HomesOwnGroup."""
    group = queries.find_group(db, group_id, for_update=True)
    if group is None:
        raise NotFound
    if group.home_id is not None:
        raise HomesOwnGroup(location_id=group.home_id)
    return group


def list_groups(db: Db, keyset: Keyset, *, uid: str | None) -> Page[TokenGroup]:
    """Operators' and homes' own, newest first; with `uid`, in any spelling, those that have it."""
    return queries.list_groups(db, keyset, uid=uid)


def change_group(
    db: Db, group: TokenGroup, fields: Mapping[str, Any], *, caller: Caller | None, now: datetime
) -> TokenGroup:
    """Edit a locked group: `name`, `allow_concurrent`, `location_ids`, `charger_ids`; all the places it is to cover.

    Without a difference nothing is written. Raises Invalid naming unknown places.
    """
    changes: dict[str, Any] = {
        name: _in_order(value) if name in {"location_ids", "charger_ids"} else value for name, value in fields.items()
    }
    changed = dataclasses.replace(group, **changes)
    if changed == group:
        return group
    _check_places(db, location_ids=fields.get("location_ids", ()), charger_ids=fields.get("charger_ids", ()))
    left = list_chargers_covered(db, group.id)
    location_ids, charger_ids = changes.pop("location_ids", None), changes.pop("charger_ids", None)
    if location_ids is not None:
        queries.write_locations(db, group.id, location_ids)
    if charger_ids is not None:
        queries.write_chargers(db, group.id, charger_ids)
    if location_ids is not None or charger_ids is not None:
        owe_local_lists(db, charger_ids=left, group_id=group.id, now=now)
    queries.change_group(db, group.id, changes, now=now)
    _note(db, "token_group.changed", changed, caller=caller, now=now)
    return dataclasses.replace(changed, updated_at=now)


def remove_group(db: Db, group: TokenGroup, *, caller: Caller | None, now: datetime) -> None:
    """Take a locked group away with its tokens."""
    owe_local_lists(db, group_id=group.id, now=now)
    queries.delete_group(db, group.id)
    _note(db, "token_group.removed", group, caller=caller, now=now)


def _in_order(ids: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(set(ids)))


def _check_places(db: Db, *, location_ids: Collection[str], charger_ids: Collection[str]) -> None:
    locations, chargers = queries.read_known_locations(db, location_ids), queries.read_known_chargers(db, charger_ids)
    unknown = {f"location_ids.{place}": "location" for place, id_ in enumerate(location_ids) if id_ not in locations}
    unknown |= {f"charger_ids.{place}": "charger" for place, id_ in enumerate(charger_ids) if id_ not in chargers}
    if unknown:
        raise Invalid(errors={field: [f"There is no such {kind}."] for field, kind in unknown.items()})


def _check_tokens(tokens: Sequence[NewGroupToken]) -> None:
    if len(tokens) > MOST_TOKENS:
        raise GroupFull
    seen: set[str] = set()
    repeated = []
    for place, token in enumerate(tokens):
        key = uid_key(token.uid)
        if key in seen:
            repeated.append(f"tokens.{place}.uid")
        seen.add(key)
    if repeated:
        raise Invalid(errors={field: ["The same uid is there before."] for field in repeated})

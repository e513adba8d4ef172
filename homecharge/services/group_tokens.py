"""The tokens of the operators' groups: list them, add one, change it, take it out."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from homecharge.domain.accounts import Caller
from homecharge.domain.auditing import Target
from homecharge.domain.errors import NotFound, Refused
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.token_groups import MOST_TOKENS, GroupToken, NewGroupToken, TokenGroup
from homecharge.ports.units import Db
from homecharge.services.card_audit import note_change
from homecharge.services.local_lists import owe_local_lists
from homecharge.services.token_groups import GroupFull, new_token
from homecharge.storage.queries import group_tokens as queries


class UidInGroup(Refused):
    """The group has this uid; `group_id` and `uid` say where it is, as it is spelled there."""

    code = "uid_taken"
    title = "This group has this uid already"
    advice = "Show the token that is there, by `group_id` and `uid`."


def list_tokens(db: Db, group: TokenGroup, keyset: Keyset, *, uid: str | None) -> Page[GroupToken]:
    """The tokens of a group, newest first; with `uid`, in any spelling, the one that has it."""
    return queries.list_tokens(db, group.id, keyset, uid=uid)


def add_token(db: Db, group: TokenGroup, token: NewGroupToken, *, caller: Caller | None, now: datetime) -> GroupToken:
    """A new entry of a locked group. Raises UidInGroup, and GroupFull."""
    if group.token_count >= MOST_TOKENS:
        raise GroupFull
    added = new_token(group.id, token, now=now)
    if not queries.add_token(db, added):
        raise UidInGroup(group_id=group.id, uid=get_token(db, group, token.uid).uid)
    _note(db, "token_group.token_added", added, caller=caller, now=now)
    owe_local_lists(db, group_id=group.id, now=now)
    return added


def _note(db: Db, action: str, token: GroupToken, *, caller: Caller | None, now: datetime) -> None:
    told: dict[str, Any] = {"uid": token.uid, "valid": token.is_valid}
    note_change(db, action, Target("token_group", token.group_id), caller=caller, now=now, **told)


def get_token(db: Db, group: TokenGroup, uid: str, *, for_update: bool = False) -> GroupToken:
    """The entry of a group that has a uid, in any spelling. Raises NotFound."""
    token = queries.find_token(db, group.id, uid, for_update=for_update)
    if token is None:
        raise NotFound
    return token


def change_token(
    db: Db, token: GroupToken, changes: Mapping[str, Any], *, caller: Caller | None, now: datetime
) -> GroupToken:
    """Edit `name` and `is_valid` of an entry of a locked group; without a difference there is no new revision."""
    changed = dataclasses.replace(token, **changes)
    if changed == token:
        return token
    queries.change_token(db, token.id, changes, now=now)
    _note(db, "token_group.token_changed", changed, caller=caller, now=now)
    if changed.is_valid != token.is_valid:
        owe_local_lists(db, group_id=token.group_id, now=now)
    return dataclasses.replace(changed, revision=token.revision + 1, updated_at=now)


def remove_token(db: Db, token: GroupToken, *, caller: Caller | None, now: datetime) -> None:
    """Take an entry out of a locked group."""
    queries.delete_token(db, token.id)
    _note(db, "token_group.token_removed", token, caller=caller, now=now)
    owe_local_lists(db, group_id=token.group_id, now=now)

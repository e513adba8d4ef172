"""The tokens of local groups in and out of the database."""

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, delete, insert, select, union_all, update
from sqlalchemy.exc import IntegrityError

from homecharge.domain.id_tokens import uid_key
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.token_groups import GroupToken
from homecharge.ports.units import Db
from homecharge.storage.bulk import inserting
from homecharge.storage.models import GroupToken as TokenRow
from homecharge.storage.queries.pages import fetch_page

TOKENS = cast("Table", TokenRow.__table__)
_C = TOKENS.c
_NAMES = tuple(field.name for field in dataclasses.fields(GroupToken))
_ADD = inserting(TokenRow)


def _token_of(row: Row[Any]) -> GroupToken:
    return GroupToken(**{name: getattr(row, name) for name in _NAMES})


def find_token(db: Db, group_id: str, uid: str, *, for_update: bool = False) -> GroupToken | None:
    """The token of a group that has a uid, however it is spelled; `for_update` keeps others from changing it."""
    query = select(TOKENS).where(_C.group_id == group_id, _C.uid_key == uid_key(uid))
    row = db.execute(query.with_for_update() if for_update else query).one_or_none()
    return None if row is None else _token_of(row)


def list_tokens(db: Db, group_id: str, keyset: Keyset, *, uid: str | None) -> Page[GroupToken]:
    """The tokens of a group, or the one that has a uid, newest first."""
    rows = select(TOKENS).where(_C.group_id == group_id)
    if uid is not None:
        rows = rows.where(_C.uid_key == uid_key(uid))
    return fetch_page(db, rows, keyset, _token_of, at=_C.created_at, id=_C.id)


def read_oldest(db: Db, group_ids: Sequence[str], *, most: int) -> Mapping[str, list[GroupToken]]:
    """At most so many tokens of each group, oldest first, each from its index."""
    found: dict[str, list[GroupToken]] = defaultdict(list)
    if group_ids:
        rows = select(TOKENS).order_by(_C.created_at, _C.id).limit(most)
        oldest = union_all(*(select(rows.where(_C.group_id == id_).subquery()) for id_ in group_ids)).subquery()
        for row in db.execute(select(oldest).order_by(oldest.c.created_at, oldest.c.id)):
            found[row.group_id].append(_token_of(row))
    return found


def add_tokens(db: Db, tokens: Sequence[GroupToken]) -> None:
    """Insert new ones of a new group, no two with the same uid."""
    _ADD.execute(db, [_row(token) for token in tokens])


def add_token(db: Db, token: GroupToken) -> bool:
    """Insert a new one; False where the group has its uid."""
    try:
        with db.begin_nested():
            db.execute(insert(TOKENS).values(_row(token)))
    except IntegrityError:
        return False
    return True


def _row(token: GroupToken) -> dict[str, Any]:
    return {name: getattr(token, name) for name in _NAMES} | {"uid_key": uid_key(token.uid)}


def change_token(db: Db, token_id: str, changes: Mapping[str, Any], *, now: datetime) -> None:
    """Write what was edited, as a new revision."""
    changed = {**changes, "revision": _C.revision + 1, "updated_at": now}
    db.execute(update(TOKENS).where(_C.id == token_id).values(changed))


def delete_token(db: Db, token_id: str) -> None:
    """Take one out of its group."""
    db.execute(delete(TOKENS).where(_C.id == token_id))

"""Where only ends of cards are kept, such as `04A1…D4`: evidence, timelines, commands, the audit log; hiding them."""

import json
import re
from collections.abc import Callable, Collection, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, Text, and_, or_, select, update
from sqlalchemy import cast as sql_cast

from homecharge.domain.auditing import LOOKED
from homecharge.domain.id_tokens import uid_key
from homecharge.domain.masking import HIDDEN, mask_tag
from homecharge.ports.units import Db
from homecharge.storage.models import (
    AuditRow,
    Base,
    ChargingSession,
    CommandFollowUp,
    CommandRow,
    IdempotencyKey,
    TimelineEntry,
)

_UIDS = frozenset({"uid", "uids"})
_NOT_PLAIN = re.compile("[^A-Za-z0-9].*", re.DOTALL)


def hide_card_ends(
    db: Db, uids: Collection[str], *, charger_ids: Collection[str], location_ids: Collection[str]
) -> None:
    """Hide the ends of these cards in what was noted at chargers and locations, and in what agents looked up.

    In the answers that are remembered for a day, whole uids are hidden as well: agents are shown them.

    Cards that begin and end alike look alike there; what was noted elsewhere is left to them.
    """
    _hide_whole(db, {uid_key(uid) for uid in uids})
    ends = {mask_tag(uid) for uid in uids} - {HIDDEN}
    if not ends:
        return
    here = and_(ChargingSession.location_id.in_(location_ids), ChargingSession.charger_id.in_(charger_ids))
    told = CommandRow.charger_id.in_(charger_ids)
    noted_here = or_(AuditRow.charger_id.in_(charger_ids), AuditRow.location_id.in_(location_ids))
    looked_up = and_(AuditRow.action == LOOKED, AuditRow.charger_id.is_(None), AuditRow.location_id.is_(None))
    _hide(db, ends, ChargingSession, ("rejection",), here)
    _hide(db, ends, TimelineEntry, ("detail",), TimelineEntry.session_id.in_(select(ChargingSession.id).where(here)))
    _hide(db, ends, CommandRow, ("payload", "answer", "error_detail"), told)
    _hide(db, ends, CommandFollowUp, ("detail",), CommandFollowUp.command_id.in_(select(CommandRow.id).where(told)))
    _hide(db, ends, AuditRow, ("target_id", "detail"), or_(noted_here, looked_up))
    as_json = {json.dumps(each)[1:-1] for each in ends}
    _hide(db, ends | as_json, IdempotencyKey, ("body",), IdempotencyKey.body != "")


def _hide(db: Db, said: Collection[str], model: type[Base], names: Sequence[str], where: ColumnElement[bool]) -> None:
    secret = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, sorted(said)))})(?!\w)", re.IGNORECASE)
    _change(db, said, model, names, where, lambda document: _hidden(document, secret))


def _hide_whole(db: Db, uid_keys: Collection[str]) -> None:
    """Only where an answer says that it is one: people may give a card any uid, `true` and `id` as well."""

    def change(body: str) -> str:
        try:
            document = json.loads(body)
        except ValueError:  # no JSON, such as a file: agents are shown no card in these
            return body
        nameless = _nameless(document, uid_keys)
        return body if nameless == document else json.dumps(nameless)

    _change(db, uid_keys, IdempotencyKey, ("body",), IdempotencyKey.body != "", change)


def _change(
    db: Db,
    said: Collection[str],
    model: type[Base],
    names: Sequence[str],
    where: ColumnElement[bool],
    change: Callable[[Any], Any],
) -> None:
    table = cast("Table", model.__table__)
    columns = [table.c[name] for name in names]
    # Letters and digits alone: other characters are written in one way by SQLite's JSON and in another by PostgreSQL's.
    starts = {_NOT_PLAIN.sub("", each) for each in said}
    may_hold = or_(*(sql_cast(column, Text).icontains(start) for column in columns for start in starts))
    keys = list(table.primary_key.columns)
    for row in db.execute(select(*keys, *columns).where(where, may_hold)).all():
        changed = {name: change(getattr(row, name)) for name in names}
        if changed != {name: getattr(row, name) for name in names}:
            this = and_(*(key == getattr(row, key.name) for key in keys))
            db.execute(update(table).where(this).values(changed))


def _hidden(document: Any, secret: re.Pattern[str]) -> Any:  # noqa: ANN401 - any JSON document
    if isinstance(document, dict):
        return {name: _hidden(value, secret) for name, value in document.items()}
    if isinstance(document, list):
        return [_hidden(item, secret) for item in document]
    return secret.sub(HIDDEN, document) if isinstance(document, str) else document


def _nameless(document: Any, uid_keys: Collection[str], name: str = "") -> Any:  # noqa: ANN401 - any JSON document
    if isinstance(document, dict):
        return {inner: _nameless(value, uid_keys, inner) for inner, value in document.items()}
    if isinstance(document, list):
        return [_nameless(item, uid_keys, name) for item in document]
    is_one = name in _UIDS and isinstance(document, str) and uid_key(document) in uid_keys
    return HIDDEN if is_one else document

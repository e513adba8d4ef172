"""Commands of operators: what is owed to chargers, what came of it, and what follows them."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Row, Select, Table, bindparam, insert, select, update

from homecharge.domain.commands import Command, CommandError, CommandState, FollowUp, Requester
from homecharge.domain.pages import Keyset, Page
from homecharge.ports.units import Db
from homecharge.storage.claims import BATCH, Claimant
from homecharge.storage.models import Account, Charger, CommandFollowUp, CommandRow
from homecharge.storage.queries.pages import fetch_page
from homecharge.storage.types import new_id

COMMANDS = cast("Table", CommandRow.__table__)
FOLLOW_UPS = cast("Table", CommandFollowUp.__table__)
C = COMMANDS.c
_COPIED = (
    *("id", "charger_id", "action", "payload", "status", "answer", "created_at", "updated_at"),
    *("sent_at", "answered_at", "message_id", "version"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCommand:
    """A command whose alarm has rung; `version` fences what is written of it. `is_held`: this process has its line."""

    id: str
    charger_id: str
    action: str
    payload: dict[str, Any]
    to_send: dict[str, Any] | None = field(repr=False)
    state: CommandState
    requested_by: str | None
    created_at: datetime
    version: int
    is_held: bool


@dataclass(frozen=True, slots=True)
class Followed:
    """A command that messages may follow, and how many have."""

    id: str
    action: str
    payload: dict[str, Any]
    follow_ups: int


def add_command(
    db: Db,
    *,
    charger_id: str,
    action: str,
    payload: dict[str, Any],
    to_send: dict[str, Any] | None,
    by: str,
    now: datetime,
) -> str:
    """Queue a command; returns its id."""
    command_id = new_id()
    values = {"id": command_id, "charger_id": charger_id, "action": action, "payload": payload, "to_send": to_send}
    fresh = {"state": CommandState.QUEUED, "requested_by": by, "version": 1, "follow_ups": 0}
    db.execute(insert(COMMANDS).values(**values, **fresh, created_at=now, updated_at=now, wake_at=now))
    return command_id


def find_command(db: Db, charger_id: str, command_id: str) -> Command | None:
    """One of the charger's."""
    row = db.execute(_of(charger_id).where(C.id == command_id)).one_or_none()
    return None if row is None else _with_follow_ups(db, [_command_of(row)])[0]


def list_commands(db: Db, charger_id: str, keyset: Keyset) -> Page[Command]:
    """The charger's, newest first."""
    page = fetch_page(db, _of(charger_id), keyset, _command_of, at=C.created_at, id=C.id)
    return Page(_with_follow_ups(db, page.items), page.next)


def claim_commands(
    db: Db, claimant: Claimant, *, lease: timedelta, now: datetime, limit: int = BATCH
) -> list[DueCommand]:
    """As `claims.claim_sessions`: those of chargers whose socket the claimant holds, or that nobody holds."""
    names = ("id", "charger_id", "action", "payload", "to_send", "state", "requested_by", "created_at", "version")
    rows = db.execute(
        select(*(C[name] for name in names), Charger.gateway_id)
        .join(Charger, Charger.id == C.charger_id)
        .where(C.wake_at <= now, claimant.holds())
        .order_by(C.wake_at, C.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=COMMANDS)
    ).all()
    if rows:
        claimed = update(COMMANDS).where(C.id.in_([row.id for row in rows]))
        db.execute(claimed.values(wake_at=now + lease, version=C.version + 1))
    return [
        DueCommand(
            **{name: getattr(row, name) for name in names}
            | {"state": CommandState(row.state), "version": row.version + 1},
            is_held=row.gateway_id is not None,
        )
        for row in rows
    ]


def note_command(db: Db, command_id: str, *, version: int, now: datetime, **values: Any) -> bool:
    """Write what came of a command; False if another claim has it."""
    noted = update(COMMANDS).where(C.id == command_id, C.version == version)
    return db.execute(noted.values(**values, updated_at=now)).rowcount == 1


_FOLLOWED = (
    select(C.id, C.action, C.payload, C.follow_ups)
    .where(C.charger_id == bindparam("b_charger"), C.followed_until > bindparam("b_now"))
    .order_by(C.created_at.desc(), C.id.desc())
    .limit(BATCH)
)


def list_followed(db: Db, charger_id: str, *, now: datetime) -> list[Followed]:
    """The charger's commands that messages may follow now, the newest first."""
    rows = db.execute(_FOLLOWED, {"b_charger": charger_id, "b_now": now})
    return [Followed(*row) for row in rows]


def add_follow_up(db: Db, command_id: str, follow_up: FollowUp) -> None:
    """Append a message to the command that it follows."""
    kept = {"action": follow_up.action, "detail": follow_up.detail, "message_id": follow_up.message_id}
    db.execute(insert(FOLLOW_UPS).values(id=new_id(), command_id=command_id, at=follow_up.at, **kept))
    counted = update(COMMANDS).where(C.id == command_id)
    db.execute(counted.values(follow_ups=C.follow_ups + 1, updated_at=follow_up.at))


def _of(charger_id: str) -> Select[Any]:
    return (
        select(COMMANDS, Account.name.label("requester"))
        .outerjoin(Account, Account.id == C.requested_by)
        .where(C.charger_id == charger_id)
    )


def _command_of(row: Row[Any]) -> Command:
    return Command(
        **{name: getattr(row, name) for name in _COPIED},
        state=CommandState(row.state),
        error=None if row.error_code is None else CommandError(code=row.error_code, detail=row.error_detail),
        requested_by=None if row.requested_by is None else Requester(id=row.requested_by, name=row.requester),
    )


def _with_follow_ups(db: Db, commands: Sequence[Command]) -> list[Command]:
    f = FOLLOW_UPS.c
    ids = [command.id for command in commands]
    found: dict[str, list[FollowUp]] = {command_id: [] for command_id in ids}
    for row in db.execute(select(FOLLOW_UPS).where(f.command_id.in_(ids)).order_by(f.at, f.id)):
        follow_up = FollowUp(at=row.at, action=row.action, detail=row.detail, message_id=row.message_id)
        found[row.command_id].append(follow_up)
    return [dataclasses.replace(command, follow_ups=tuple(found[command.id])) for command in commands]

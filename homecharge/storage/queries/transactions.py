"""Transactions in and out of the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update

from homecharge.domain.authorization_codes import Code
from homecharge.domain.facts import Stop
from homecharge.domain.id_tokens import uid_key
from homecharge.ports.charger_events import Origin, TransactionStart
from homecharge.ports.units import Db
from homecharge.storage.models import AuthorizationRow, TransactionRow

T, A = TransactionRow, AuthorizationRow
_OWE_AGAIN = (
    update(T)
    .where(T.charger_id == bindparam("b_charger"), T.stopped_at.is_(None), T.stop_tries > 0)
    .values(stop_at=bindparam("b_now"), stop_version=T.stop_version + 1)
)


@dataclass(frozen=True, slots=True)
class Repeated:
    """A transaction that its message began before, and how its card was decided on; `code` None: nobody knows."""

    transaction_id: int
    is_refused: bool
    code: Code | None
    granted_until: datetime | None


def find_repeated(db: Db, charger_id: str, start: TransactionStart) -> Repeated | None:
    """The transaction that this very message began before."""
    row = db.execute(
        select(T.id, T.is_refused, A.code, A.granted_until)
        .outerjoin(A, A.message_id == T.message_id)
        .where(
            T.charger_id == charger_id,
            T.connector_id == start.connector_id,
            T.charger_started_at == start.timestamp,
            T.meter_start_wh == start.meter_wh,
            func.coalesce(T.uid_key, func.upper(T.id_tag)) == uid_key(start.id_tag),
            T.is_orphan.is_(False),
        )
    ).first()
    return None if row is None else Repeated(row.id, row.is_refused, Code(row.code) if row.code else None, row[3])


def add_transaction(
    db: Db,
    origin: Origin,
    start: TransactionStart,
    *,
    session_id: str | None,
    is_refused: bool,
    started_at: datetime,
    stop_at: datetime | None,
    profile_at: datetime | None,
) -> int:
    """Insert a transaction; returns its id, which is the one on the wire."""
    values = {
        "charger_id": origin.line.charger_id,
        "connector_id": start.connector_id,
        "session_id": session_id,
        "id_tag": start.id_tag,
        "uid_key": uid_key(start.id_tag),
        "reservation_id": start.reservation_id,
        "is_refused": is_refused,
        "is_orphan": False,
        "is_lost": False,
        "is_ended_by_zero": False,
        "charger_started_at": start.timestamp,
        "started_at": started_at,
        "received_at": origin.at,
        "heard_at": origin.at,
        "meter_start_wh": start.meter_wh,
        "meter_last_wh": start.meter_wh,
        "energy_wh": 0,
        "has_samples": False,
        "stop_at": stop_at,
        "stop_tries": 0,
        "stop_version": 0,
        "profile_at": profile_at,
        "profile_tries": 0,
        "profile_version": 0,
        "message_id": origin.message_id,
    }
    return int(db.execute(insert(T).values(**values).returning(T.id)).scalar_one())


def lose_open(db: Db, charger_id: str, connector_id: int, *, begun_before: datetime) -> None:
    """Take what is open on a connector for ended when it was last heard of."""
    db.execute(
        update(T)
        .where(
            T.charger_id == charger_id,
            T.connector_id == connector_id,
            T.stopped_at.is_(None),
            T.started_at < begun_before,
        )
        .values(stopped_at=T.heard_at, is_lost=True, stop_at=None, profile_at=None)
    )


def lose_transactions(db: Db, transaction_ids: Sequence[int]) -> None:
    """Take open transactions for ended when they were last heard of."""
    if transaction_ids:
        db.execute(
            update(T)
            .where(T.id.in_(transaction_ids), T.stopped_at.is_(None))
            .values(stopped_at=T.heard_at, is_lost=True, stop_at=None, profile_at=None)
        )


def rebind_transaction(db: Db, transaction_id: int, *, session_id: str, now: datetime) -> None:
    """Another session takes the transaction over; it is owed no stop any more, and the profile of that session."""
    taken_over = {"session_id": session_id, "stop_at": None, "stop_tries": 0, "is_paused": False}
    owed = {"profile_at": now, "profile_tries": 0, "profile_version": T.profile_version + 1}
    db.execute(update(T).where(T.id == transaction_id).values(taken_over | owed))


def owe_stops(db: Db, stops: Sequence[Stop]) -> None:
    """Open transactions are to be told to stop from an instant on."""
    if stops:
        owe = update(T).where(T.id == bindparam("b_id"), T.stopped_at.is_(None))
        owed = [{"b_id": stop.transaction_id, "b_at": stop.at, "b_pause": stop.is_pause} for stop in stops]
        db.execute(owe.values(stop_at=bindparam("b_at"), is_paused=bindparam("b_pause")), owed)


def take_back_stops(db: Db, transaction_ids: Sequence[int]) -> None:
    """These transactions go on: what is still owed of their stops is not sent, and no answer to one counts."""
    if transaction_ids:
        back = {"stop_at": None, "stop_tries": 0, "stop_version": T.stop_version + 1}
        db.execute(update(T).where(T.id.in_(transaction_ids), T.stopped_at.is_(None)).values(back))


def find_open_session(db: Db, charger_id: str, transaction_id: int) -> str | None:
    """The session of a charger's open transaction."""
    is_open = (T.id == transaction_id, T.charger_id == charger_id, T.stopped_at.is_(None))
    return db.scalar(select(T.session_id).where(*is_open))


def count_stop(db: Db, transaction_id: int, *, again_at: datetime) -> None:
    """The transaction is told to stop by somebody else; if it goes on, the next stop of ours is due then."""
    told = {"stop_at": again_at, "stop_tries": 1, "stop_version": T.stop_version + 1}
    db.execute(update(T).where(T.id == transaction_id, T.stopped_at.is_(None)).values(told))


def owe_stops_again(db: Db, charger_id: str, *, now: datetime) -> None:
    """Stops that were sent and not obeyed are due again."""
    db.execute(_OWE_AGAIN, {"b_charger": charger_id, "b_now": now})

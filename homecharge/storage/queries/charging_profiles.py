"""Charging profiles: whose transactions are owed one, what their chargers take, and what came of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select, update

from homecharge.domain.charger_state import StartMode
from homecharge.domain.charging_profiles import RateUnit, SmartCharging, told_smart_charging
from homecharge.domain.events import EventKind
from homecharge.ports.units import Db
from homecharge.storage.claims import BATCH, Claimant
from homecharge.storage.models import Charger, TransactionRow
from homecharge.storage.outbox import note_changed
from homecharge.storage.queries.sessions import TABLE
from homecharge.storage.types import UtcDateTime

T, C, S = TransactionRow, Charger, TABLE.c
_OWED: dict[str, Any] = {"profile_tries": 0, "profile_version": T.profile_version + 1}
_OWE_AGAIN = (
    update(T)
    .where(
        T.charger_id == bindparam("b_charger"),
        T.stopped_at.is_(None),
        or_(
            T.profile_revision.is_not(None),
            exists().where(C.id == bindparam("b_charger"), C.has_default_profile),
            T.session_id.in_(
                select(S.id).where(
                    S.charger_id == bindparam("b_charger"), S.wake_at.is_not(None), S.course.is_not(None)
                )
            ),
        ),
    )
    .values(**_OWED, profile_at=bindparam("b_now"))
)


@dataclass(frozen=True, slots=True)
class OwedProfile:
    """An open transaction whose charger is to be told; `version` fences what is written of its answer.

    `revision` is that of the course that the charger keeps, None while it keeps none; `stop_tries` how often it was
    told to stop.
    """

    transaction_id: int
    charger_id: str
    connector_id: int
    session_id: str | None
    started_at: datetime
    revision: int | None
    tries: int
    stop_tries: int
    version: int


def owe_profiles(db: Db, session_ids: Collection[str], *, now: datetime) -> None:
    """The courses of these sessions have changed: their open transactions are owed a profile."""
    if session_ids:
        of_them = update(T).where(T.session_id.in_(list(session_ids)), T.stopped_at.is_(None))
        db.execute(of_them.values(**_OWED, profile_at=now))


def owe_profile(db: Db, transaction_id: int, *, now: datetime) -> None:
    """This transaction is owed a profile, if it is open."""
    db.execute(update(T).where(T.id == transaction_id, T.stopped_at.is_(None)).values(**_OWED, profile_at=now))


def owe_profiles_at(db: Db, charger_ids: Collection[str], *, now: datetime) -> None:
    """Every open transaction of a session on these chargers is owed a profile of its own."""
    there = update(T).where(T.charger_id.in_(charger_ids), T.session_id.is_not(None), T.stopped_at.is_(None))
    db.execute(there.values(**_OWED, profile_at=now))


def owe_profiles_again(db: Db, charger_id: str, *, now: datetime) -> None:
    """A charger that connects anew may have forgotten what it kept."""
    db.execute(_OWE_AGAIN, {"b_charger": charger_id, "b_now": now})


def claim_profiles(
    db: Db, claimant: Claimant, *, lease: timedelta, now: datetime, limit: int = BATCH
) -> list[OwedProfile]:
    """As `claims.claim_stops`: `lease` is longer than all commands of one profile may take.

    What a session that is due is to be kept to is decided first.
    """
    due = (
        select(T.id)
        .join(C, C.id == T.charger_id)
        .outerjoin(TABLE, S.id == T.session_id)
        .where(T.profile_at <= now, T.stopped_at.is_(None), C.gateway_id == claimant.gateway_id)
        .where(or_(S.wake_at.is_(None), S.wake_at > now))
        .order_by(T.profile_at, T.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=T)
    )
    claim = (
        update(T)
        .where(T.id.in_(due))
        .values(profile_at=now + lease, profile_version=T.profile_version + 1)
        .returning(
            T.id,
            T.charger_id,
            T.connector_id,
            T.session_id,
            T.started_at,
            T.profile_revision,
            T.profile_tries,
            T.stop_tries,
            T.profile_version,
        )
    )
    return [OwedProfile(*row) for row in db.execute(claim)]


def note_profile(db: Db, owed: OwedProfile, **values: Any) -> bool:
    """Write what came of it; False if the transaction has ended or is owed another profile since."""
    noted = db.execute(
        update(T)
        .where(T.id == owed.transaction_id, T.profile_version == owed.version, T.stopped_at.is_(None))
        .values(**values)
    )
    return noted.rowcount == 1


def read_smart_charging(db: Db, charger_ids: Collection[str]) -> dict[str, SmartCharging]:
    """Ratings, capabilities and clocks by charger id."""
    rows = db.execute(
        select(
            C.id,
            C.phases,
            C.voltage_v,
            C.min_current_a,
            C.max_current_a,
            C.capabilities,
            C.taken_rate_unit,
            C.clock_skew_s,
            C.has_default_profile,
            C.restarts_from_finishing,
            C.start_mode,
        ).where(C.id.in_(list(charger_ids)))
    )
    found = {}
    for row in rows:
        told = row.capabilities or {}
        found[row.id] = SmartCharging(
            phases=row.phases,
            voltage_v=row.voltage_v,
            min_current_a=row.min_current_a,
            max_current_a=row.max_current_a,
            told_smart_charging=told_smart_charging(told),
            rate_units=told.get("rate_unit"),
            taken_unit=RateUnit(row.taken_rate_unit) if row.taken_rate_unit else None,
            max_periods=told.get("max_periods") or None,
            max_profiles=told.get("max_profiles"),
            skew_s=row.clock_skew_s,
            has_default=row.has_default_profile,
            restarts=bool(row.restarts_from_finishing) and row.start_mode == StartMode.CONTROLLED,
        )
    return found


def learn_unit(db: Db, charger_id: str, unit: RateUnit) -> None:
    """The charger takes profiles in this unit."""
    db.execute(update(C).where(C.id == charger_id).values(taken_rate_unit=unit.value))


def learn_taken(db: Db, charger_id: str) -> bool:
    """The charger takes profiles of transactions; whether that is news."""
    is_news = C.refuses_profiles.is_not(False)
    return db.execute(update(C).where(C.id == charger_id, is_news).values(refuses_profiles=False)).rowcount == 1


def learn_refusal(db: Db, charger_id: str) -> None:
    """The charger took a profile in neither unit."""
    db.execute(update(C).where(C.id == charger_id).values(refuses_profiles=True))


def learn_zero_ends(db: Db, transaction_id: int, charger_id: str) -> None:
    """The charger ended this transaction because it was held, and will do so again."""
    db.execute(update(T).where(T.id == transaction_id).values(is_ended_by_zero=True))
    db.execute(update(C).where(C.id == charger_id).values(zero_limit_ends_tx=True))


def get_told_at(db: Db, transaction_id: int) -> datetime:
    """When the charger took the transaction's profile; one that came with the remote start, when it began."""
    told_at: datetime = db.execute(
        select(func.coalesce(T.profile_taken_at, T.started_at, type_=UtcDateTime())).where(T.id == transaction_id)
    ).scalar_one()
    return told_at


def flag_sessions(db: Db, flags: Sequence[tuple[str, tuple[str, ...]]], *, now: datetime) -> None:
    """Write `(session id, all its flags)`, and let each be looked at."""
    flagged = update(TABLE).where(S.id == bindparam("b_id"), S.wake_at.is_not(None))
    if flags:
        db.execute(
            flagged.values(flags=bindparam("b_flags"), wake_at=now, version=S.version + 1),
            [{"b_id": session_id, "b_flags": list(all_flags)} for session_id, all_flags in flags],
        )
        note_changed(db, EventKind.SESSION_CHANGED, [session_id for session_id, _ in flags])

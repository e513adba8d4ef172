"""TxDefaultProfiles: which chargers are owed one, or are to forget it, and what came of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from homecharge.domain.charger_state import StartMode
from homecharge.ports.units import Db
from homecharge.storage.claims import BATCH, Claimant
from homecharge.storage.models import Charger, Location

C = Charger
_OWED: dict[str, Any] = {"default_profile_tries": 0, "default_profile_version": C.default_profile_version + 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedDefault:
    """A charger that is to be told what it keeps by default; `version` fences what is written of its answer.

    `may_keep`: it was told one before, and has not said that it forgot it. `is_refused`: it took one in neither unit,
    or takes no profile of a transaction, which a default one would bind then.
    """

    charger_id: str
    zone: ZoneInfo
    start_mode: StartMode
    charge_now: bool
    may_keep: bool
    is_refused: bool
    ends_at_zero: bool
    tries: int
    version: int


def owe_default_profiles(db: Db, charger_ids: Collection[str], *, now: datetime) -> None:
    """What these chargers are to keep by default may have changed, or they may have forgotten it."""
    db.execute(update(C).where(C.id.in_(charger_ids)).values(**_OWED, default_profile_at=now))


def owe_other_default_profiles(db: Db, charger_ids: Collection[str], *, now: datetime) -> None:
    """As `owe_default_profiles`, of chargers that are asked for something else: what they refused is tried again."""
    other = update(C).where(C.id.in_(charger_ids))
    db.execute(other.values(**_OWED, default_profile_at=now, refuses_default_profile=None))


def claim_default_profiles(
    db: Db, claimant: Claimant, *, lease: timedelta, now: datetime, limit: int = BATCH
) -> list[OwedDefault]:
    """As `claims.claim_stops`; a charger that has not told yet what it can do waits for that."""
    due = (
        select(C.id)
        .where(C.default_profile_at <= now, C.gateway_id == claimant.gateway_id, C.capabilities.is_not(None))
        .order_by(C.default_profile_at, C.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    claim = (
        update(C)
        .where(C.id.in_(due))
        .values(default_profile_at=now + lease, default_profile_version=C.default_profile_version + 1)
        .returning(C.id)
    )
    claimed = list(db.scalars(claim))
    return _list_owed(db, claimed) if claimed else []


def _list_owed(db: Db, charger_ids: Collection[str]) -> list[OwedDefault]:
    rows = db.execute(
        select(
            C.id,
            Location.time_zone,
            C.start_mode,
            C.charge_now,
            C.has_default_profile,
            C.refuses_default_profile,
            C.refuses_profiles,
            C.zero_limit_ends_tx,
            C.default_profile_tries,
            C.default_profile_version,
        )
        .join(Location, Location.id == C.location_id)
        .where(C.id.in_(charger_ids))
    )
    return [
        OwedDefault(
            charger_id=row.id,
            zone=ZoneInfo(row.time_zone),
            start_mode=StartMode(row.start_mode),
            charge_now=row.charge_now,
            may_keep=row.has_default_profile,
            is_refused=bool(row.refuses_default_profile or row.refuses_profiles),
            ends_at_zero=bool(row.zero_limit_ends_tx),
            tries=row.default_profile_tries,
            version=row.default_profile_version,
        )
        for row in rows
    ]


def mark_default_told(db: Db, charger_ids: Collection[str]) -> None:
    """From now on these chargers may keep a default profile."""
    db.execute(update(C).where(C.id.in_(charger_ids)).values(has_default_profile=True))


def note_default_profile(db: Db, owed: OwedDefault, **values: Any) -> bool:
    """Write what came of it; False if the charger is owed another since."""
    noted = update(C).where(C.id == owed.charger_id, C.default_profile_version == owed.version)
    return db.execute(noted.values(**values)).rowcount == 1

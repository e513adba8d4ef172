"""Chargers in solar-only mode, and the surplus of their homes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from homecharge.domain.charger_state import ConnectorStatus
from homecharge.domain.chargers import Solar
from homecharge.domain.courses import Course
from homecharge.domain.homes import Surplus
from homecharge.domain.session_state import LIVE, SCHEDULED
from homecharge.ports.units import Db
from homecharge.storage.models import Charger, Connector, Location
from homecharge.storage.queries.sessions import TABLE, course_of

S = TABLE.c


@dataclass(frozen=True, slots=True)
class SolarCharger:
    """A charger in solar-only mode, whether it took no profile lately, and the newest surplus of its home."""

    surplus: Surplus | None
    refuses_profiles: bool


def read_solar_chargers(db: Db, charger_ids: Collection[str]) -> dict[str, SolarCharger]:
    """Those of these chargers that are in solar-only mode, by id."""
    return _read(db, Charger.id.in_(charger_ids))


def read_solar_chargers_at(db: Db, location_id: str) -> dict[str, SolarCharger]:
    """As `read_solar_chargers`, those that hang at a location."""
    return _read(db, (Charger.location_id == location_id) & Charger.deleted_at.is_(None))


def _read(db: Db, which: ColumnElement[bool]) -> dict[str, SolarCharger]:
    rows = db.execute(
        select(Charger.id, Charger.refuses_profiles, Location.surplus_w, Location.surplus_at)
        .join(Location, Location.id == Charger.location_id)
        .where(which, Charger.solar == Solar.ONLY)
    )
    return {
        row.id: SolarCharger(
            surplus=None if row.surplus_at is None else Surplus(row.surplus_w, row.surplus_at),
            refuses_profiles=row.refuses_profiles is True,
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Follower:
    """A charge under way in solar-only mode."""

    session_id: str
    location_id: str
    charger_id: str
    due_at: datetime
    course: Course | None


def list_followers(db: Db, location_ids: Collection[str]) -> list[Follower]:
    """The charges under way in solar-only mode at these homes, but those whose car takes nothing at present."""
    rows = db.execute(
        select(S.id, S.location_id, S.charger_id, S.due_at, S.course)
        .join(Charger, Charger.id == S.charger_id)
        .outerjoin(Connector, (Connector.charger_id == S.charger_id) & (Connector.connector_id == S.connector_id))
        .where(
            Charger.location_id.in_(location_ids),
            Charger.solar == Solar.ONLY,
            S.wake_at.is_not(None),
            S.status.in_(LIVE),
            S.kind.in_(SCHEDULED),
            S.boosted_at.is_(None) | S.boost_ended_at.is_not(None),
            func.coalesce(Connector.status, "") != ConnectorStatus.SUSPENDED_EV,
        )
    )
    return [Follower(row.id, row.location_id, row.charger_id, row.due_at, course_of(row.course)) for row in rows]

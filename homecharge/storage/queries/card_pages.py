"""Where a uid is known: operators' groups, homes and open transactions, each by its index."""

from collections.abc import Collection

from sqlalchemy import func, select

from homecharge.domain.card_page import GroupEntry, HomeEntry, OpenTransaction
from homecharge.domain.session_view import Person
from homecharge.ports.units import Db
from homecharge.storage.models import (
    Account,
    Charger,
    ChargingSession,
    GroupToken,
    Location,
    TokenGroup,
    TokenGroupCharger,
    TokenGroupLocation,
    TransactionRow,
)


def list_group_entries(db: Db, key: str) -> tuple[GroupEntry, ...]:
    """Its entries in operators' groups, oldest first."""
    g, t = TokenGroup, GroupToken
    rows = db.execute(
        select(t.group_id, g.name.label("group"), t.name, t.is_valid, g.allow_concurrent)
        .join(g, g.id == t.group_id)
        .where(t.uid_key == key, func.coalesce(g.home_id, "") == "")  # by the index of uids, not each operators' group
        .order_by(t.created_at, t.id)
    ).all()
    locations, chargers = _covered(db, [row.group_id for row in rows])
    return tuple(
        GroupEntry(
            **row._mapping,  # noqa: SLF001 - SQLAlchemy's public name for it
            location_ids=tuple(locations[row.group_id]),
            charger_ids=tuple(chargers[row.group_id]),
        )
        for row in rows
    )


def _covered(db: Db, group_ids: Collection[str]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    locations: dict[str, list[str]] = {group_id: [] for group_id in group_ids}
    chargers: dict[str, list[str]] = {group_id: [] for group_id in group_ids}
    places = select(TokenGroupLocation.group_id, TokenGroupLocation.location_id)
    for group_id, location_id in db.execute(places.where(TokenGroupLocation.group_id.in_(group_ids))):
        locations[group_id].append(location_id)
    points = select(TokenGroupCharger.group_id, TokenGroupCharger.charger_id)
    for group_id, charger_id in db.execute(points.where(TokenGroupCharger.group_id.in_(group_ids))):
        chargers[group_id].append(charger_id)
    return locations, chargers


def list_home_entries(db: Db, key: str) -> tuple[HomeEntry, ...]:
    """The homes whose own card it is."""
    g, t, a = TokenGroup, GroupToken, Account
    rows = db.execute(
        select(t.id, t.name, t.is_valid, t.driver_id, a.name.label("driver"), g.home_id, Location.name.label("home"))
        .join(g, g.id == t.group_id)
        .join(Location, Location.id == g.home_id)
        .outerjoin(a, a.id == t.driver_id)
        .where(t.uid_key == key)
        .order_by(t.created_at, t.id)
    )
    return tuple(
        HomeEntry(
            card_id=row.id,
            name=row.name,
            is_valid=row.is_valid,
            driver=None if row.driver_id is None else Person(row.driver_id, row.driver),
            location_id=row.home_id,
            location=row.home,
        )
        for row in rows
    )


def list_open_transactions(db: Db, key: str) -> tuple[OpenTransaction, ...]:
    """The charges under way with it, oldest first."""
    t, s = TransactionRow, ChargingSession
    rows = db.execute(
        select(
            *(t.id.label("transaction_id"), t.session_id, s.reference, t.charger_id),
            *(Charger.identity.label("charger"), t.connector_id, t.started_at),
        )
        .join(Charger, Charger.id == t.charger_id)
        .outerjoin(s, s.id == t.session_id)
        .where(t.uid_key == key, t.stopped_at.is_(None))
        .order_by(t.id)
    )
    return tuple(OpenTransaction(**row._mapping) for row in rows)  # noqa: SLF001 - SQLAlchemy's public name for it

"""Homes with a charger each: the first by the services that make them, all others as copies of its rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert, select, update

from homecharge.domain.accounts import Caller, Role
from homecharge.domain.charger_state import ConnectorStatus
from homecharge.domain.restricted_hours import Choice, RestrictedHours
from homecharge.ports.units import Db
from homecharge.services.accounts import register
from homecharge.services.adding_chargers import add_charger
from homecharge.services.locations import add_location
from homecharge.storage.models import Charger, Connector, Location, Member
from homecharge.storage.types import new_id

LONDON = {"country": "GB", "time_zone": "Europe/London", "currency": "GBP"}


@dataclass(frozen=True, slots=True)
class Home:
    """A location and the one charger there."""

    location_id: str
    charger_id: str
    identity: str


@dataclass(frozen=True, slots=True)
class Estate:
    """All homes belong to `owner`; all chargers have the same password."""

    owner: Caller
    homes: Sequence[Home]
    password: str


def build(db: Db, *, homes: int, now: datetime) -> Estate:
    """As many homes; any card is accepted at them."""
    account = register(db, email="owner@example.org", password_hash="-", name="Owner", now=now)
    owner = Caller(
        account_id=account.id, name="Owner", locale="en", role=Role.DRIVER, family_id="a log-in", device=None
    )
    home = add_location(db, name="Home", **LONDON, caller=owner, now=now)
    hours = RestrictedHours(Choice.NONE)
    first = add_charger(
        db, home, identity="CP0", name="Drive", restricted_hours=hours, ocpp_url="ws://-", caller=owner, now=now
    )
    db.execute(update(Charger).values(random_delay_max_s=0))
    places = [Home(home.id, first.id, "CP0")]
    places += [Home(new_id(), new_id(), f"CP{number}") for number in range(1, homes)]
    others = places[1:]
    _copy(db, Location, ({"id": place.location_id} for place in others))
    _copy(db, Member, ({"location_id": place.location_id} for place in others))
    changes = ({"id": p.charger_id, "location_id": p.location_id, "identity": p.identity} for p in others)
    _copy(db, Charger, changes)
    db.execute(update(Location).values(accept_any=True))
    return Estate(owner, places, first.ocpp.password)


def plug_in(db: Db, homes: Iterable[Home], *, gateway_id: str, now: datetime) -> None:
    """Every charger is connected to that gateway, with a car that waits."""
    line = {"gateway_id": gateway_id, "connection_id": Charger.id, "protocol": "ocpp1.6"}
    seen = dict.fromkeys(("connected_at", "first_seen_at", "last_seen_at"), now)
    db.execute(update(Charger).values(**line, **seen))
    told = {"status": ConnectorStatus.PREPARING, "is_plugged_in": True}
    told |= dict.fromkeys(("reported_at", "changed_at", "plugged_in_at"), now)
    db.execute(insert(Connector), [{"charger_id": home.charger_id, "connector_id": 1, **told} for home in homes])


def _copy(db: Db, model: type[Any], changes: Iterable[dict[str, Any]]) -> None:
    table = cast("Table", model.__table__)
    template = dict(db.execute(select(table)).one()._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    if rows := [template | changed for changed in changes]:
        db.execute(insert(table), rows)

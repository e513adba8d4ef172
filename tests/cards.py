"""Cards for tests to begin with: providers, their tokens, local groups, and what a location takes."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from homecharge.domain.id_tokens import uid_key
from homecharge.ports.units import Db
from homecharge.storage.models import (
    AuthorizationRow,
    GroupToken,
    Location,
    Provider,
    RoamingToken,
    TokenGroup,
    TokenGroupCharger,
    TokenGroupLocation,
    TransactionRow,
)
from homecharge.storage.types import new_id
from tests.homes import NOW

MADE: dict[str, Any] = {"revision": 1, "created_at": NOW, "updated_at": NOW}
A = AuthorizationRow


def add_provider(db: Db, party_id: str = "VLT", **changes: Any) -> str:
    values = {
        "id": new_id(),
        "country_code": "NL",
        "party_id": party_id,
        "name": party_id.title(),
        "live_timeout_s": 15.0,
        "support": {"phone": "+31 20 123"},
    }
    db.execute(insert(Provider).values(values | MADE | changes))
    return str((values | changes)["id"])


def block(db: Db, provider_id: str, *, at: datetime | None = NOW) -> None:
    db.execute(update(Provider).where(Provider.id == provider_id).values(blocked_at=at))


def add_card(db: Db, uid: str, provider_id: str | None = None, **changes: Any) -> None:
    values = {"id": new_id(), "uid": uid, "uid_key": uid_key(uid), "provider_id": provider_id, "type": "RFID"}
    goodness = {"is_valid": True, "whitelist": "ALLOWED"}
    db.execute(insert(RoamingToken).values(values | goodness | MADE | changes))


def change_card(db: Db, uid: str, **changes: Any) -> None:
    db.execute(update(RoamingToken).where(RoamingToken.uid_key == uid_key(uid)).values(changes))


def add_group(
    db: Db,
    name: str = "Fleet",
    *uids: str,
    locations: tuple[str, ...] = (),
    chargers: tuple[str, ...] = (),
    is_valid: bool = True,
    driver_id: str | None = None,
    entry_name: str | None = None,
    **changes: Any,
) -> str:
    group_id = new_id()
    values = {"id": group_id, "name": name, "allow_concurrent": False}
    db.execute(insert(TokenGroup).values(values | MADE | changes))
    for location_id in locations:
        db.execute(insert(TokenGroupLocation).values(group_id=group_id, location_id=location_id))
    for charger_id in chargers:
        db.execute(insert(TokenGroupCharger).values(group_id=group_id, charger_id=charger_id))
    for uid in uids:
        entry = {"id": new_id(), "group_id": group_id, "uid": uid, "uid_key": uid_key(uid)}
        entry["name"] = entry_name or uid
        db.execute(insert(GroupToken).values(entry | {"is_valid": is_valid, "driver_id": driver_id} | MADE))
    return group_id


def set_entry(db: Db, uid: str, *, is_valid: bool) -> None:
    db.execute(update(GroupToken).where(GroupToken.uid_key == uid_key(uid)).values(is_valid=is_valid))


def take(db: Db, location_id: str, **access: Any) -> None:
    """What a location takes, all else off."""
    closed = {"roaming": False, "guest": False, "accept_any": False, "reimbursement": None}
    db.execute(update(Location).where(Location.id == location_id).values(closed | access))


def decisions(db: Db, uid: str | None = None) -> list[AuthorizationRow]:
    """Every decision, or those about a uid, oldest first."""
    found = select(A.__table__).order_by(A.at, A.id)
    return list(db.execute(found if uid is None else found.where(A.uid_key == uid_key(uid))))


def add_open_transaction(
    db: Db,
    charger_id: str,
    uid: str,
    *,
    at: datetime = NOW,
    connector_id: int = 1,
    session_id: str | None = None,
) -> int:
    """A transaction that is charging, last heard of then; its id."""
    instants = dict.fromkeys(("charger_started_at", "started_at", "received_at", "heard_at"), at)
    flags = dict.fromkeys(("is_refused", "is_orphan", "is_lost", "is_ended_by_zero", "has_samples"), False)
    counts = dict.fromkeys(("meter_start_wh", "meter_last_wh", "energy_wh", "stop_tries", "stop_version"), 0)
    counts |= dict.fromkeys(("profile_tries", "profile_version"), 0)
    named = {"charger_id": charger_id, "connector_id": connector_id, "session_id": session_id}
    card = {"id_tag": uid, "uid_key": uid_key(uid)}
    inserted = db.execute(insert(TransactionRow).values(named | card | instants | flags | counts))
    return int(inserted.inserted_primary_key[0])

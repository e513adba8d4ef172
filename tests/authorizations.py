"""Decisions about cards, and what is known of cards, for tests that look them up."""

from typing import Any

from sqlalchemy import insert

from homecharge.domain.authorization_codes import Code, status_of
from homecharge.domain.authorization_trace import TraceStep, stored_trace
from homecharge.domain.chargers import Charger
from homecharge.domain.id_tokens import uid_key
from homecharge.ports.units import Db
from homecharge.storage.models import (
    AuthorizationRow,
    GroupToken,
    Provider,
    RoamingToken,
    TokenGroup,
    TokenGroupCharger,
    TransactionRow,
)
from homecharge.storage.types import new_id
from tests.homes import NOW

UID = "04A1B2C3D4"


def decide(db: Db, charger: Charger | None, code: Code, *trace: TraceStep, uid: str = UID, **columns: Any) -> str:
    """A decision as it is stored; its id."""
    row = {
        "id": new_id(),
        "at": NOW,
        "request": "authorize",
        "charger_id": None if charger is None else charger.id,
        "location_id": None if charger is None else charger.location_id,
        "uid": uid,
        "uid_key": uid_key(uid),
        "status": status_of(code),
        "code": code,
        "trace": stored_trace(trace),
    } | columns
    db.execute(insert(AuthorizationRow).values(row))
    return row["id"]


def make_provider(db: Db, name: str = "Plug & Go") -> str:
    id_ = new_id()
    row = {"id": id_, "country_code": "GB", "party_id": "PNG", "name": name, "live_timeout_s": 15.0}
    support = {"phone": "+44 20 7946 0000", "email": None, "url": None}
    db.execute(insert(Provider).values(row | {"support": support, "revision": 1, "created_at": NOW, "updated_at": NOW}))
    return id_


def make_token(db: Db, provider_id: str | None, *, uid: str = UID) -> str:
    id_ = new_id()
    row = {"id": id_, "uid": uid, "uid_key": uid_key(uid), "contract_id": "GB-PNG-C1", "provider_id": provider_id}
    kept = {"type": "RFID", "is_valid": True, "whitelist": "NEVER", "revision": 1, "created_at": NOW, "updated_at": NOW}
    db.execute(insert(RoamingToken).values(row | kept))
    return id_


def make_group(db: Db, charger: Charger, *, name: str = "Taxis", uid: str = UID) -> str:
    """An operator's group that covers one charger and has one card."""
    id_, at = new_id(), {"created_at": NOW, "updated_at": NOW}
    db.execute(insert(TokenGroup).values({"id": id_, "name": name, "allow_concurrent": True, "revision": 1} | at))
    db.execute(insert(TokenGroupCharger).values(group_id=id_, charger_id=charger.id))
    entry = {"id": new_id(), "group_id": id_, "uid": uid, "uid_key": uid_key(uid), "name": "Cab 7", "revision": 1}
    db.execute(insert(GroupToken).values(entry | at))
    return id_


def open_transaction(db: Db, charger: Charger, *, session_id: str | None = None, uid: str = UID) -> int:
    instants = dict.fromkeys(("charger_started_at", "started_at", "received_at", "heard_at"), NOW)
    numbers = dict.fromkeys(("meter_start_wh", "meter_last_wh", "energy_wh", "stop_tries", "stop_version"), 0)
    rest = dict.fromkeys(("profile_tries", "profile_version"), 0)
    flags = dict.fromkeys(("is_refused", "is_orphan", "is_lost", "is_ended_by_zero", "has_samples"), False)
    place = {"charger_id": charger.id, "connector_id": 1, "session_id": session_id}
    tag = {"id_tag": uid, "uid_key": uid_key(uid)}
    made = db.execute(insert(TransactionRow).values(instants | numbers | rest | flags | place | tag))
    return made.inserted_primary_key[0]

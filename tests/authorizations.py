"""Decisions about cards, and what is known of cards, for tests that look them up."""

from typing import Any

from sqlalchemy import insert

from homecharge.domain.authorization_codes import Code, status_of
from homecharge.domain.authorization_trace import TraceStep, stored_trace
from homecharge.domain.chargers import Charger
from homecharge.domain.id_tokens import uid_key
from homecharge.ports.units import Db
from homecharge.storage.models import AuthorizationRow
from homecharge.storage.types import new_id
from tests.cards import add_card, add_group, add_open_transaction, add_provider
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
    support = {"phone": "+44 20 7946 0000", "email": None, "url": None}
    return add_provider(db, "PNG", country_code="GB", name=name, support=support)


def make_token(db: Db, provider_id: str | None, *, uid: str = UID) -> str:
    id_ = new_id()
    add_card(db, uid, provider_id, id=id_, contract_id="GB-PNG-C1", whitelist="NEVER")
    return id_


def make_group(db: Db, charger: Charger, *, name: str = "Taxis", uid: str = UID) -> str:
    """An operator's group that covers one charger and has one card."""
    return add_group(db, name, uid, chargers=(charger.id,), allow_concurrent=True, entry_name="Cab 7")


def open_transaction(db: Db, charger: Charger, *, session_id: str | None = None, uid: str = UID) -> int:
    return add_open_transaction(db, charger.id, uid, session_id=session_id)

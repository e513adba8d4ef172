"""The log-ins of a person as devices."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, exists, select

from homecharge.domain.accounts import Caller
from homecharge.domain.devices import Device
from homecharge.domain.pages import Keyset, Page
from homecharge.ports.units import Db
from homecharge.storage.models import TokenFamily
from homecharge.storage.queries.pages import fetch_page
from homecharge.storage.queries.tokens import lasting

FAMILIES = cast("Table", TokenFamily.__table__)


def list_devices(db: Db, caller: Caller, keyset: Keyset, *, now: datetime) -> Page[Device]:
    """Those whose log-in has not ended, newest first."""
    rows = select(FAMILIES).where(FAMILIES.c.account_id == caller.account_id, *lasting(now=now))

    def device_of(row: Row[Any]) -> Device:
        return Device(
            id=row.id,
            name=row.device,
            created_at=row.created_at,
            last_used_at=row.used_at,
            is_current=row.id == caller.family_id,
        )

    return fetch_page(db, rows, keyset, device_of, at=FAMILIES.c.created_at, id=FAMILIES.c.id)


def is_known_network(db: Db, account_id: str, network: str) -> bool:
    """Whether the person has signed in from there, as long as that log-in is kept."""
    there = (FAMILIES.c.account_id == account_id, FAMILIES.c.network == network)
    return db.scalar(select(exists().where(*there))) or False


def has_device(db: Db, device_id: str, *, account_id: str) -> bool:
    """Whether it is this person's, ended or not."""
    theirs = (FAMILIES.c.id == device_id, FAMILIES.c.account_id == account_id)
    return db.scalar(select(FAMILIES.c.id).where(*theirs)) is not None

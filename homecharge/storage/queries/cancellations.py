"""What people's cancellations hold of them, and how it is forgotten."""

from typing import Any

from sqlalchemy import select, update

from homecharge.domain.rejections import Code
from homecharge.domain.texts.values import DEVICE, WHO
from homecharge.ports.units import Db
from homecharge.storage.models import Member
from homecharge.storage.queries.sessions import TABLE


def forget_devices(db: Db, account_id: str, *, location_id: str | None = None) -> None:
    """Take what a person called their devices out of the evidence of what they cancelled at their homes, or at one."""
    homes = select(Member.location_id).where(Member.account_id == account_id)
    here = TABLE.c.location_id.in_(homes) if location_id is None else TABLE.c.location_id == location_id
    is_theirs = TABLE.c.rejection["params"][WHO].as_string() == account_id
    found = select(TABLE.c.id, TABLE.c.rejection).where(here, TABLE.c.reason == Code.CANCELLED, is_theirs)
    for session_id, rejection in db.execute(found).all():
        db.execute(update(TABLE).where(TABLE.c.id == session_id).values(rejection=_without_device(rejection)))


def _without_device(rejection: dict[str, Any]) -> dict[str, Any]:
    return {**rejection, "evidence": [fact for fact in rejection["evidence"] if fact["fact"] != DEVICE]}

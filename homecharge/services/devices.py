"""See where one is signed in, and end that."""

from datetime import datetime

from homecharge.domain.accounts import Caller
from homecharge.domain.errors import NotFound
from homecharge.ports.units import Db
from homecharge.services import agent_log_ins
from homecharge.storage.queries.devices import has_device, is_known_network, list_devices
from homecharge.storage.queries.tokens import revoke_families, revoke_family

__all__ = ["is_known_network", "list_devices", "sign_out", "sign_out_others"]


def sign_out(db: Db, device_id: str, *, caller: Caller, now: datetime) -> None:
    """End one log-in of the caller's with all of its tokens, at once; one that has ended stays so. Raises NotFound."""
    if not has_device(db, device_id, account_id=caller.account_id):
        raise NotFound
    revoke_family(db, device_id, now=now)
    agent_log_ins.note_end(db, caller, log_in=device_id, now=now)


def sign_out_others(db: Db, *, caller: Caller, now: datetime) -> None:
    """End every log-in of the caller's but the one that asks."""
    revoke_families(db, caller.account_id, save=caller.family_id, now=now)
    agent_log_ins.note_end(db, caller, log_in=agent_log_ins.OTHERS, now=now)

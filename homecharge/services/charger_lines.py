"""What a charger must be told to connect, and cutting the line that it opened with what it was told before."""

import secrets
import string
from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.chargers import Charger, OcppAccess
from homecharge.ports.units import Db
from homecharge.services.lines import password_hash
from homecharge.services.planning import ALARMS
from homecharge.services.recoveries import wake
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries import charger_settings as queries

LINES = "lines"
"""The topic that says "a socket you hold may have lost its charger": gateways close those that have."""
_PASSWORD_CHARACTERS = string.ascii_letters + string.digits
"""Nothing to escape in a URL, a charger's web form or OCPP 2.0.1's `passwordString`, and no hyphen that a command
would take for an option."""
_PASSWORD_LENGTH = 20
"""119 random bits in letters and digits; the whole alphabet of `passwordString` would carry 123."""


@dataclass(frozen=True, slots=True)
class RenewedPassword:
    """What a charger must be told to connect again."""

    ocpp: OcppAccess


def new_access(identity: str, *, ocpp_url: str) -> OcppAccess:
    """Where a charger with that identity connects, below `ocpp_url`, and a new password for it."""
    password = "".join(secrets.choice(_PASSWORD_CHARACTERS) for _ in range(_PASSWORD_LENGTH))
    return OcppAccess(f"{ocpp_url}/{identity}", password)


def renew_password(db: Db, charger: Charger, *, ocpp_url: str, now: datetime) -> RenewedPassword:
    """Replace the password of a charger read with `for_update`, and cut the line that the old one opened."""
    access = new_access(charger.identity, ocpp_url=ocpp_url)
    queries.change_password(db, charger.id, password_sha256=password_hash(access.password), now=now)
    cut_line(db, charger.id, now=now)
    return RenewedPassword(access)


def cut_line(db: Db, charger_id: str, *, now: datetime) -> None:
    """Make the charger offline: its socket, wherever it is held, loses the fence of its writes and is soon closed."""
    if queries.cut_line(db, charger_id, now=now):
        wake(db, charger_id, now=now)
        for topic in (LINES, ALARMS, f"charger:{charger_id}"):
            ring_after_commit(db, topic)

"""Passwords that chargers were given and have not connected with yet: each stays right until one of them is used."""

from collections.abc import Collection

from sqlalchemy import select, update

from homecharge.ports.units import Db
from homecharge.storage.models import Charger

C = Charger
MOST_ON_THEIR_WAY = 10


def find_next_passwords(db: Db, charger_id: str, *, for_update: bool = False) -> list[str]:
    """The hashes, oldest first; `for_update` keeps others from changing them until the unit ends."""
    query = select(C.next_passwords_sha256).where(C.id == charger_id)
    return list(db.scalar(query.with_for_update(key_share=True) if for_update else query) or [])


def is_full(db: Db, charger_id: str) -> bool:
    """Whether no other may be on its way; a locked charger stays as it is found."""
    return len(find_next_passwords(db, charger_id)) >= MOST_ON_THEIR_WAY


def add_next_passwords(db: Db, charger_id: str, hashes: Collection[str]) -> None:
    """From now on these open a line, too."""
    _write(db, charger_id, [*find_next_passwords(db, charger_id, for_update=True), *hashes])


def forget_next_passwords(db: Db, charger_id: str, hashes: Collection[str]) -> None:
    """The charger has taken none of these."""
    known = find_next_passwords(db, charger_id, for_update=True)
    _write(db, charger_id, [each for each in known if each not in hashes])


def promote_password(db: Db, charger_id: str, password_sha256: str) -> bool:
    """The charger has it: from here on nothing else opens a line. False if it has ceased to be right meanwhile."""
    if password_sha256 not in find_next_passwords(db, charger_id, for_update=True):
        return False
    promoted = {"password_sha256": password_sha256, "next_passwords_sha256": None}
    db.execute(update(C).where(C.id == charger_id).values(promoted))
    return True


def _write(db: Db, charger_id: str, hashes: list[str]) -> None:
    db.execute(update(C).where(C.id == charger_id).values(next_passwords_sha256=hashes or None))

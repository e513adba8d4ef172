"""terms and contracts: indices from terms to old rows, follow-ups go with commands, contracts without check digits."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

INDICES = (("commands", "created_at"), ("processes", "beat_at"), ("join_codes", "expires_at"))
TIE = "fk_command_follow_ups_command_id"

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TOKENS = sa.table("roaming_tokens", *map(sa.column, ("id", "contract_id", "contract_key")))
_LOCATIONS = sa.table("locations", sa.column("id"), sa.column("reimbursement", _JSON))
_REIMBURSED = sa.table("reimbursed_cards", *map(sa.column, ("location_id", "linked_by", "key")))
_BATCH = 10_000
_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def upgrade() -> None:
    for table, column in INDICES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    tie_follow_ups(ondelete="CASCADE")
    _compare_contracts(_unchecked)


def downgrade() -> None:
    _compare_contracts(lambda plain: plain)
    tie_follow_ups(ondelete=None)
    for table, column in reversed(INDICES):
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)


def tie_follow_ups(*, ondelete: str | None) -> None:
    with op.batch_alter_table("command_follow_ups") as table:
        table.drop_constraint(TIE, type_="foreignkey")
        table.create_foreign_key(TIE, "commands", ["command_id"], ["id"], ondelete=ondelete)


def _compare_contracts(key_of: Callable[[str], str]) -> None:
    """Write every key of a contract anew, from what was given."""
    db, token = op.get_bind(), _TOKENS.c
    given = sa.select(_TOKENS).where(token.contract_id.is_not(None)).order_by(token.id).limit(_BATCH)
    rekeyed = sa.update(_TOKENS).where(token.id == sa.bindparam("token")).values(contract_key=sa.bindparam("new"))
    last = ""
    while rows := db.execute(given.where(token.id > last)).all():
        last = rows[-1].id
        keys = [(row, key_of(_plain(row.contract_id))) for row in rows]
        if changed := [{"token": row.id, "new": key} for row, key in keys if key != row.contract_key]:
            db.execute(rekeyed, changed)
    paying = sa.select(_LOCATIONS).where(_LOCATIONS.c.reimbursement.is_not(None))
    for place in db.execute(paying).all():
        _link(place.id, place.reimbursement, key_of)


def _link(location_id: str, reimbursement: Mapping[str, Any], key_of: Callable[[str], str]) -> None:
    before = reimbursement["contract_keys"]
    keys = _keys(reimbursement.get("given", {}).get("contract_ids") or before, key_of)
    if keys == sorted(before):
        return
    db, linked = op.get_bind(), _REIMBURSED.c
    written = sa.update(_LOCATIONS).where(_LOCATIONS.c.id == location_id)
    db.execute(written.values(reimbursement={**reimbursement, "contract_keys": keys}))
    db.execute(sa.delete(_REIMBURSED).where(linked.location_id == location_id, linked.linked_by == "contract"))
    rows = [{"location_id": location_id, "linked_by": "contract", "key": key} for key in keys]
    db.execute(sa.insert(_REIMBURSED), rows)


def _keys(contract_ids: Iterable[str], key_of: Callable[[str], str]) -> list[str]:
    return sorted({key_of(_plain(contract_id)) for contract_id in contract_ids})


def _plain(contract_id: str) -> str:
    return re.sub(r"[-*\s]", "", contract_id).upper()


def _unchecked(plain: str) -> str:
    """Without the check digit, where there is one (eMI3)."""
    if re.fullmatch("[A-Z]{2}[A-Z0-9]{13}", plain) is None:
        return plain
    values = [_CHARACTERS.index(character) for character in plain]
    of_two = _sum(((value // 18, value // 9 % 2) for value in values), 2)
    of_three = _sum(((value // 3 % 3, value % 3) for value in values), 3)
    return plain[:-1] if of_two == of_three == (0, 0) else plain


def _sum(pairs: Iterable[tuple[int, int]], modulus: int) -> tuple[int, int]:
    x = y = 0
    for first, second in pairs:
        x, y = (x + first + y + second) % modulus, (x + first) % modulus
    return x, y

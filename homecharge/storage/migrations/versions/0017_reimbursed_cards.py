"""reimbursed cards: where a card is paid back is found from the card."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_ID = sa.String(length=36).with_variant(sa.String(length=36, collation="C"), "postgresql")
_LOCATIONS = sa.table("locations", sa.column("id", sa.String), sa.column("reimbursement", sa.JSON))
_BATCH = 10_000


def upgrade() -> None:
    cards = op.create_table(
        "reimbursed_cards",
        sa.Column("location_id", _ID, nullable=False),
        sa.Column("linked_by", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=150), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["locations.id"],
            name=op.f("fk_reimbursed_cards_location_id_locations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("location_id", "linked_by", "key", name=op.f("pk_reimbursed_cards")),
    )
    paying = sa.select(_LOCATIONS).where(_LOCATIONS.c.reimbursement.is_not(None))
    rows = [row for place in op.get_bind().execute(paying) for row in _rows(place.id, place.reimbursement)]
    for first in range(0, len(rows), _BATCH):
        op.bulk_insert(cards, rows[first : first + _BATCH])
    op.create_index("ix_reimbursed_cards_linked_by_key", "reimbursed_cards", ["linked_by", "key", "location_id"])


def _rows(location_id: str, reimbursement: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    unit = reimbursement["organisation_unit"]
    named = {
        "contract": reimbursement["contract_keys"],
        "uid": reimbursement["uid_keys"],
        "organisation": [] if unit is None else [unit],
    }
    for by, keys in named.items():
        for key in keys:
            yield {"location_id": location_id, "linked_by": by, "key": key}


def downgrade() -> None:
    op.drop_table("reimbursed_cards")

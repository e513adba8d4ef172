"""organisation keys: tokens are found by their organisation unit, as it is compared, from an index."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TOKENS = sa.table("roaming_tokens", sa.column("organisation_unit"), sa.column("organisation_key"))
_OLD, _NEW = "ix_roaming_tokens_organisation_unit", "ix_roaming_tokens_organisation_key"


def upgrade() -> None:
    op.add_column("roaming_tokens", sa.Column("organisation_key", sa.String(length=150), nullable=True))
    db, given = op.get_bind(), _TOKENS.c.organisation_unit
    for unit in db.scalars(sa.select(given).where(given.is_not(None)).distinct()).all():
        db.execute(sa.update(_TOKENS).where(given == unit).values(organisation_key=unit.strip().upper()))
    op.create_index(_NEW, "roaming_tokens", ["organisation_key"])
    op.drop_index(_OLD, table_name="roaming_tokens")


def downgrade() -> None:
    op.create_index(_OLD, "roaming_tokens", ["organisation_unit"])
    op.drop_index(_NEW, table_name="roaming_tokens")
    op.drop_column("roaming_tokens", "organisation_key")

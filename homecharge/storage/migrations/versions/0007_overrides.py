"""overrides."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    with op.batch_alter_table("occurrences") as table:
        table.add_column(sa.Column("override", json, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("occurrences") as table:
        table.drop_column("override")

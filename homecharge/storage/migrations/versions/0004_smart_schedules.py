"""smart schedules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("occurrences") as table:
        table.add_column(sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True))
        table.create_index(
            "ix_occurrences_wake_at",
            ["wake_at", "id"],
            sqlite_where=sa.text("wake_at IS NOT NULL"),
            postgresql_where=sa.text("wake_at IS NOT NULL"),
        )
    with op.batch_alter_table("sessions") as table:
        table.add_column(
            sa.Column(
                "target",
                sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
                nullable=True,
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("sessions") as table:
        table.drop_column("target")
    with op.batch_alter_table("occurrences") as table:
        table.drop_index("ix_occurrences_wake_at")
        table.drop_column("wake_at")

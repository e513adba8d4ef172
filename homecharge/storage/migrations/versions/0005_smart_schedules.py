"""smart schedules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
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
    json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    with op.batch_alter_table("sessions") as table:
        table.add_column(sa.Column("plan", json, nullable=True))
        table.add_column(sa.Column("target", json, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("sessions") as table:
        table.drop_column("target")
        table.drop_column("plan")
    with op.batch_alter_table("occurrences") as table:
        table.drop_index("ix_occurrences_wake_at")
        table.drop_column("wake_at")

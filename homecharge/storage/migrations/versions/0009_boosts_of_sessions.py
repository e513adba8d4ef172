"""boosts of sessions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    op.add_column("sessions", sa.Column("boost_limit", json, nullable=True))
    op.add_column("sessions", sa.Column("boost_from_wh", sa.Integer(), nullable=True))
    op.add_column("sessions", sa.Column("boost_from_cost", sa.String(length=40), nullable=True))
    op.add_column("sessions", sa.Column("boost_ended_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("boost_ended_at", "boost_from_cost", "boost_from_wh", "boost_limit"):
        op.drop_column("sessions", name)

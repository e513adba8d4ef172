"""charging profiles: the course of a session, what its charger keeps of it, and what chargers were seen to do."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SEEN = ("refuses_profiles", "zero_limit_ends_tx", "restarts_from_finishing")


def upgrade() -> None:
    op.add_column("chargers", sa.Column("taken_rate_unit", sa.String(length=1), nullable=True))
    for name in _SEEN:
        op.add_column("chargers", sa.Column(name, sa.Boolean(), nullable=True))
    course = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    op.add_column("sessions", sa.Column("course", course, nullable=True))
    op.add_column("sessions", sa.Column("course_revision", sa.Integer(), server_default="0", nullable=False))
    op.add_column("transactions", sa.Column("profile_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("transactions", sa.Column("profile_tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column("transactions", sa.Column("profile_version", sa.Integer(), server_default="0", nullable=False))
    op.add_column("transactions", sa.Column("profile_revision", sa.Integer(), nullable=True))
    op.add_column("transactions", sa.Column("profile_taken_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "transactions", sa.Column("is_ended_by_zero", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_index(
        "ix_transactions_profile_at",
        "transactions",
        ["profile_at"],
        unique=False,
        sqlite_where=sa.text("profile_at IS NOT NULL"),
        postgresql_where=sa.text("profile_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_transactions_profile_at",
        table_name="transactions",
        sqlite_where=sa.text("profile_at IS NOT NULL"),
        postgresql_where=sa.text("profile_at IS NOT NULL"),
    )
    for name in (
        "is_ended_by_zero",
        "profile_taken_at",
        "profile_revision",
        "profile_version",
        "profile_tries",
        "profile_at",
    ):
        op.drop_column("transactions", name)
    for name in ("course_revision", "course"):
        op.drop_column("sessions", name)
    for name in (*_SEEN, "taken_rate_unit"):
        op.drop_column("chargers", name)

"""default profiles: what chargers keep for transactions without their own; transactions stopped for a pause."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_INDEX = "ix_chargers_default_profile_at"
_OWED = sa.text("default_profile_at IS NOT NULL")
_NAMES = (
    *("default_profile_version", "default_profile_tries", "default_profile_at"),
    *("has_default_profile", "refuses_default_profile"),
)


def upgrade() -> None:
    op.add_column("chargers", sa.Column("refuses_default_profile", sa.Boolean(), nullable=True))
    op.add_column("chargers", sa.Column("has_default_profile", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("chargers", sa.Column("default_profile_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("chargers", sa.Column("default_profile_tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column("chargers", sa.Column("default_profile_version", sa.Integer(), server_default="0", nullable=False))
    op.add_column("transactions", sa.Column("is_paused", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        _INDEX, "chargers", ["default_profile_at"], unique=False, sqlite_where=_OWED, postgresql_where=_OWED
    )


def downgrade() -> None:
    op.drop_column("transactions", "is_paused")
    op.drop_index(_INDEX, table_name="chargers", sqlite_where=_OWED, postgresql_where=_OWED)
    for name in _NAMES:
        op.drop_column("chargers", name)

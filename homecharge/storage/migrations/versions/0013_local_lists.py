"""local lists: the cards that chargers know without a line; the reservation that a transaction used up."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ID = sa.String(length=36).with_variant(sa.String(length=36, collation="C"), "postgresql")
_INDEX = "ix_chargers_local_list_at"
_OWED = sa.text("local_list_at IS NOT NULL")
_NAMES = (
    *("local_list_fence", "local_list_tries", "local_list_at", "local_list_sent_at", "local_list_version"),
    "refuses_local_list",
)


def upgrade() -> None:
    op.add_column("chargers", sa.Column("refuses_local_list", sa.Boolean(), nullable=True))
    op.add_column("chargers", sa.Column("local_list_version", sa.Integer(), nullable=True))
    op.add_column("chargers", sa.Column("local_list_sent_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("chargers", sa.Column("local_list_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("chargers", sa.Column("local_list_tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column("chargers", sa.Column("local_list_fence", sa.Integer(), server_default="0", nullable=False))
    op.create_index(_INDEX, "chargers", ["local_list_at"], unique=False, sqlite_where=_OWED, postgresql_where=_OWED)
    op.add_column("transactions", sa.Column("reservation_id", sa.Integer(), nullable=True))
    op.create_table(
        "local_list_entries",
        sa.Column("charger_id", _ID, nullable=False),
        sa.Column("uid_key", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parent_id_tag", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["charger_id"], ["chargers.id"], name=op.f("fk_local_list_entries_charger_id_chargers")
        ),
        sa.PrimaryKeyConstraint("charger_id", "uid_key", name=op.f("pk_local_list_entries")),
    )


def downgrade() -> None:
    op.drop_table("local_list_entries")
    op.drop_column("transactions", "reservation_id")
    op.drop_index(_INDEX, table_name="chargers", sqlite_where=_OWED, postgresql_where=_OWED)
    for name in _NAMES:
        op.drop_column("chargers", name)

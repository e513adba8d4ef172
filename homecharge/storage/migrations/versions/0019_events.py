"""events: what has changed, written with it; when listeners were told of a transaction's samples last."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ID = sa.String(length=36).with_variant(sa.String(length=36, collation="C"), "postgresql")
_INDEXES = {
    "ix_events_location_id_id": ["location_id", "id"],
    "ix_events_account_id_id": ["account_id", "id"],
}


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("resource_id", _ID, nullable=False),
        sa.Column("location_id", _ID, nullable=True),
        sa.Column("account_id", _ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    for name, columns in _INDEXES.items():
        op.create_index(name, "events", columns)
    op.add_column("transactions", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("transactions", "told_at")
    for name in reversed(_INDEXES):
        op.drop_index(name, table_name="events")
    op.drop_table("events")

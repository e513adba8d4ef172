"""request ids on timelines."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_IS_KNOWN = sa.text("request_id IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("timeline") as table:
        table.add_column(sa.Column("request_id", sa.String(length=64), nullable=True))
        table.create_index("ix_timeline_request_id", ["request_id"], sqlite_where=_IS_KNOWN, postgresql_where=_IS_KNOWN)


def downgrade() -> None:
    with op.batch_alter_table("timeline") as table:
        table.drop_index("ix_timeline_request_id")
        table.drop_column("request_id")

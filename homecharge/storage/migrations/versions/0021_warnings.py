"""warnings: when it is asked whether an occurrence will start; those to come are looked at now."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)
_IS_ASKED = sa.text("warn_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("occurrences", sa.Column("warn_at", _AT, nullable=True))
    op.add_column("occurrences", sa.Column("watch_from", _AT, nullable=True))
    op.create_index(
        "ix_occurrences_warn_at",
        "occurrences",
        ["warn_at", "id"],
        sqlite_where=_IS_ASKED,
        postgresql_where=_IS_ASKED,
    )
    op.execute("UPDATE occurrences SET warn_at = created_at WHERE decided_at IS NULL")


def downgrade() -> None:
    op.drop_index("ix_occurrences_warn_at", table_name="occurrences")
    op.drop_column("occurrences", "watch_from")
    op.drop_column("occurrences", "warn_at")

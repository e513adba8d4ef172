"""what is somebody's is found by them, to be handed over or erased."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_sessions_driver_id_id", "sessions", ["driver_id", "id"])
    op.create_index(op.f("ix_join_codes_created_by"), "join_codes", ["created_by"])


def downgrade() -> None:
    op.drop_index(op.f("ix_join_codes_created_by"), "join_codes")
    op.drop_index("ix_sessions_driver_id_id", "sessions")

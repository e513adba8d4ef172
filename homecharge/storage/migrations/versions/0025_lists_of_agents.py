"""lists of agents: all locations, newest first, and what was done to one thing."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_locations_created_at_id", "locations", ["created_at", "id"])
    op.create_index("ix_audit_log_target_id_at_id", "audit_log", ["target_id", "at", "id"])


def downgrade() -> None:
    op.drop_index("ix_audit_log_target_id_at_id", table_name="audit_log")
    op.drop_index("ix_locations_created_at_id", table_name="locations")

"""what is somebody's is found by them, to be handed over or erased; what has had its time, by that."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_TIMES = (
    ("token_families", "used_at"),
    ("refresh_tokens", "expires_at"),
    ("card_pairings", "expires_at"),
    ("preapprovals", "expires_at"),
)


def upgrade() -> None:
    op.create_index("ix_sessions_driver_id_id", "sessions", ["driver_id", "id"])
    op.create_index(op.f("ix_join_codes_created_by"), "join_codes", ["created_by"])
    for table, column in _TIMES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    for table, column in _TIMES:
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
    op.drop_index(op.f("ix_join_codes_created_by"), "join_codes")
    op.drop_index("ix_sessions_driver_id_id", "sessions")

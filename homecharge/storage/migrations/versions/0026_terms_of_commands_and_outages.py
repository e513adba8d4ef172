"""terms of commands and outages: an index from each term to the oldest row; follow-ups go with their command."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

INDICES = (("commands", "created_at"), ("processes", "beat_at"), ("join_codes", "expires_at"))
TIE = "fk_command_follow_ups_command_id"


def upgrade() -> None:
    for table, column in INDICES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    tie_follow_ups(ondelete="CASCADE")


def downgrade() -> None:
    tie_follow_ups(ondelete=None)
    for table, column in reversed(INDICES):
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)


def tie_follow_ups(*, ondelete: str | None) -> None:
    with op.batch_alter_table("command_follow_ups") as table:
        table.drop_constraint(TIE, type_="foreignkey")
        table.create_foreign_key(TIE, "commands", ["command_id"], ["id"], ondelete=ondelete)

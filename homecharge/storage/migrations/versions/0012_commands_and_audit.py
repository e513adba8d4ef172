"""commands of operators and what follows them; the audit log; passwords on their way; uploads of diagnostics."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    id_ = sa.String(length=36).with_variant(sa.String(length=36, collation="C"), "postgresql")
    json_ = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    at = sa.DateTime(timezone=True)
    op.create_table(
        "commands",
        sa.Column("id", id_, nullable=False),
        sa.Column("charger_id", id_, nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("payload", json_, nullable=False),
        sa.Column("to_send", json_, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=50), nullable=True),
        sa.Column("answer", json_, nullable=True),
        sa.Column("error_code", sa.String(length=50), nullable=True),
        sa.Column("error_detail", sa.String(length=255), nullable=True),
        sa.Column("requested_by", id_, nullable=True),
        sa.Column("created_at", at, nullable=False),
        sa.Column("updated_at", at, nullable=False),
        sa.Column("sent_at", at, nullable=True),
        sa.Column("answered_at", at, nullable=True),
        sa.Column("message_id", id_, nullable=True),
        sa.Column("wake_at", at, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("followed_until", at, nullable=True),
        sa.Column("follow_ups", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["charger_id"], ["chargers.id"], name=op.f("fk_commands_charger_id")),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["accounts.id"], name=op.f("fk_commands_requested_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commands")),
    )
    op.create_index("ix_commands_charger_id_created_at_id", "commands", ["charger_id", "created_at", "id"])
    for name, columns, condition in (
        ("ix_commands_wake_at", ["wake_at", "id"], sa.text("wake_at IS NOT NULL")),
        ("ix_commands_followed", ["charger_id", "followed_until"], sa.text("followed_until IS NOT NULL")),
    ):
        op.create_index(name, "commands", columns, sqlite_where=condition, postgresql_where=condition)
    op.create_table(
        "command_follow_ups",
        sa.Column("id", id_, nullable=False),
        sa.Column("command_id", id_, nullable=False),
        sa.Column("at", at, nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("detail", json_, nullable=False),
        sa.Column("message_id", id_, nullable=True),
        sa.ForeignKeyConstraint(["command_id"], ["commands.id"], name=op.f("fk_command_follow_ups_command_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_command_follow_ups")),
    )
    op.create_index("ix_command_follow_ups_command_id_at_id", "command_follow_ups", ["command_id", "at", "id"])
    op.create_table(
        "audit_log",
        sa.Column("id", id_, nullable=False),
        sa.Column("at", at, nullable=False),
        sa.Column("actor_id", id_, nullable=True),
        sa.Column("action", sa.String(length=50), nullable=False),
        sa.Column("target_kind", sa.String(length=20), nullable=False),
        sa.Column("target_id", sa.String(length=36), nullable=False),
        sa.Column("charger_id", id_, nullable=True),
        sa.Column("location_id", id_, nullable=True),
        sa.Column("detail", json_, nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    op.create_index("ix_audit_log_at_id", "audit_log", ["at", "id"])
    for filtered in ("charger_id", "actor_id", "action"):
        op.create_index(f"ix_audit_log_{filtered}_at_id", "audit_log", [filtered, "at", "id"])
    op.add_column("chargers", sa.Column("next_passwords_sha256", json_, nullable=True))
    op.add_column("chargers", sa.Column("firmware_status_at", at, nullable=True))
    op.add_column("chargers", sa.Column("diagnostics_status", sa.String(length=30), nullable=True))
    op.add_column("chargers", sa.Column("diagnostics_status_at", at, nullable=True))


def downgrade() -> None:
    for name in ("diagnostics_status_at", "diagnostics_status", "firmware_status_at", "next_passwords_sha256"):
        op.drop_column("chargers", name)
    op.drop_table("audit_log")
    op.drop_table("command_follow_ups")
    op.drop_table("commands")

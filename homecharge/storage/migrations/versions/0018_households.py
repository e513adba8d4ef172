"""households: joining codes, and revisions of memberships."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    id_ = sa.String(length=36).with_variant(sa.String(length=36, collation="C"), "postgresql")
    at = sa.DateTime(timezone=True)
    op.add_column("members", sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column("members", sa.Column("changed_at", at, nullable=True))
    op.create_table(
        "join_codes",
        sa.Column("id", id_, nullable=False),
        sa.Column("location_id", id_, nullable=False),
        sa.Column("code", sa.String(length=11), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("expires_at", at, nullable=False),
        sa.Column("revoked_at", at, nullable=True),
        sa.Column("created_by", id_, nullable=False),
        sa.Column("created_at", at, nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name=op.f("fk_join_codes_location_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["accounts.id"], name=op.f("fk_join_codes_created_by"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_codes")),
        sa.UniqueConstraint("code", name=op.f("uq_join_codes_code")),
    )
    op.create_index("ix_join_codes_location_id", "join_codes", ["location_id"])


def downgrade() -> None:
    op.drop_table("join_codes")
    op.drop_column("members", "changed_at")
    op.drop_column("members", "revision")

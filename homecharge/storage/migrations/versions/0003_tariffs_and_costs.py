"""tariffs and costs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tariffs",
        sa.Column(
            "id", sa.String(length=36).with_variant(sa.String(length=36, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "account_id",
            sa.String(length=36).with_variant(sa.String(length=36, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("feed_url", sa.String(length=500), nullable=True),
        sa.Column("feed_wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("feed_failures", sa.Integer(), nullable=False),
        sa.Column("feed_ok_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("feed_error", sa.String(length=200), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_tariffs_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariffs")),
    )
    op.create_index("ix_tariffs_account_id_created_at_id", "tariffs", ["account_id", "created_at", "id"], unique=False)
    op.create_index(
        "ix_tariffs_feed_wake_at",
        "tariffs",
        ["feed_wake_at"],
        unique=False,
        sqlite_where=sa.text("feed_wake_at IS NOT NULL"),
        postgresql_where=sa.text("feed_wake_at IS NOT NULL"),
    )

    op.create_table(
        "location_tariffs",
        sa.Column(
            "id", sa.String(length=36).with_variant(sa.String(length=36, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "location_id",
            sa.String(length=36).with_variant(sa.String(length=36, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "tariff_id",
            sa.String(length=36).with_variant(sa.String(length=36, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_location_tariffs_location_id")),
        sa.ForeignKeyConstraint(["tariff_id"], ["tariffs.id"], name=op.f("fk_location_tariffs_tariff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location_tariffs")),
        sa.UniqueConstraint("location_id", "valid_from", name=op.f("uq_location_tariffs_location_id_valid_from")),
    )
    op.create_index(op.f("ix_location_tariffs_tariff_id"), "location_tariffs", ["tariff_id"], unique=False)

    op.create_table(
        "tariff_rates",
        sa.Column(
            "tariff_id",
            sa.String(length=36).with_variant(sa.String(length=36, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("per_kwh", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["tariff_id"], ["tariffs.id"], name=op.f("fk_tariff_rates_tariff_id")),
        sa.PrimaryKeyConstraint("tariff_id", "valid_from", name=op.f("pk_tariff_rates")),
    )
    op.create_table(
        "tariff_versions",
        sa.Column(
            "tariff_id",
            sa.String(length=36).with_variant(sa.String(length=36, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "spec",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["tariff_id"], ["tariffs.id"], name=op.f("fk_tariff_versions_tariff_id")),
        sa.PrimaryKeyConstraint("tariff_id", "valid_from", name=op.f("pk_tariff_versions")),
    )
    op.create_table(
        "cost_lines",
        sa.Column(
            "session_id",
            sa.String(length=36).with_variant(sa.String(length=36, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("energy_wh", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_cost_lines_session_id")),
        sa.PrimaryKeyConstraint("session_id", "starts_at", name=op.f("pk_cost_lines")),
    )
    with op.batch_alter_table("locations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tariff_revision", sa.Integer(), server_default=sa.text("1"), nullable=False))

    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cost", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("cost_currency", sa.String(length=3), nullable=True))
        batch_op.add_column(sa.Column("cost_note", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("uncosted_wh", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("look_at_wh", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_column("look_at_wh")
        batch_op.drop_column("uncosted_wh")
        batch_op.drop_column("cost_note")
        batch_op.drop_column("cost_currency")
        batch_op.drop_column("cost")

    with op.batch_alter_table("locations", schema=None) as batch_op:
        batch_op.drop_column("tariff_revision")

    op.drop_table("cost_lines")
    op.drop_table("tariff_versions")
    op.drop_table("tariff_rates")
    op.drop_table("location_tariffs")
    op.drop_table("tariffs")

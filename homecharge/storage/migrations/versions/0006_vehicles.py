"""vehicles."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    id_ = sa.String(length=36).with_variant(sa.String(length=36, collation="C"), "postgresql")
    op.create_table(
        "vehicles",
        sa.Column("id", id_, nullable=False),
        sa.Column("location_id", id_, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("battery_wh", sa.Integer(), nullable=False),
        sa.Column("max_power_w", sa.Integer(), nullable=True),
        sa.Column("efficiency_percent", sa.Integer(), nullable=False),
        sa.Column("soc_percent", sa.Integer(), nullable=True),
        sa.Column("soc_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_vehicles_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicles")),
    )
    op.create_index(
        "ix_vehicles_location_id_created_at_id", "vehicles", ["location_id", "created_at", "id"], unique=False
    )
    op.add_column("locations", sa.Column("surplus_w", sa.Integer(), nullable=True))
    op.add_column("locations", sa.Column("surplus_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("surplus_at", "surplus_w"):
        op.drop_column("locations", name)
    op.drop_index("ix_vehicles_location_id_created_at_id", table_name="vehicles")
    op.drop_table("vehicles")

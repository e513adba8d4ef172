"""own delays of chargers; how long boosted sessions had lasted."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chargers", sa.Column("applies_own_delay", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("sessions", sa.Column("boost_from_s", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("sessions", "boost_from_s")
    op.drop_column("chargers", "applies_own_delay")

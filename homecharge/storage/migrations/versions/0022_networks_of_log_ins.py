"""networks of log-ins: whoever guesses at an account from elsewhere does not lock its owner out."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("token_families", sa.Column("network", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("token_families", "network")

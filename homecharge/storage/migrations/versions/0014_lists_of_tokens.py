"""lists of tokens: pages of a provider's, and of those that are not valid, come from an index."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TABLE = "roaming_tokens"
_OLD = "ix_roaming_tokens_provider_id"
_NEW = {
    "ix_roaming_tokens_provider_id_created_at_id": ["provider_id", "created_at", "id"],
    "ix_roaming_tokens_is_valid_created_at_id": ["is_valid", "created_at", "id"],
}


def upgrade() -> None:
    for name, columns in _NEW.items():
        op.create_index(name, _TABLE, columns)
    op.drop_index(_OLD, table_name=_TABLE)


def downgrade() -> None:
    op.create_index(_OLD, _TABLE, ["provider_id"])
    for name in reversed(_NEW):
        op.drop_index(name, table_name=_TABLE)

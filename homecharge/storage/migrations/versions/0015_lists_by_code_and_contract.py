"""lists by code and contract: pages of decisions by their code, and of tokens by their contract, come from an index."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_CODE = "ix_authorizations_code"
_CONTRACT = "ix_roaming_tokens_contract_key_created_at_id"
_OLD_CONTRACT = "ix_roaming_tokens_contract_key"


def upgrade() -> None:
    op.create_index(_CODE, "authorizations", ["code", "at", "id"])
    op.create_index(_CONTRACT, "roaming_tokens", ["contract_key", "created_at", "id"])
    op.drop_index(_OLD_CONTRACT, table_name="roaming_tokens")


def downgrade() -> None:
    op.create_index(_OLD_CONTRACT, "roaming_tokens", ["contract_key"])
    op.drop_index(_CONTRACT, table_name="roaming_tokens")
    op.drop_index(_CODE, table_name="authorizations")

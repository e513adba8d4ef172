"""cards: providers, their tokens, local groups, pairings, decisions; what locations accept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ID = sa.String(length=36).with_variant(sa.String(length=36, collation="C"), "postgresql")
_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_OPEN = "ix_transactions_open_uid_key"
_IS_OPEN = sa.text("stopped_at IS NULL")
_TABLES = (
    "authorizations",
    "providers",
    "roaming_tokens",
    "token_groups",
    "card_pairings",
    "group_tokens",
    "preapprovals",
    "token_group_chargers",
    "token_group_locations",
)
_COLUMNS = {
    "locations": ("roaming", "guest", "reimbursement", "access_revision"),
    "sessions": ("card_uid", "authorization_id"),
    "transactions": ("uid_key",),
}


def upgrade() -> None:
    op.create_table(
        "authorizations",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request", sa.String(length=20), nullable=False),
        sa.Column("charger_id", _ID, nullable=True),
        sa.Column("connector_id", sa.Integer(), nullable=True),
        sa.Column("location_id", _ID, nullable=True),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("uid_key", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=3), nullable=True),
        sa.Column("trace", _JSON, nullable=False),
        sa.Column("provider_id", _ID, nullable=True),
        sa.Column("session_id", _ID, nullable=True),
        sa.Column("message_id", _ID, nullable=True),
        sa.Column("requested_by", _ID, nullable=True),
        sa.Column("granted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorizations")),
    )
    op.create_index("ix_authorizations_at", "authorizations", ["at", "id"], unique=False)
    op.create_index("ix_authorizations_charger", "authorizations", ["charger_id", "at", "id"], unique=False)
    op.create_index(
        "ix_authorizations_charger_uid", "authorizations", ["charger_id", "uid_key", "at", "id"], unique=False
    )
    op.create_index(op.f("ix_authorizations_message_id"), "authorizations", ["message_id"], unique=False)
    op.create_index(op.f("ix_authorizations_session_id"), "authorizations", ["session_id"], unique=False)
    op.create_index("ix_authorizations_status", "authorizations", ["status", "at", "id"], unique=False)
    op.create_index("ix_authorizations_uid", "authorizations", ["uid_key", "at", "id"], unique=False)
    op.create_index(
        "ix_authorizations_wake_at",
        "authorizations",
        ["wake_at"],
        unique=False,
        sqlite_where=sa.text("wake_at IS NOT NULL"),
        postgresql_where=sa.text("wake_at IS NOT NULL"),
    )
    op.create_table(
        "providers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.Column("party_id", sa.String(length=3), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_url", sa.String(length=500), nullable=True),
        sa.Column("live_token", sa.String(length=200), nullable=True),
        sa.Column("live_timeout_s", sa.Double(), nullable=False),
        sa.Column("support", _JSON, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_providers")),
    )
    op.create_index("ix_providers_created_at_id", "providers", ["created_at", "id"], unique=False)
    op.create_index("uq_providers_party", "providers", ["country_code", "party_id"], unique=True)
    op.create_table(
        "roaming_tokens",
        sa.Column("id", _ID, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("uid_key", sa.String(length=36), nullable=False),
        sa.Column("contract_id", sa.String(length=36), nullable=True),
        sa.Column("contract_key", sa.String(length=36), nullable=True),
        sa.Column("provider_id", _ID, nullable=True),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("is_valid", sa.Boolean(), nullable=False),
        sa.Column("whitelist", sa.String(length=20), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_unit", sa.String(length=50), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_roaming_tokens_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roaming_tokens")),
        sa.UniqueConstraint("uid_key", name=op.f("uq_roaming_tokens_uid_key")),
    )
    op.create_index(op.f("ix_roaming_tokens_contract_key"), "roaming_tokens", ["contract_key"], unique=False)
    op.create_index("ix_roaming_tokens_created_at_id", "roaming_tokens", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_roaming_tokens_organisation_unit"), "roaming_tokens", ["organisation_unit"], unique=False)
    op.create_index(op.f("ix_roaming_tokens_provider_id"), "roaming_tokens", ["provider_id"], unique=False)
    op.create_table(
        "token_groups",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("home_id", _ID, nullable=True),
        sa.Column("allow_concurrent", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["home_id"], ["locations.id"], name=op.f("fk_token_groups_home_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token_groups")),
        sa.UniqueConstraint("home_id", name=op.f("uq_token_groups_home_id")),
    )
    op.create_index("ix_token_groups_created_at_id", "token_groups", ["created_at", "id"], unique=False)
    op.create_table(
        "card_pairings",
        sa.Column("id", _ID, nullable=False),
        sa.Column("charger_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("driver_id", _ID, nullable=True),
        sa.Column("requested_by", _ID, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("card_id", _ID, nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["charger_id"], ["chargers.id"], name=op.f("fk_card_pairings_charger_id")),
        sa.ForeignKeyConstraint(
            ["driver_id"], ["accounts.id"], name=op.f("fk_card_pairings_driver_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["accounts.id"], name=op.f("fk_card_pairings_requested_by"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_pairings")),
    )
    op.create_index(
        "uq_card_pairings_waiting",
        "card_pairings",
        ["charger_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "group_tokens",
        sa.Column("id", _ID, nullable=False),
        sa.Column("group_id", _ID, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("uid_key", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("is_valid", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("driver_id", _ID, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["driver_id"], ["accounts.id"], name=op.f("fk_group_tokens_driver_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["token_groups.id"], name=op.f("fk_group_tokens_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_tokens")),
    )
    op.create_index(
        "ix_group_tokens_group_id_created_at_id", "group_tokens", ["group_id", "created_at", "id"], unique=False
    )
    op.create_index(op.f("ix_group_tokens_uid_key"), "group_tokens", ["uid_key"], unique=False)
    op.create_index("uq_group_tokens_uid", "group_tokens", ["group_id", "uid_key"], unique=True)
    op.create_table(
        "preapprovals",
        sa.Column("charger_id", _ID, nullable=False),
        sa.Column("uid_key", sa.String(length=36), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["charger_id"], ["chargers.id"], name=op.f("fk_preapprovals_charger_id")),
        sa.PrimaryKeyConstraint("charger_id", "uid_key", name=op.f("pk_preapprovals")),
    )
    op.create_table(
        "token_group_chargers",
        sa.Column("group_id", _ID, nullable=False),
        sa.Column("charger_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["charger_id"], ["chargers.id"], name=op.f("fk_token_group_chargers_charger_id")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["token_groups.id"], name=op.f("fk_token_group_chargers_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "charger_id", name=op.f("pk_token_group_chargers")),
    )
    op.create_index(op.f("ix_token_group_chargers_charger_id"), "token_group_chargers", ["charger_id"], unique=False)
    op.create_table(
        "token_group_locations",
        sa.Column("group_id", _ID, nullable=False),
        sa.Column("location_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["token_groups.id"], name=op.f("fk_token_group_locations_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_token_group_locations_location_id")),
        sa.PrimaryKeyConstraint("group_id", "location_id", name=op.f("pk_token_group_locations")),
    )
    op.create_index(
        op.f("ix_token_group_locations_location_id"), "token_group_locations", ["location_id"], unique=False
    )
    op.add_column("locations", sa.Column("roaming", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("locations", sa.Column("guest", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("locations", sa.Column("reimbursement", _JSON, nullable=True))
    op.add_column("locations", sa.Column("access_revision", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column("sessions", sa.Column("card_uid", sa.String(length=20), nullable=True))
    op.add_column("sessions", sa.Column("authorization_id", _ID, nullable=True))
    op.add_column("transactions", sa.Column("uid_key", sa.String(length=20), nullable=True))
    op.create_index(_OPEN, "transactions", ["uid_key"], unique=False, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN)
    op.execute("UPDATE transactions SET uid_key = upper(trim(id_tag)) WHERE stopped_at IS NULL")


def downgrade() -> None:
    op.drop_index(_OPEN, table_name="transactions", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN)
    for table, columns in _COLUMNS.items():
        for name in reversed(columns):
            op.drop_column(table, name)
    for table in reversed(_TABLES):
        op.drop_table(table)

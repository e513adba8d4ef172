"""notifications: the inbox, its deliveries, webhooks, devices, preferences; the alarms of telling of what happened."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ID = sa.String(length=36).with_variant(sa.String(length=36, collation="C"), "postgresql")
_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_AT = sa.DateTime(timezone=True)
_ALARMS = {"sessions": ["tell_at", "id"], "chargers": ["tell_at"]}


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _account(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_account_id_accounts")
    return sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("expires_at", _AT, nullable=False),
        sa.Column("collapse_key", sa.String(length=64), nullable=False),
        sa.Column("urgency", sa.String(length=10), nullable=False),
        sa.Column("session_id", _ID, nullable=True),
        sa.Column("reference", sa.String(length=9), nullable=True),
        sa.Column("charger_id", _ID, nullable=True),
        sa.Column("location_id", _ID, nullable=True),
        sa.Column("params", _JSON, nullable=False),
        sa.Column("read_at", _AT, nullable=True),
        _account("notifications"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("account_id", "about", name=op.f("uq_notifications_account_id_about")),
    )
    op.create_index("ix_notifications_account_id_at_id", "notifications", ["account_id", "at", "id"])
    op.create_index("ix_notifications_at", "notifications", ["at"])
    op.create_table(
        "webhooks",
        sa.Column("id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(length=100), nullable=False),
        sa.Column("failing_since", _AT, nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.Column("delivered_at", _AT, nullable=True),
        sa.Column("disabled_at", _AT, nullable=True),
        sa.Column("created_at", _AT, nullable=False),
        _account("webhooks"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index(op.f("ix_webhooks_account_id"), "webhooks", ["account_id"])
    op.create_table(
        "deliveries",
        sa.Column("id", _ID, nullable=False),
        sa.Column("notification_id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("webhook_id", _ID, nullable=True),
        sa.Column("collapse_key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wake_at", _AT, nullable=True),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("ended_at", _AT, nullable=True),
        _account("deliveries"),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notifications.id"],
            name=op.f("fk_deliveries_notification_id_notifications"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_deliveries_webhook_id_webhooks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_notification_id"), "deliveries", ["notification_id"])
    op.create_index(op.f("ix_deliveries_webhook_id"), "deliveries", ["webhook_id"])
    _partial("ix_deliveries_wake_at", "deliveries", ["wake_at", "id"], "wake_at IS NOT NULL")
    _partial("ix_deliveries_waiting", "deliveries", ["account_id", "collapse_key"], "wake_at IS NOT NULL")
    op.create_table(
        "app_devices",
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("install_id", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("push_token", sa.String(length=4096), nullable=False),
        sa.Column("push_token_sha256", sa.String(length=64), nullable=False),
        sa.Column("app_version", sa.String(length=50), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("updated_at", _AT, nullable=False),
        _account("app_devices"),
        sa.PrimaryKeyConstraint("account_id", "install_id", name=op.f("pk_app_devices")),
        sa.UniqueConstraint("push_token_sha256", name=op.f("uq_app_devices_push_token_sha256")),
    )
    op.create_table(
        "notification_preferences",
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("chosen", _JSON, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", _AT, nullable=False),
        _account("notification_preferences"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notification_preferences")),
    )
    for table, columns in _ALARMS.items():
        op.add_column(table, sa.Column("tell_at", _AT, nullable=True))
        _partial(f"ix_{table}_tell_at", table, columns, "tell_at IS NOT NULL")


def downgrade() -> None:
    for table in reversed(_ALARMS):
        op.drop_index(f"ix_{table}_tell_at", table_name=table)
        op.drop_column(table, "tell_at")
    for table in ("notification_preferences", "app_devices", "deliveries", "webhooks", "notifications"):
        op.drop_table(table)

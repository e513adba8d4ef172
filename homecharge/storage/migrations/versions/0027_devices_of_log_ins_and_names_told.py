"""devices of log-ins, pushed to for as long as somebody is signed in on them; notifications keep the name they told."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_ID = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("app_devices") as devices:
        devices.add_column(sa.Column("family_id", _ID, nullable=True))
        devices.create_foreign_key(
            "fk_app_devices_family_id", "token_families", ["family_id"], ["id"], ondelete="CASCADE"
        )
        devices.create_index("ix_app_devices_family_id", ["family_id"])
    op.add_column("notifications", sa.Column("charger_name", sa.String(length=100), nullable=True))
    op.create_index("ix_notifications_location_id", "notifications", ["location_id"])
    op.execute(
        "UPDATE notifications SET charger_name = (SELECT NULLIF(name, '') FROM chargers "
        "WHERE chargers.id = notifications.charger_id) WHERE charger_id IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_index("ix_notifications_location_id", table_name="notifications")
    op.drop_column("notifications", "charger_name")
    with op.batch_alter_table("app_devices") as devices:
        devices.drop_index("ix_app_devices_family_id")
        devices.drop_constraint("fk_app_devices_family_id", type_="foreignkey")
        devices.drop_column("family_id")

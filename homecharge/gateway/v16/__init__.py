"""OCPP 1.6-J: one file per message."""

import functools

from homecharge.gateway.dialect import Dialect
from homecharge.gateway.v16 import (
    authorize,
    boot_notification,
    change_availability,
    change_configuration,
    clear_cache,
    clear_charging_profile,
    data_transfer,
    diagnostics_status_notification,
    firmware_status_notification,
    get_composite_schedule,
    get_configuration,
    get_local_list_version,
    heartbeat,
    meter_values,
    operator_commands,
    remote_start_transaction,
    remote_stop_transaction,
    reset,
    send_local_list,
    set_charging_profile,
    start_transaction,
    status_notification,
    stop_transaction,
    trigger_message,
    unlock_connector,
)

SCHEMAS = "ocpp.v16"
INBOUND = (
    authorize.MESSAGE,
    boot_notification.MESSAGE,
    data_transfer.MESSAGE,
    diagnostics_status_notification.MESSAGE,
    firmware_status_notification.MESSAGE,
    heartbeat.MESSAGE,
    meter_values.MESSAGE,
    start_transaction.MESSAGE,
    status_notification.MESSAGE,
    stop_transaction.MESSAGE,
)

OUTBOUND = (
    change_availability.MESSAGE,
    change_configuration.MESSAGE,
    clear_cache.MESSAGE,
    clear_charging_profile.MESSAGE,
    get_composite_schedule.MESSAGE,
    get_configuration.MESSAGE,
    get_local_list_version.MESSAGE,
    remote_start_transaction.MESSAGE,
    remote_stop_transaction.MESSAGE,
    reset.MESSAGE,
    send_local_list.MESSAGE,
    set_charging_profile.MESSAGE,
    trigger_message.MESSAGE,
    unlock_connector.MESSAGE,
)


@functools.cache
def dialect() -> Dialect:
    """The messages of OCPP 1.6-J, compiled at the first call."""
    return Dialect(
        "ocpp1.6",
        schemas_of=SCHEMAS,
        inbound=INBOUND,
        outbound=OUTBOUND,
        by_operators=operator_commands.operator_commands(OUTBOUND),
    )

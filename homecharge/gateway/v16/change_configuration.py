"""ChangeConfiguration (OCPP 1.6 §5.3): please take a setting, at once or after a restart."""

from ocpp.v16.enums import ConfigurationStatus

from homecharge.gateway.dialect import Outbound, status_answer
from homecharge.gateway.rpc import Payload
from homecharge.ports.charger_link import ChangeConfiguration


def _write(command: ChangeConfiguration) -> Payload:
    return {"key": command.key, "value": command.value}


MESSAGE = Outbound(
    "ChangeConfiguration",
    ChangeConfiguration,
    _write,
    status_answer(ConfigurationStatus.accepted.value, ConfigurationStatus.reboot_required.value),
)

"""GetConfiguration (OCPP 1.6 §5.8): the charger's settings. An answer without a status is agreement.

Chargers may spell keys in another case than OCPP does; they are read as OCPP spells them. All settings are one answer:
what is broken of it does not take the rest along. Whether a key is read-only, which some forget, nobody here asks.
"""

from homecharge.domain.configuration_keys import standard_key
from homecharge.gateway.dialect import Answer, Outbound
from homecharge.gateway.rpc import Payload
from homecharge.ports.charger_link import GetConfiguration


def _write(command: GetConfiguration) -> Payload:
    return {"key": list(command.keys)} if command.keys else {}


def _read(payload: Payload) -> Answer:
    return Answer(
        is_agreed=True,
        configuration={standard_key(entry["key"]): entry.get("value") for entry in payload.get("configurationKey", ())},
        unknown_keys=tuple(payload.get("unknownKey", ())),
    )


MESSAGE = Outbound(
    "GetConfiguration",
    GetConfiguration,
    _write,
    _read,
    sieved=frozenset({"configurationKey", "unknownKey"}),
    unread=frozenset({"readonly"}),
)

"""The configuration keys of a simulated charge point (OCPP 1.6 §9) and how it takes a change."""

import binascii
from collections.abc import Iterable, Mapping

from homecharge.simulator.behaviour import Behaviour, Payload

DEFAULTS: dict[str, str] = {
    "AllowOfflineTxForUnknownId": "true",
    "AuthorizeRemoteTxRequests": "false",
    "ClockAlignedDataInterval": "0",
    "ConnectionTimeOut": "60",
    "HeartbeatInterval": "300",
    "LocalAuthorizeOffline": "true",
    "LocalPreAuthorize": "false",
    "MeterValueSampleInterval": "60",
    "MeterValuesSampledData": "Energy.Active.Import.Register,Power.Active.Import",
    "NumberOfConnectors": "1",
    "StopTransactionOnEVSideDisconnect": "true",
    "StopTransactionOnInvalidId": "true",
    "WebSocketPingInterval": "0",
}
SMART_CHARGING: dict[str, str] = {
    "ChargeProfileMaxStackLevel": "10",
    "ChargingScheduleAllowedChargingRateUnit": "Current,Power",
    "ChargingScheduleMaxPeriods": "24",
    "MaxChargingProfilesInstalled": "10",
}
LOCAL_LIST: dict[str, str] = {
    "LocalAuthListEnabled": "true",
    "LocalAuthListMaxLength": "100",
    "SendLocalListMaxLength": "20",
}
RESERVATION: dict[str, str] = {"ReserveConnectorZeroSupported": "true"}
CACHE: dict[str, str] = {"AuthorizationCacheEnabled": "true"}
READ_ONLY = frozenset(
    {
        *("LocalAuthListMaxLength", "NumberOfConnectors", "SendLocalListMaxLength", "SupportedFeatureProfiles"),
        *(SMART_CHARGING | RESERVATION),
    }
)
WRITE_ONLY = "AuthorizationKey"
NUMBERS = frozenset(key for key, value in DEFAULTS.items() if value.isdigit())


class Configuration:
    """Keys and values, as strings; only what differs from the defaults is kept per charge point."""

    __slots__ = ("_behaviour", "_changed", "new_password")

    def __init__(self, behaviour: Behaviour, changed: Mapping[str, str], *, connectors: int) -> None:
        self._behaviour = behaviour
        self._changed = {"NumberOfConnectors": str(connectors), **changed}
        self.new_password: str | None = None
        """The password set as AuthorizationKey, used from the next connection on."""

    def value(self, key: str) -> str | None:
        """The value of a key; None where the charge point does not know it."""
        if key == "AuthorizeRemoteTxRequests":
            return "true" if self._behaviour.authorize_remote else "false"
        return self._changed.get(key, self._factory().get(key))

    def seconds(self, key: str) -> int:
        """The value of an interval; 0 where it is none."""
        value = self.value(key)
        return int(value) if value and value.isdigit() else 0

    def is_on(self, key: str) -> bool:
        """Whether a switch is on; one that the charge point does not know is not."""
        return (self.value(key) or "").lower() == "true"

    def measurands(self) -> tuple[str, ...]:
        """What a sample holds."""
        if self._behaviour.measurands is not None:
            return self._behaviour.measurands
        return tuple(filter(None, (self.value("MeterValuesSampledData") or "").split(",")))

    def read(self, keys: Iterable[str]) -> Payload:
        """The answer to GetConfiguration; every key where none is named."""
        asked = list(keys) or sorted({*self._factory(), *self._changed})
        known = [key for key in asked if self.value(key) is not None]
        answer: Payload = {
            "configurationKey": [{"key": key, "readonly": key in READ_ONLY, "value": self.value(key)} for key in known]
        }
        if unknown := [key for key in asked if key not in known]:
            answer["unknownKey"] = unknown
        return answer

    def set(self, key: str, value: str) -> None:
        """Take a value from the charge point itself."""
        self._changed[key] = value

    def change(self, key: str, value: str) -> str:
        """Take a ChangeConfiguration; returns its status.

        One measurand that is not supported rejects the whole list.
        """
        if self._behaviour.refuse_configuration & {key, "*"}:
            return "Rejected"
        if key == WRITE_ONLY:
            return self._change_password(value)
        if self.value(key) is None:
            return "NotSupported"
        if key in READ_ONLY or (key in NUMBERS and not value.isdigit()) or not self._has_measurands(key, value):
            return "Rejected"
        if key == "AuthorizeRemoteTxRequests":
            self._behaviour.authorize_remote = value.lower() == "true"
        self._changed[key] = value
        return "Accepted"

    def _factory(self) -> Mapping[str, str]:
        """The keys of what it can do, which it names in SupportedFeatureProfiles (OCPP 1.6 §9.1.27)."""
        behaviour, keys, names = self._behaviour, DEFAULTS, ["Core", "RemoteTrigger"]
        for is_there, name, others in (
            (behaviour.smart_charging, "SmartCharging", SMART_CHARGING),
            (behaviour.local_list, "LocalAuthListManagement", LOCAL_LIST),
            (behaviour.reservations, "Reservation", RESERVATION),
            (behaviour.firmware, "FirmwareManagement", {}),
        ):
            if is_there:
                names.append(name)
                keys = keys | others
        if behaviour.authorization_cache:
            keys = keys | CACHE
        return keys | {"SupportedFeatureProfiles": ",".join(names)}

    def _has_measurands(self, key: str, value: str) -> bool:
        asked = filter(None, value.split(","))
        return key != "MeterValuesSampledData" or set(asked) <= set(self._behaviour.supported_measurands)

    def _change_password(self, value: str) -> str:
        try:
            self.new_password = binascii.unhexlify(value).decode()
        except ValueError:
            return "Rejected"
        return "Accepted"

"""How the keys of a charger's settings are compared: without case (OCPP 1.6 §7, CiString), whoever spells them."""

from collections.abc import Iterable

_STANDARD = (
    # Core (OCPP 1.6 §9.1)
    *("AllowOfflineTxForUnknownId", "AuthorizationCacheEnabled", "AuthorizeRemoteTxRequests", "BlinkRepeat"),
    *("ClockAlignedDataInterval", "ConnectionTimeOut", "ConnectorPhaseRotation", "ConnectorPhaseRotationMaxLength"),
    *("GetConfigurationMaxKeys", "HeartbeatInterval", "LightIntensity", "LocalAuthorizeOffline", "LocalPreAuthorize"),
    *("MaxEnergyOnInvalidId", "MeterValuesAlignedData", "MeterValuesAlignedDataMaxLength", "MeterValuesSampledData"),
    *("MeterValuesSampledDataMaxLength", "MeterValueSampleInterval", "MinimumStatusDuration", "NumberOfConnectors"),
    *("ResetRetries", "StopTransactionOnEVSideDisconnect", "StopTransactionOnInvalidId", "StopTxnAlignedData"),
    *("StopTxnAlignedDataMaxLength", "StopTxnSampledData", "StopTxnSampledDataMaxLength"),
    *("SupportedFeatureProfiles", "SupportedFeatureProfilesMaxLength", "TransactionMessageAttempts"),
    *("TransactionMessageRetryInterval", "UnlockConnectorOnEVSideDisconnect", "WebSocketPingInterval"),
    # Local Auth List, Reservation, Smart Charging (§9.2 to §9.4)
    *("LocalAuthListEnabled", "LocalAuthListMaxLength", "SendLocalListMaxLength", "ReserveConnectorZeroSupported"),
    *("ChargeProfileMaxStackLevel", "ChargingScheduleAllowedChargingRateUnit", "ChargingScheduleMaxPeriods"),
    *("ConnectorSwitch3to1PhaseSupported", "MaxChargingProfilesInstalled"),
    # The security whitepaper (§A)
    *(
        "AdditionalRootCertificateCheck",
        "AuthorizationKey",
        "CertificateSignedMaxChainSize",
        "CertificateStoreMaxLength",
    ),
    *("CpoName", "SecurityProfile"),
)


def compared_key(key: str) -> str:
    """The same for every spelling of a key."""
    return key.strip().casefold()


_SPELLINGS = {compared_key(key): key for key in _STANDARD}


def standard_key(key: str) -> str:
    """A key as OCPP spells it; one that is no key of OCPP's stays."""
    return _SPELLINGS.get(compared_key(key), key)


def known_key(key: str, known: Iterable[str]) -> str:
    """A key as it is spelled among `known`; one that is not among them, as OCPP spells it."""
    return next((other for other in known if compared_key(other) == compared_key(key)), standard_key(key))

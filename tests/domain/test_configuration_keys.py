"""Keys of settings are one key in any spelling."""

import pytest
from ocpp.v16.enums import ConfigurationKey

from homecharge.domain.configuration_keys import known_key, standard_key

OF_PLUG_AND_CHARGE = {"CentralContractValidationAllowed", "ContractValidationOffline", "ISO15118PnCEnabled"} | {
    "CertSigningWaitMinimum",
    "CertSigningRepeatTimes",
}


@pytest.mark.parametrize("key", sorted({key.value for key in ConfigurationKey} - OF_PLUG_AND_CHARGE))
def test_every_key_of_ocpp_is_known_in_any_case(key: str) -> None:
    assert (standard_key(key), standard_key(f" {key.lower()}"), standard_key(key.upper())) == (key, key, key)


def test_a_vendors_key_stays_as_it_is_spelled() -> None:
    assert standard_key("Acme_Glow") == "Acme_Glow"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("acme_glow", "Acme_Glow"),
        ("connectiontimeout", "connectionTimeout"),
        ("heartbeatinterval", "HeartbeatInterval"),
    ],
)
def test_a_key_is_the_one_that_is_known_already(key: str, expected: str) -> None:
    assert known_key(key, {"Acme_Glow": "1", "connectionTimeout": "60"}) == expected

"""What a charge point answers to the server, action by action."""

from typing import Any

import pytest

from homecharge.simulator.charge_point import ChargePoint
from tests.simulator.conftest import MakeChargePoint
from tests.simulator.strict_server import CallError, StrictServer


def values(answer: dict[str, Any]) -> dict[str, str]:
    return {item["key"]: item["value"] for item in answer["configurationKey"]}


async def test_the_configuration_is_read_whole_or_by_key(server: StrictServer, cp: ChargePoint):
    whole = await server.call("GetConfiguration", {})
    asked = await server.call("GetConfiguration", {"key": ["NumberOfConnectors", "Nonsense"]})

    assert values(whole)["MeterValueSampleInterval"] == "60"
    assert asked == {
        "configurationKey": [{"key": "NumberOfConnectors", "readonly": True, "value": "1"}],
        "unknownKey": ["Nonsense"],
    }


@pytest.mark.parametrize(
    ("key", "value", "status"),
    [
        ("MeterValueSampleInterval", "30", "Accepted"),
        ("MeterValueSampleInterval", "soon", "Rejected"),
        ("NumberOfConnectors", "2", "Rejected"),
        ("Nonsense", "1", "NotSupported"),
        ("MeterValuesSampledData", "Energy.Active.Import.Register,Voltage", "Accepted"),
        ("MeterValuesSampledData", "Energy.Active.Import.Register,RPM", "Rejected"),
        ("AuthorizationKey", "nohex", "Rejected"),
    ],
)
async def test_a_change_of_configuration_is_judged(
    server: StrictServer, cp: ChargePoint, key: str, value: str, status: str
):
    answer = await server.call("ChangeConfiguration", {"key": key, "value": value})

    assert answer == {"status": status}
    assert (cp.configuration.value(key) == value) == (status == "Accepted")


@pytest.mark.parametrize("key", ["MeterValueSampleInterval", "*"])
async def test_a_change_of_configuration_may_be_refused(server: StrictServer, cp: ChargePoint, key: str):
    cp.behaviour.refuse_configuration = frozenset({key})

    answer = await server.call("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "30"})

    assert answer == {"status": "Rejected"}


async def test_a_new_password_counts_from_the_next_connection(server: StrictServer, cp: ChargePoint):
    await server.call("ChangeConfiguration", {"key": "AuthorizationKey", "value": b"a new password".hex()})
    server.password = "a new password"

    await cp.drop_line()
    await cp.connect()

    assert cp.connected
    assert values(await server.call("GetConfiguration", {})).get("AuthorizationKey") is None


async def test_a_heartbeat_interval_can_be_set(server: StrictServer, cp: ChargePoint):
    await server.call("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "1"})

    await server.until(lambda: server.bodies("Heartbeat"))

    assert len(server.bodies("Heartbeat")) == 1


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ({"requestedMessage": "BootNotification"}, ["BootNotification"]),
        ({"requestedMessage": "Heartbeat"}, ["Heartbeat"]),
        ({"requestedMessage": "StatusNotification"}, ["StatusNotification"] * 3),
        ({"requestedMessage": "StatusNotification", "connectorId": 2}, ["StatusNotification"]),
        ({"requestedMessage": "MeterValues", "connectorId": 1}, ["MeterValues"]),
    ],
)
async def test_a_trigger_is_answered_and_then_obeyed(
    server: StrictServer, make: MakeChargePoint, asked: dict[str, Any], sent: list[str]
):
    charge_point = make(connectors=2)
    await charge_point.connect()
    server.calls.clear()

    answer = await server.call("TriggerMessage", asked)
    await server.until(lambda: len(server.calls) >= len(sent))

    assert answer == {"status": "Accepted"}
    assert server.actions() == sent


async def test_a_trigger_of_something_it_does_not_send_is_not_implemented(server: StrictServer, cp: ChargePoint):
    answer = await server.call("TriggerMessage", {"requestedMessage": "FirmwareStatusNotification"})

    assert answer == {"status": "NotImplemented"}


async def test_unlocking_ends_the_transaction(server: StrictServer, cp: ChargePoint):
    await cp.plug_in()
    await cp.start_transaction("CARD")

    answer = await server.call("UnlockConnector", {"connectorId": 1})
    await server.until(lambda: server.bodies("StopTransaction"))

    assert answer == {"status": "Unlocked"}
    assert server.bodies("StopTransaction")[0]["reason"] == "UnlockCommand"
    assert await server.call("UnlockConnector", {"connectorId": 9}) == {"status": "NotSupported"}


async def test_availability_changes_at_once_or_after_the_transaction(server: StrictServer, cp: ChargePoint):
    idle = await server.call("ChangeAvailability", {"connectorId": 0, "type": "Inoperative"})
    await cp.until_status("Unavailable")
    refused = await server.call("RemoteStartTransaction", {"idTag": "TAG", "connectorId": 1})
    await server.call("ChangeAvailability", {"connectorId": 0, "type": "Operative"})
    await cp.plug_in()
    await cp.start_transaction("CARD")
    busy = await server.call("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"})
    while_charging = cp.state().status
    await cp.press_stop()

    assert (idle["status"], refused["status"], busy["status"]) == ("Accepted", "Rejected", "Scheduled")
    assert (while_charging, cp.state().status) == ("Charging", "Unavailable")


async def test_a_person_can_take_it_out_of_service(server: StrictServer, cp: ChargePoint):
    await cp.set_unavailable()
    out_of_service = cp.state().status
    await cp.set_available()

    assert (out_of_service, cp.state().status) == ("Unavailable", "Available")


async def test_a_start_on_a_connector_it_does_not_have_is_refused(server: StrictServer, cp: ChargePoint):
    assert await server.call("RemoteStartTransaction", {"idTag": "TAG", "connectorId": 7}) == {"status": "Rejected"}


async def test_vendor_data_is_unknown(server: StrictServer, cp: ChargePoint):
    assert await server.call("DataTransfer", {"vendorId": "acme"}) == {"status": "UnknownVendorId"}


async def test_vendor_data_it_knows_is_taken_and_answered(server: StrictServer, cp: ChargePoint):
    cp.behaviour.vendors["acme"] = frozenset({"echo"})

    taken = await server.call("DataTransfer", {"vendorId": "acme", "messageId": "echo", "data": "x"})
    unknown = await server.call("DataTransfer", {"vendorId": "acme"})

    assert (taken, unknown) == ({"status": "Accepted", "data": "x"}, {"status": "UnknownMessageId"})


async def test_what_it_is_told_to_unlock_or_to_take_out_of_service_it_may_refuse(server: StrictServer, cp: ChargePoint):
    cp.behaviour.unlock_answer = "UnlockFailed"
    cp.behaviour.refuse_availability = True
    await cp.plug_in()
    await cp.start_transaction("CARD")

    unlocked = await server.call("UnlockConnector", {"connectorId": 1})
    available = await server.call("ChangeAvailability", {"connectorId": 0, "type": "Inoperative"})

    assert (unlocked, available) == ({"status": "UnlockFailed"}, {"status": "Rejected"})
    assert cp.state().status == "Charging"


async def test_it_names_all_that_it_can_do(server: StrictServer, make: MakeChargePoint):
    charge_point = make(smart_charging=True, local_list=True, reservations=True, firmware=True)
    await charge_point.connect()

    whole = values(await server.call("GetConfiguration", {}))

    assert whole["SupportedFeatureProfiles"] == (
        "Core,RemoteTrigger,SmartCharging,LocalAuthListManagement,Reservation,FirmwareManagement"
    )


@pytest.mark.parametrize(
    ("action", "payload", "code"),
    [
        ("SetChargingProfile", {}, "NotSupported"),
        ("ReserveNow", {}, "NotSupported"),
        ("UpdateFirmware", {}, "NotSupported"),
        ("Frobnicate", {}, "NotImplemented"),
        ("RemoteStartTransaction", {}, "FormationViolation"),
        ("ChangeAvailability", {"connectorId": 7, "type": "Inoperative"}, "FormationViolation"),
    ],
)
async def test_what_it_cannot_do_gets_a_callerror(
    server: StrictServer, cp: ChargePoint, action: str, payload: dict[str, Any], code: str
):
    with pytest.raises(CallError) as error:
        await server.call(action, payload)

    assert error.value.code == code


async def test_an_answer_can_be_dictated(server: StrictServer, cp: ChargePoint):
    cp.behaviour.answers["Reset"] = {"status": "Rejected"}
    cp.behaviour.callerrors["TriggerMessage"] = "NotSupported"

    reset = await server.call("Reset", {"type": "Soft"})
    with pytest.raises(CallError) as error:
        await server.call("TriggerMessage", {"requestedMessage": "Heartbeat"})

    assert reset == {"status": "Rejected"}
    assert error.value.code == "NotSupported"
    assert len(server.message_ids) == 1

"""A simulated charge point takes firmware and sends diagnostics, in simulated time and without fetching anything."""

from typing import Any

import pytest

from homecharge.simulator.charge_point import ChargePoint
from tests.simulator.conftest import MakeChargePoint
from tests.simulator.strict_server import StrictServer

FILE = "https://firmware.example/box/firmware-2.1.bin"
WHOLE = ["Downloading", "Downloaded", "Installing", "Installed"]
UPDATE = {"location": FILE, "retrieveDate": "2026-01-01T00:00:00Z"}


@pytest.fixture
async def maintained(make: MakeChargePoint) -> ChargePoint:
    """A charge point with Firmware Management, for which 20 seconds pass in 20 milliseconds."""
    charge_point = make(firmware=True, time_scale=1000)
    await charge_point.connect()
    return charge_point


def firmware(server: StrictServer) -> list[str]:
    return [body["status"] for body in server.bodies("FirmwareStatusNotification")]


def diagnostics(server: StrictServer) -> list[str]:
    return [body["status"] for body in server.bodies("DiagnosticsStatusNotification")]


async def test_firmware_is_fetched_installed_and_booted(server: StrictServer, maintained: ChargePoint):
    assert await server.call("UpdateFirmware", UPDATE) == {}
    await server.until(lambda: firmware(server) == WHOLE)

    assert [body["firmwareVersion"] for body in server.bodies("BootNotification")] == ["1.0", "firmware-2.1"]


async def test_it_is_not_installed_before_the_charge_is_over(server: StrictServer, maintained: ChargePoint):
    await maintained.plug_in()
    await maintained.start_transaction("CARD")
    await server.call("UpdateFirmware", UPDATE)
    await server.until(lambda: firmware(server) == WHOLE[:2])
    is_charging = maintained.state().in_transaction

    await maintained.press_stop()
    await server.until(lambda: firmware(server) == WHOLE)

    assert is_charging
    assert server.bodies("StopTransaction")[0]["reason"] == "Local"


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        ("DownloadFailed", ["Downloading", "DownloadFailed"] * 2),
        ("InstallationFailed", ["Downloading", "Downloaded", "Installing", "InstallationFailed"]),
    ],
)
async def test_an_update_may_fail(server: StrictServer, maintained: ChargePoint, failure: str, told: list[str]):
    maintained.behaviour.firmware_failure = failure

    await server.call("UpdateFirmware", UPDATE | {"retries": 1, "retryInterval": 10})
    await server.until(lambda: firmware(server) == told)

    assert len(server.bodies("BootNotification")) == 1


async def test_diagnostics_are_named_and_sent(server: StrictServer, maintained: ChargePoint):
    answer = await server.call("GetDiagnostics", {"location": "ftp://support.example/in"})
    await server.until(lambda: diagnostics(server) == ["Uploading", "Uploaded"])

    assert answer["fileName"].startswith("diagnostics-CP1-")


async def test_an_upload_may_fail_and_is_tried_again_as_often_as_asked(server: StrictServer, maintained: ChargePoint):
    maintained.behaviour.upload_fails = True

    answer = await server.call("GetDiagnostics", {"location": "ftp://support.example/in", "retries": 1})
    await server.until(lambda: diagnostics(server) == ["Uploading", "UploadFailed"] * 2)

    assert answer["fileName"]


async def test_some_have_nothing_to_send(server: StrictServer, maintained: ChargePoint):
    maintained.behaviour.has_diagnostics = False

    assert await server.call("GetDiagnostics", {"location": "ftp://support.example/in"}) == {}
    assert diagnostics(server) == []


@pytest.mark.parametrize("message", ["FirmwareStatusNotification", "DiagnosticsStatusNotification"])
async def test_what_it_is_at_can_be_asked_for(server: StrictServer, maintained: ChargePoint, message: str):
    answer = await server.call("TriggerMessage", {"requestedMessage": message})
    await server.until(lambda: server.bodies(message))

    assert answer == {"status": "Accepted"}
    assert server.bodies(message) == [{"status": "Idle"}]


@pytest.mark.parametrize("changed", [{"retrieveDate": "soon"}, {"retrieveDate": None}])
async def test_a_request_without_a_date_is_a_formation_violation(
    server: StrictServer, maintained: ChargePoint, changed: dict[str, Any]
):
    with pytest.raises(Exception, match="FormationViolation"):
        await server.call("UpdateFirmware", UPDATE | changed)

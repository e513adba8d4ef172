"""Operators' commands: held to the schema before, sent as given, answered with whatever the charger says."""

import asyncio
from typing import Any

import pytest

from homecharge.domain.commands import ACTIONS
from homecharge.gateway.own_payloads import OwnPayloads
from homecharge.gateway.server import Gateway
from homecharge.gateway.v16 import SCHEMAS, dialect
from homecharge.ports.charger_link import ClearCache, OperatorCommand, Outcome, Reply
from tests.fakes.charger_events import RecordingChargerEvents
from tests.gateway.charger import Charger

ID = "id-CP-1"
FOLDER = "ftp://files.example/cp1"
RESERVATION = {"connectorId": 1, "expiryDate": "2026-11-20T12:00:00Z", "idTag": "04A1", "reservationId": 7}
PERIODS = [{"startPeriod": 0, "limit": 16.1}]
PROFILE = {
    "chargingProfileId": 7,
    "stackLevel": 1,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Relative",
    "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": PERIODS},
}
LIST = {"listVersion": 3, "updateType": "Full", "localAuthorizationList": [{"idTag": "04A1"}]}


def begin(gateway: Gateway, action: str, payload: dict[str, Any], **options: Any) -> asyncio.Task[Reply]:
    return asyncio.create_task(
        gateway.send(ID, OperatorCommand(action, payload), **({"timeout_s": 30.0} | options)),
    )


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_of_a_central_system_can_be_checked_and_sent(action: str) -> None:
    message, _ = dialect().outbound(OperatorCommand(action, {"any": "thing"}))

    assert message.write(OperatorCommand(action, {"any": "thing"})) == {"any": "thing"}
    assert set(OwnPayloads(SCHEMAS).problems(action, {"any": "thing"})) >= {"any"}


@pytest.mark.parametrize(
    ("action", "payload", "answer", "outcome", "status"),
    [
        ("CancelReservation", {"reservationId": 7}, {"status": "Accepted"}, Outcome.ACCEPTED, "Accepted"),
        ("ReserveNow", RESERVATION, {"status": "Occupied"}, Outcome.REJECTED, "Occupied"),
        ("DataTransfer", {"vendorId": "V"}, {"status": "Accepted", "data": "7"}, Outcome.ACCEPTED, "Accepted"),
        ("GetDiagnostics", {"location": FOLDER}, {"fileName": "cp1.zip"}, Outcome.ACCEPTED, None),
        ("GetLocalListVersion", {}, {"listVersion": 3}, Outcome.ACCEPTED, None),
        ("SendLocalList", LIST, {"status": "VersionMismatch"}, Outcome.REJECTED, "VersionMismatch"),
        (
            "UpdateFirmware",
            {"location": FOLDER, "retrieveDate": "2026-11-20T12:00:00Z"},
            {},
            Outcome.ACCEPTED,
            None,
        ),
        ("UnlockConnector", {"connectorId": 1}, {"status": "UnlockFailed"}, Outcome.REJECTED, "UnlockFailed"),
        ("GetConfiguration", {}, {"unknownKey": ["X"]}, Outcome.ACCEPTED, None),
    ],
)
async def test_a_command_is_sent_as_given_and_its_whole_answer_told(
    gateway: Gateway,
    charger: Charger,
    action: str,
    payload: dict[str, Any],
    answer: dict[str, Any],
    outcome: Outcome,
    status: str | None,
) -> None:
    assert OwnPayloads(SCHEMAS).problems(action, payload) == {}
    asked = begin(gateway, action, payload)
    call = await charger.receive()
    await charger.send([3, call[1], answer])

    reply = await asked

    assert call[2:] == [action, payload]
    assert (reply.outcome, reply.status, reply.payload) == (outcome, status, answer)


async def test_an_operators_stop_goes_before_what_waits(gateway: Gateway, charger: Charger) -> None:
    first = asyncio.create_task(gateway.send(ID, ClearCache(), timeout_s=30.0))
    running = await charger.receive()
    later = begin(gateway, "ClearCache", {})
    stop = begin(gateway, "RemoteStopTransaction", {"transactionId": 7})
    await asyncio.sleep(0)
    await charger.send([3, running[1], {"status": "Accepted"}])

    next_call = await charger.receive()
    for pending in (first, later, stop):
        pending.cancel()

    assert next_call[2] == "RemoteStopTransaction"


async def test_a_command_that_has_no_turn_in_time_is_never_sent(gateway: Gateway, charger: Charger) -> None:
    first = asyncio.create_task(gateway.send(ID, ClearCache(), timeout_s=30.0))
    running = await charger.receive()

    reply = await begin(gateway, "Reset", {"type": "Soft"}, within_s=0.05)
    await charger.send([3, running[1], {"status": "Accepted"}])
    await first

    assert reply.outcome is Outcome.NOT_SENT
    assert await charger.is_served()


@pytest.mark.parametrize(
    ("action", "payload", "problems"),
    [
        ("Reset", {}, {"type": ["Missing data for required field."]}),
        ("Reset", {"type": "Cold"}, {"type": ["Must be one of: Hard, Soft."]}),
        ("ClearCache", {"all": True}, {"all": ["Unknown field."]}),
        ("UnlockConnector", {"connectorId": "1"}, {"connectorId": ["Not a valid integer."]}),
        (
            "ReserveNow",
            RESERVATION | {"idTag": "X" * 21, "expiryDate": "tomorrow"},
            {"expiryDate": ["Not a valid date-time."], "idTag": ["Longer than maximum length 20."]},
        ),
        (
            "SendLocalList",
            LIST | {"listVersion": 2**63},
            {"listVersion": ["Must be between -2147483648 and 2147483647."]},
        ),
        ("GetDiagnostics", {"location": "here"}, {"location": ["Not a valid uri."]}),
        (
            "SetChargingProfile",
            {
                "connectorId": 1,
                "csChargingProfiles": PROFILE
                | {
                    "chargingSchedule": {
                        "chargingRateUnit": "A",
                        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.15}],
                    }
                },
            },
            {"csChargingProfiles.chargingSchedule.chargingSchedulePeriod.0.limit": ["Must be a multiple of 0.1."]},
        ),
        ("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": PROFILE}, {}),
    ],
)
def test_what_we_send_is_held_to_the_schema_to_the_letter(
    action: str, payload: dict[str, Any], problems: dict[str, list[str]]
) -> None:
    assert OwnPayloads(SCHEMAS).problems(action, payload) == problems


async def test_a_password_is_never_kept_in_the_message_log(
    gateway: Gateway, charger: Charger, events: RecordingChargerEvents
) -> None:
    secret = "0A1B2C3D4E" * 4
    setting = begin(gateway, "ChangeConfiguration", {"key": "AuthorizationKey", "value": secret})
    told = await charger.receive()
    await charger.send([4, told[1], "PropertyConstraintViolation", f"{secret.lower()} is no password", {}])
    await setting
    reading = begin(gateway, "GetConfiguration", {})
    call = await charger.receive()
    key = {"key": "authorizationkey", "readonly": False, "value": "another secret"}
    await charger.send([3, call[1], {"configurationKey": [key, {"key": "X", "readonly": False, "value": "1"}]}])
    reply = await reading

    logged = "\n".join(frame.body for frame in events.frames)
    assert told[3]["value"] == secret
    assert reply.configuration == {"AuthorizationKey": "another secret", "X": "1"}
    assert secret.lower() not in logged.lower()
    assert "another secret" not in logged
    assert '"value":"1"' in logged

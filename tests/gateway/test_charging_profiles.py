"""Charging profiles on the wire (OCPP 1.6, Smart Charging), valid by the schemas of the `ocpp` package."""

import asyncio
import dataclasses
import json
from datetime import UTC, datetime
from decimal import Decimal
from importlib import resources
from typing import Any

import jsonschema_rs
import pytest

from homecharge.domain.charging_profiles import ChargingProfile, ProfilePeriod, Purpose, RateUnit
from homecharge.gateway.server import Gateway
from homecharge.ports.charger_link import (
    ClearCache,
    ClearChargingProfile,
    Command,
    CompositeSchedule,
    GetCompositeSchedule,
    Outcome,
    RemoteStart,
    RemoteStop,
    Reply,
    SetChargingProfile,
)
from tests.gateway.charger import Charger

ID = "id-CP-1"
START = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)
PERIODS = (ProfilePeriod(0, Decimal(0)), ProfilePeriod(3600, Decimal("15.9")))
PROFILE = ChargingProfile(
    id=1,
    purpose=Purpose.TRANSACTION,
    unit=RateUnit.AMPERES,
    phases=3,
    periods=PERIODS,
    starts_at=START,
    transaction_id=7,
)
WRITTEN: dict[str, Any] = {
    "chargingProfileId": 1,
    "transactionId": 7,
    "stackLevel": 0,
    "chargingProfilePurpose": "TxProfile",
    "chargingProfileKind": "Absolute",
    "chargingSchedule": {
        "startSchedule": "2026-11-21T00:30:00Z",
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [
            {"startPeriod": 0, "limit": 0, "numberPhases": 3},
            {"startPeriod": 3600, "limit": 15.9, "numberPhases": 3},
        ],
    },
}


async def exchange(
    gateway: Gateway, charger: Charger, command: Command, answer: dict[str, Any]
) -> tuple[list[Any], Reply]:
    pending = asyncio.create_task(gateway.send(ID, command, timeout_s=30))
    call = await charger.receive()
    await charger.send([3, call[1], answer])
    return call, await pending


def check(action: str, payload: dict[str, Any]) -> None:
    text = resources.files("ocpp.v16").joinpath("schemas", f"{action}.json").read_text(encoding="utf-8-sig")
    jsonschema_rs.validator_for(json.loads(text)).validate(payload)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("Accepted", Outcome.ACCEPTED), ("Rejected", Outcome.REJECTED), ("NotSupported", Outcome.REJECTED)],
)
async def test_a_profile_of_instants_names_its_transaction_and_its_phases(
    gateway: Gateway, charger: Charger, status: str, outcome: Outcome
):
    call, reply = await exchange(gateway, charger, SetChargingProfile(1, PROFILE), {"status": status})

    assert call[2:] == ["SetChargingProfile", {"connectorId": 1, "csChargingProfiles": WRITTEN}]
    check("SetChargingProfile", call[3])
    assert (reply.outcome, reply.status) == (outcome, status)


async def test_a_relative_profile_has_no_start_and_one_for_a_start_no_transaction(gateway: Gateway, charger: Charger):
    relative = dataclasses.replace(PROFILE, starts_at=None, transaction_id=None)
    call, _ = await exchange(gateway, charger, RemoteStart(1, "AB", relative), {"status": "Accepted"})

    sent = call[3]["chargingProfile"]
    check("RemoteStartTransaction", call[3])
    assert sent["chargingProfileKind"] == "Relative"
    assert "startSchedule" not in sent["chargingSchedule"]
    assert "transactionId" not in sent


@pytest.mark.parametrize("status", ["Accepted", "Unknown"])
async def test_a_profile_that_the_charger_does_not_know_is_forgotten_already(
    gateway: Gateway, charger: Charger, status: str
):
    call, reply = await exchange(gateway, charger, ClearChargingProfile(1), {"status": status})

    assert call[2:] == ["ClearChargingProfile", {"id": 1}]
    assert reply.outcome is Outcome.ACCEPTED


async def test_a_composite_schedule_is_read_with_its_start(gateway: Gateway, charger: Charger):
    periods = WRITTEN["chargingSchedule"]["chargingSchedulePeriod"]
    answer = {
        "status": "Accepted",
        "connectorId": 1,
        "scheduleStart": "2026-11-21T00:30:00Z",
        "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": periods},
    }
    call, reply = await exchange(gateway, charger, GetCompositeSchedule(1, 600, RateUnit.AMPERES), answer)

    assert call[3] == {"connectorId": 1, "duration": 600, "chargingRateUnit": "A"}
    assert reply.outcome is Outcome.ACCEPTED
    assert reply.schedule == CompositeSchedule(START, "A", PERIODS)


async def test_a_composite_schedule_may_lack_its_start(gateway: Gateway, charger: Charger):
    answer = {"status": "Accepted", "chargingSchedule": {"chargingRateUnit": "W", "chargingSchedulePeriod": []}}
    call, reply = await exchange(gateway, charger, GetCompositeSchedule(1, 600), answer)

    assert call[3] == {"connectorId": 1, "duration": 600}
    assert reply.schedule == CompositeSchedule(None, "W", ())


async def test_a_charger_may_have_no_composite_schedule_to_show(gateway: Gateway, charger: Charger):
    _, reply = await exchange(gateway, charger, GetCompositeSchedule(0, 60), {"status": "Rejected"})

    assert (reply.outcome, reply.schedule) == (Outcome.REJECTED, None)


async def test_profiles_wait_for_stops_and_starts_and_go_before_the_rest(gateway: Gateway, charger: Charger):
    commands = (ClearCache(), ClearCache(), SetChargingProfile(1, PROFILE), RemoteStart(1, "AB"), RemoteStop(7))
    pending = [asyncio.create_task(gateway.send(ID, command, timeout_s=30)) for command in commands]
    seen = []
    for _ in commands:
        call = await charger.receive()
        seen.append(call[2])
        await charger.send([3, call[1], {"status": "Accepted"}])
    await asyncio.gather(*pending)

    assert seen == [
        "ClearCache",
        "RemoteStopTransaction",
        "RemoteStartTransaction",
        "SetChargingProfile",
        "ClearCache",
    ]

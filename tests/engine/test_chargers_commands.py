"""What a charger is told besides starts and stops; operators get these commands later (issue §4)."""

import pytest

from homecharge.domain.session_state import Status, StopReason
from homecharge.ports.charger_link import (
    ChangeAvailability,
    ChangeConfiguration,
    ClearCache,
    Command,
    GetConfiguration,
    Outcome,
    Reply,
    Reset,
    TriggerMessage,
    UnlockConnector,
)
from tests.engine.house import House, quick

TIMEOUT_S = 2.0


async def tell(house: House, command: Command) -> Reply:
    return await house.container.gateway.send(house.charger_id(), command, timeout_s=TIMEOUT_S)


@pytest.mark.parametrize(("reset", "reason"), [(Reset(is_hard=False), "SoftReset"), (Reset(is_hard=True), "HardReset")])
async def test_a_reset_ends_the_charge_and_the_charger_comes_back(house: House, reset: Reset, reason: str) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        session = await house.until_drawing(house.boost())

        reply = await tell(house, reset)
        done = await house.until(session, Status.COMPLETED)
        await house.until_true(lambda: cp.journal.counters.boots == 2)

    assert reply.outcome is Outcome.ACCEPTED
    assert done.stop_reason is StopReason.CHARGER_RESTART
    assert house.transactions()[0].stop_reason == reason


async def test_a_reset_may_drop_the_socket_before_it_is_answered(house: House) -> None:
    async with house.charge_point(behaviour=quick(drop_before_reset_answer=True)) as cp:
        reply = await tell(house, Reset(is_hard=True))
        await cp.expect("BootNotification", "sent")
        await cp.expect("BootNotification", "sent")
        await cp.plug_in()

        await house.until(house.boost(), Status.CHARGING)

    assert reply.outcome is Outcome.NO_ANSWER


async def test_unlocking_a_connector_ends_its_charge(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        session = await house.until_drawing(house.boost())

        reply = await tell(house, UnlockConnector(1))
        done = await house.until(session, Status.COMPLETED)

    assert (reply.outcome, reply.status) == (Outcome.ACCEPTED, "Unlocked")
    assert done.stop_reason is StopReason.OTHER


async def test_taking_a_busy_connector_out_of_service_waits_for_its_charge(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        session = await house.until_drawing(house.boost())
        reply = await tell(house, ChangeAvailability(0, is_operative=False))
        during = house.session(session.id).status
        house.stop(session)
        await house.until(session, Status.COMPLETED)

        rejected = await house.until(house.boost(), Status.REJECTED)
        await tell(house, ChangeAvailability(0, is_operative=True))
        back = await cp.until_status("Finishing")

    assert (reply.outcome, reply.status) == (Outcome.ACCEPTED, "Scheduled")
    assert during is Status.CHARGING
    assert rejected.reason == "charger_unavailable"
    assert back.status == "Finishing"


async def test_settings_are_changed_and_read_back(house: House) -> None:
    async with house.charge_point():
        changed = await tell(house, ChangeConfiguration("ConnectionTimeOut", "90"))
        refused = await tell(house, ChangeConfiguration("NumberOfConnectors", "7"))
        read = await tell(house, GetConfiguration(("ConnectionTimeOut", "NoSuchKey")))

    assert (changed.outcome, refused.outcome) == (Outcome.ACCEPTED, Outcome.REJECTED)
    assert read.configuration == {"ConnectionTimeOut": "90"}
    assert read.unknown_keys == ("NoSuchKey",)


async def test_the_cache_is_cleared(house: House) -> None:
    async with house.charge_point():
        reply = await tell(house, ClearCache())

    assert reply.outcome is Outcome.ACCEPTED


async def test_a_message_is_triggered(house: House) -> None:
    async with house.charge_point() as cp:
        reply = await tell(house, TriggerMessage("Heartbeat"))
        heartbeat = await cp.expect("Heartbeat", "sent")

    assert reply.outcome is Outcome.ACCEPTED
    assert heartbeat.payload == {}


async def test_a_command_to_an_absent_charger_is_not_sent(house: House) -> None:
    house.add_charger()

    reply = await tell(house, ClearCache())

    assert reply.outcome is Outcome.NOT_SENT

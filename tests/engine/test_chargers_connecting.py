"""Connecting, as real chargers do it (chargers.md, *Connecting*)."""

import asyncio

import pytest

from homecharge.domain.chargers import LineState
from homecharge.domain.session_state import Status
from homecharge.simulator.failures import ConnectFailed
from tests.engine.house import House, quick

STORM = 50
NO_TRIGGER = {"TriggerMessage": {"status": "Rejected"}}


async def test_every_connection_is_asked_for_its_status(house: House) -> None:
    async with house.charge_point() as cp:
        first = await cp.expect("TriggerMessage")
        await cp.drop_line()
        last = cp.frames[-1].number
        await cp.connect()

        await house.until_true(lambda: cp.received("TriggerMessage")[-1].number > last)

    assert first.payload == cp.received("TriggerMessage")[-1].payload == {"requestedMessage": "StatusNotification"}
    assert len(cp.sent("BootNotification")) == 1


async def test_a_status_that_comes_before_the_boot_is_answered_counts(house: House) -> None:
    async with house.charge_point(behaviour=quick(status_before_boot=True, answers=NO_TRIGGER)) as cp:
        await cp.plug_in()

        connector = house.describe().connector

    assert (connector.state, connector.stale) == ("preparing", False)


async def test_the_configuration_is_read_while_it_is_unknown_and_not_again(house: House) -> None:
    async with house.charge_point() as cp:
        await house.until_true(lambda: bool(house.describe().capabilities))
        await cp.drop_line()
        last = cp.frames[-1].number
        await cp.connect()
        await cp.plug_in()

        await house.until_drawing(house.boost())

    assert cp.received("TriggerMessage")[-1].number > last
    assert [frame for frame in cp.received("GetConfiguration") if frame.number > last] == []


async def test_what_was_known_before_this_connection_is_last_known_and_no_reason(house: House) -> None:
    async with house.charge_point(behaviour=quick(answers=NO_TRIGGER)) as cp:
        await house.until_true(lambda: house.describe().connector.state == "available")
        await cp.disconnect()
        await cp.plug_in()
        await house.until_line(LineState.OFFLINE)
        await cp.connect()
        await house.until_line(LineState.ONLINE)
        before = house.describe().connector

        charging = await house.until(house.boost(), Status.CHARGING, Status.REJECTED)

    assert (before.state, before.stale) == ("available", True)
    assert charging.status is Status.CHARGING


async def test_a_new_socket_replaces_the_one_that_is_still_there_and_the_old_close_marks_nobody_offline(
    house: House,
) -> None:
    async with house.charge_point() as old, house.charge_point() as new:
        await old.wait_closed()
        await new.plug_in()

        await house.until_drawing(house.boost())
        connection = house.describe().connection

    assert connection.state is LineState.ONLINE
    assert new.received("RemoteStartTransaction")
    assert not old.received("RemoteStartTransaction")


async def test_a_socket_that_hangs_while_it_is_replaced_does_not_take_its_successor_along(house: House) -> None:
    async with house.charge_point() as old:
        old.go_dead()
        async with house.charge_point() as new:
            await house.container.inbound.check_lines(at=house.now())
            await new.plug_in()

            await house.until_drawing(house.boost())

    assert new.journal.counters.connects == 1
    assert new.received("RemoteStartTransaction")


async def test_fifty_that_connect_in_the_same_second_are_all_answered(house: House) -> None:
    points = [house.charge_point(f"CP{number}") for number in range(STORM)]

    await asyncio.gather(*(point.connect() for point in points))
    await asyncio.gather(*(point.expect("TriggerMessage", within_s=10) for point in points))
    states = {house.describe(point.identity).connection.state for point in points}
    await asyncio.gather(*(point.close() for point in points))

    assert states == {LineState.ONLINE}
    assert {point.journal.counters.boots for point in points} == {1}
    assert {point.journal.counters.callerrors + point.journal.counters.timeouts for point in points} == {0}


async def test_message_ids_that_start_again_after_a_reboot_are_new_messages(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        first = await house.until_drawing(house.boost())
        await cp.reboot()

        await house.until_drawing(await house.until_recovered(first))

    assert [frame.message_id for frame in cp.sent("BootNotification")] == ["1", "1"]
    assert len({row.id for row in house.transactions()}) == 2


@pytest.mark.parametrize(
    ("password", "protocol", "reason"),
    [
        ("not the password", "ocpp1.6", "wrong_password"),
        (None, "ocpp1.6", "password_missing"),
        ("the right one", "ocpp2.1", "unsupported_protocol"),
    ],
)
async def test_a_refused_handshake_is_remembered_so_that_the_owner_sees_more_than_offline(
    house: House, password: str | None, protocol: str, reason: str
) -> None:
    cp = house.charge_point()
    cp.subprotocols = [protocol]
    cp.password = cp.password if password == "the right one" else password

    with pytest.raises(ConnectFailed):
        await cp.connect()

    refusal = house.describe().connection.last_refusal
    assert refusal is not None
    assert refusal.reason == reason
    assert house.describe().connection.state is LineState.NEVER


async def test_a_charge_at_a_charger_with_a_wrong_password_is_rejected_with_just_that(house: House) -> None:
    cp = house.charge_point()
    cp.password = "wrong"
    with pytest.raises(ConnectFailed):
        await cp.connect()

    session = await house.until(house.boost(), Status.REJECTED)

    assert session.rejection is not None
    assert (session.reason, session.rejection["variant"]) == ("charger_offline", "wrong_password")
    assert [fact["fact"] for fact in session.rejection["evidence"]] == ["connection_refused", "never_connected"]


async def test_a_refusal_is_forgotten_once_the_charger_is_let_in(house: House) -> None:
    cp = house.charge_point()
    right, cp.password = cp.password, "wrong"
    with pytest.raises(ConnectFailed):
        await cp.connect()
    cp.password = right

    async with cp:
        connection = house.describe().connection

    assert connection.last_refusal is None
    assert connection.state is LineState.ONLINE


async def test_an_unknown_identity_is_refused(house: House) -> None:
    cp = house.charge_point()
    cp.identity = "SOMEBODY-ELSE"

    with pytest.raises(ConnectFailed) as refused:
        await cp.connect()

    assert refused.value.status == 401

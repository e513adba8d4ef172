"""Operators' commands, from the row to the charger and back, over a real socket."""

from typing import Any

import pytest
from sqlalchemy import select

from homecharge.domain.accounts import Caller, Role
from homecharge.domain.chargers import LineState
from homecharge.domain.commands import Command, CommandState
from homecharge.domain.session_state import Status, StopReason
from homecharge.gateway.own_payloads import OwnPayloads
from homecharge.gateway.v16 import SCHEMAS
from homecharge.services.commands import Order, get_command, order_command, rotate_password
from homecharge.simulator.failures import ConnectFailed
from homecharge.storage.models import Message
from tests.engine.house import House
from tests.gateway.charger import Charger, basic, dial
from tests.homes import sign_up

PAYLOADS = OwnPayloads(SCHEMAS)
CALL = 2


def operator(house: House) -> Caller:
    with house.container.database.write() as db:
        return sign_up(db, "Olga", role=Role.OPERATOR)


def order(house: House, olga: Caller, action: str, payload: dict[str, Any] | None = None) -> Command:
    with house.container.database.write() as db:
        wanted = Order(action, payload or {})
        now = house.now()
        ordered = order_command(db, house.charger_id(), wanted, payloads=PAYLOADS, caller=olga, now=now)
    assert isinstance(ordered, Command)
    return ordered


def see(house: House, command: Command) -> Command:
    with house.container.database.read() as db:
        return get_command(db, command.charger_id, command.id)


async def until_over(house: House, command: Command) -> Command:
    await house.until_true(lambda: see(house, command).is_over)
    return see(house, command)


async def until_followed(house: House, command: Command) -> list[tuple[str, dict[str, Any]]]:
    await house.until_true(lambda: bool(see(house, command).follow_ups))
    return [(each.action, each.detail) for each in see(house, command).follow_ups]


async def test_what_a_trigger_asks_for_follows_it_also_when_nobody_stores_such_messages(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        olga = operator(house)
        beat = order(house, olga, "TriggerMessage", {"requestedMessage": "Heartbeat"})
        followed = await until_followed(house, beat)
        status = order(house, olga, "TriggerMessage", {"requestedMessage": "StatusNotification", "connectorId": 1})
        told = await until_followed(house, status)

    over = see(house, beat)
    assert (over.state, over.status, over.answer) == (CommandState.ACCEPTED, "Accepted", {"status": "Accepted"})
    assert over.message_id is not None
    assert followed == [("Heartbeat", {})]
    assert told == [("StatusNotification", {"connector_id": 1, "status": "preparing", "error_code": None})]


async def test_an_operators_stop_ends_the_session_as_its_drivers_would(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        session = await house.until_drawing(house.boost())
        [transaction] = house.transactions()

        stop = order(house, operator(house), "RemoteStopTransaction", {"transactionId": transaction.id})
        over = await until_over(house, stop)
        done = await house.until(session, Status.COMPLETED)

    assert over.state is CommandState.ACCEPTED
    assert done.stop_reason is StopReason.DRIVER
    assert len(cp.received("RemoteStopTransaction")) == 1


async def test_a_charger_that_says_nothing_leaves_it_open_whether_it_was_told(hasty: House) -> None:
    password = hasty.add_charger().ocpp.password
    async with dial(hasty.container.gateway.port, "CP1", headers=basic("CP1", password)) as socket:
        charger = Charger(socket)
        await hasty.until_line(LineState.ONLINE)
        olga = operator(hasty)
        fetch = {"location": "https://files.example/fw", "retrieveDate": "2026-11-20T11:00:00Z"}
        update = order(hasty, olga, "UpdateFirmware", fetch)
        await answer(charger, "UpdateFirmware", {})
        await charger.send([2, "f", "FirmwareStatusNotification", {"status": "Installed"}])
        followed = await until_followed(hasty, update)
        reset = order(hasty, olga, "Reset", {"type": "Hard"})
        await answer(charger, "Reset", None)
        over = await until_over(hasty, reset)

    firmware = hasty.describe().firmware
    assert followed == [("FirmwareStatusNotification", {"status": "Installed"})]
    assert firmware is not None
    assert firmware.status == "Installed"
    assert over.state is CommandState.NO_ANSWER
    assert over.error is not None
    assert over.error.code == "timed_out"


async def test_a_rotated_password_replaces_the_old_one_once_the_charger_has_used_it(house: House) -> None:
    cp = house.charge_point()
    async with cp:
        olga = operator(house)
        with house.container.database.write() as db:
            rotated = rotate_password(db, house.charger_id(), caller=olga, now=house.now())
        over = await until_over(house, rotated)
        [told] = [call for call in cp.received("ChangeConfiguration") if call.payload["key"] == "AuthorizationKey"]
        before = house.charge_point()
        await before.connect()
        await before.close()
    await cp.connect()
    await cp.close()
    with pytest.raises(ConnectFailed) as refused:
        await house.charge_point().connect()

    await house.until_true(lambda: '"AuthorizationKey"' in logged(house))
    assert over.state is CommandState.ACCEPTED
    assert refused.value.status == 401
    assert told.payload["value"] not in logged(house)


async def answer(charger: Charger, action: str, payload: dict[str, Any] | None) -> None:
    """Answer the next call of that action, and whatever comes before it; None says nothing to it."""
    while True:
        frame = await charger.receive()
        if frame[0] != CALL:
            continue
        if frame[2] == action:
            if payload is not None:
                await charger.send([3, frame[1], payload])
            return
        await charger.send([4, frame[1], "NotImplemented", "", {}])


def logged(house: House) -> str:
    with house.container.database.read() as db:
        return "\n".join(db.scalars(select(Message.body)))

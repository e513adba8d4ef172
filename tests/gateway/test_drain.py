"""SIGTERM: what is in work is answered, every socket is closed with 1001, every line is told to be gone."""

import asyncio

import pytest
from websockets.exceptions import ConnectionClosed

from homecharge.gateway.limits import Timing
from homecharge.gateway.server import Gateway
from homecharge.ports.charger_link import ClearCache, Outcome
from tests.fakes.charger_events import RecordingChargerEvents
from tests.gateway.charger import Charger, dial
from tests.gateway.conftest import Connect, Start

AUTHORIZE = [2, "1", "Authorize", {"idTag": "A"}]


async def test_every_socket_is_closed_with_going_away_and_told(
    gateway: Gateway, events: RecordingChargerEvents, connect: Connect
):
    chargers = [await connect(gateway, f"CP-{number}") for number in range(1, 11)]

    await gateway.drain(5)

    codes = [await _close_code(charger) for charger in chargers]
    assert codes == [1001] * 10
    assert events.open_lines == {}
    assert len(events.closed) == 10
    assert not any(gateway.is_connected(f"id-CP-{number}") for number in range(1, 11))


async def _close_code(charger: Charger) -> int | None:
    await charger.socket.wait_closed()
    return charger.socket.close_code


async def test_a_call_in_work_is_answered_first(gateway: Gateway, charger: Charger, events: RecordingChargerEvents):
    gate = events.gate("authorize")
    await charger.send(AUTHORIZE)
    await events.until(lambda: len(events.reports) == 1)
    draining = asyncio.create_task(gateway.drain(5))
    await asyncio.sleep(0)

    gate.set()
    answer = await charger.receive()
    await draining

    assert answer[:2] == [3, "1"]
    assert await _close_code(charger) == 1001


async def test_nobody_is_let_in_any_more(gateway: Gateway, charger: Charger, events: RecordingChargerEvents):
    port = gateway.port
    gate = events.gate("authorize")
    await charger.send(AUTHORIZE)
    await events.until(lambda: len(events.reports) == 1)
    draining = asyncio.create_task(gateway.drain(5))
    await asyncio.sleep(0)

    with pytest.raises(OSError, match=r"Connect|refused"):
        await dial(port, "CP-2")

    gate.set()
    await draining


async def test_our_own_calls_end_with_the_drain(gateway: Gateway, charger: Charger):
    sent = asyncio.create_task(gateway.send("id-CP-1", ClearCache(), timeout_s=30))
    await charger.receive()
    queued = asyncio.create_task(gateway.send("id-CP-1", ClearCache(), timeout_s=30))
    await asyncio.sleep(0)

    await gateway.drain(5)

    assert (await sent).outcome is Outcome.NO_ANSWER
    assert (await queued).outcome is Outcome.NOT_SENT
    assert (await gateway.send("id-CP-1", ClearCache(), timeout_s=30)).outcome is Outcome.NOT_SENT


async def test_what_takes_too_long_is_dropped(start: Start, connect: Connect, events: RecordingChargerEvents):
    gateway = await start(timing=Timing(settle_s=0.1))
    charger = await connect(gateway)
    events.gate("authorize")
    await charger.send(AUTHORIZE)
    await events.until(lambda: len(events.reports) == 1)

    async with asyncio.timeout(5):
        await gateway.drain(0.3)

    with pytest.raises(ConnectionClosed):
        await charger.receive()
    await events.until(lambda: len(events.closed) == 1)
    assert events.open_lines == {}


async def test_a_charger_that_does_not_say_good_bye_does_not_hold_up_the_drain(
    gateway: Gateway, charger: Charger, events: RecordingChargerEvents
):
    assert await charger.is_served()
    charger.socket.transport.pause_reading()

    async with asyncio.timeout(5):
        await gateway.drain(0.3)

    assert len(events.closed) == 1


async def test_messages_read_before_the_line_went_away_are_still_told(
    gateway: Gateway, charger: Charger, events: RecordingChargerEvents
):
    gate = events.gate("transaction_stopped")
    stop = {"transactionId": 7, "meterStop": 5000, "timestamp": "2026-11-20T12:00:00Z"}
    for number in range(3):
        await charger.send([2, str(number), "StopTransaction", stop | {"transactionId": number}])
    await events.until(lambda: len(events.reports) == 1)
    await charger.socket.close()
    closed_meanwhile = list(events.closed)

    gate.set()
    await events.until(lambda: len(events.closed) == 1)

    assert closed_meanwhile == []
    assert len(events.told("transaction_stopped")) == 3
    assert not gateway.is_connected("id-CP-1")

"""Half-open sockets are found by pings, and whoever was heard is told by beats (chargers.md, "Connecting")."""

import asyncio

from homecharge.gateway.limits import Limits, Timing
from tests.fakes.charger_events import RecordingChargerEvents
from tests.gateway.conftest import Connect, Start

PING_S = 0.1


async def test_a_charger_whose_wifi_died_is_closed_after_two_misses(
    start: Start, connect: Connect, events: RecordingChargerEvents
):
    gateway = await start(timing=Timing(ping_s=PING_S))
    began = asyncio.get_running_loop().time()
    charger = await connect(gateway)
    charger.socket.transport.pause_reading()

    await events.until(lambda: len(events.closed) == 1)

    assert asyncio.get_running_loop().time() - began > 2.9 * PING_S
    assert not gateway.is_connected("id-CP-1")


async def test_a_charger_that_answers_pings_stays_and_counts_as_heard(
    start: Start, connect: Connect, events: RecordingChargerEvents
):
    gateway = await start(timing=Timing(ping_s=PING_S, beat_s=0.05))
    await connect(gateway)
    await events.until(lambda: len(events.opened) == 1)
    connection_id = events.opened[0].connection_id

    await events.until(lambda: len({beat[connection_id] for beat in events.beats if connection_id in beat}) >= 8)

    assert gateway.is_connected("id-CP-1")
    assert not events.closed


async def test_a_charger_that_talks_and_never_answers_a_ping_stays(
    start: Start, connect: Connect, events: RecordingChargerEvents
):
    gateway = await start(timing=Timing(ping_s=PING_S))
    charger = await connect(gateway)
    charger.socket.transport.pause_reading()

    for _ in range(20):
        await charger.send([2, "1", "Heartbeat", {}])
        await asyncio.sleep(PING_S / 2)  # the charger's own pace

    assert gateway.is_connected("id-CP-1")
    assert not events.closed


async def test_a_charger_that_we_do_not_listen_to_is_not_blamed_for_its_silence(
    start: Start, connect: Connect, events: RecordingChargerEvents
):
    gateway = await start(timing=Timing(ping_s=PING_S), limits=Limits(waiting_calls=2))
    charger = await connect(gateway)
    gate = events.gate("metered")
    entries = [{"timestamp": "2026-11-20T12:00:00Z", "sampledValue": [{"value": "10"}]}]
    for number in range(10):
        await charger.send([2, str(number), "MeterValues", {"connectorId": 1, "meterValue": entries}])
    await asyncio.sleep(8 * PING_S)  # the database's pace

    gate.set()
    answers = [await charger.receive() for _ in range(10)]

    assert [answer[1] for answer in answers] == [str(number) for number in range(10)]


async def test_a_beat_comes_without_chargers_and_tells_only_news(
    start: Start, connect: Connect, events: RecordingChargerEvents
):
    gateway = await start(timing=Timing(beat_s=0.05))
    await events.until(lambda: len(events.beats) >= 2)
    empty = list(events.beats)
    charger = await connect(gateway)
    await charger.is_served()

    await events.until(lambda: any(events.beats))
    told = len(events.beats)
    await events.until(lambda: len(events.beats) >= told + 2)

    assert not any(empty)
    assert not any(events.beats[told:])


async def test_beats_go_on_after_one_that_failed(start: Start, events: RecordingChargerEvents):
    events.is_away = True
    await start(timing=Timing(beat_s=0.05))
    await events.until(lambda: "heard" in events.failures)

    events.is_away = False
    await events.until(lambda: len(events.beats) >= 1)

    assert events.beats[0] == {}

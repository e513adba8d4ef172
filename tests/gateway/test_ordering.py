"""Messages of one connection keep their order; nobody waits for somebody else's slowness (design.md §3, §7)."""

import asyncio
import contextlib
import socket
import struct

from websockets.exceptions import ConnectionClosed

from homecharge.gateway.limits import Limits, Timing
from homecharge.gateway.server import Gateway
from homecharge.observability.clock import SystemClock
from homecharge.observability.metrics import Metrics
from homecharge.ports.charger_events import Origin, StatusReport
from homecharge.ports.charger_link import ClearCache, Outcome, RemoteStop
from tests.fakes.charger_events import RecordingChargerEvents
from tests.gateway.charger import PASSWORD, Charger, Json
from tests.gateway.conftest import Connect, Start

ID = "id-CP-1"
START = {"connectorId": 1, "idTag": "A", "meterStart": 5, "timestamp": "2026-11-20T12:00:00Z"}
STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
RESET_AT_CLOSE = struct.pack("ii", 1, 0)


async def _receive(charger: Charger, count: int) -> list[Json]:
    return [await charger.receive() for _ in range(count)]


async def test_messages_are_taken_up_one_after_the_other(charger: Charger, events: RecordingChargerEvents):
    gate = events.gate("transaction_started")
    await charger.send([2, "1", "StartTransaction", START])
    await charger.send([2, "2", "StatusNotification", STATUS])
    await charger.send([2, "3", "Heartbeat", {}])
    await (await charger.socket.ping())
    before = [method for method, _, _ in events.reports]

    gate.set()
    answers = await _receive(charger, 3)

    assert before == ["transaction_started"]
    assert [answer[1] for answer in answers] == ["1", "2", "3"]


async def test_an_authorize_overtakes_and_may_be_overtaken(charger: Charger, events: RecordingChargerEvents):
    start, live_check = events.gate("transaction_started"), events.gate("authorize")
    await charger.send([2, "1", "StartTransaction", START])
    await charger.send([2, "2", "Authorize", {"idTag": "A"}])
    await events.until(lambda: len(events.reports) == 2)

    live_check.set()
    first = await charger.receive()
    live_check.clear()
    await charger.send([2, "3", "Authorize", {"idTag": "B"}])
    await events.until(lambda: len(events.reports) == 3)
    start.set()
    second = await charger.receive()
    live_check.set()
    third = await charger.receive()

    assert [first[1], second[1], third[1]] == ["2", "1", "3"]


async def test_of_more_live_checks_than_may_be_in_work_the_last_are_refused_and_nothing_waits_for_any(
    charger: Charger, events: RecordingChargerEvents
):
    gate, most = events.gate("authorize"), Limits().overtaking_calls
    for number in range(most + 2):
        await charger.send([2, str(number), "Authorize", {"idTag": "A"}])
    await charger.send([2, "beat", "Heartbeat", {}])
    refused = await _receive(charger, 2)
    beat = await charger.receive()
    in_work = len(events.told("authorize"))

    gate.set()
    answers = await _receive(charger, most)
    await charger.send([2, "again", "Authorize", {"idTag": "A"}])
    again = await charger.receive()

    assert in_work == most
    assert [answer[:3] for answer in refused] == [[4, str(most + extra), "InternalError"] for extra in range(2)]
    assert beat[:2] == [3, "beat"]
    assert {answer[1] for answer in answers} == {str(number) for number in range(most)}
    assert again[:2] == [3, "again"]


async def test_a_start_that_waits_for_a_live_check_holds_up_nothing_however_many_cards_are_asked_about(
    charger: Charger, events: RecordingChargerEvents
):
    gate, events.provider = events.gate("authorize"), asyncio.Event()
    for number in range(Limits().overtaking_calls):
        await charger.send([2, str(number), "Authorize", {"idTag": "A"}])
    await charger.send([2, "start", "StartTransaction", START])
    await charger.send([2, "beat", "Heartbeat", {}])
    beat = await charger.receive()

    events.provider.set()
    start = await charger.receive()
    gate.set()

    assert (beat[1], start[1]) == ("beat", "start")


async def test_a_slow_message_does_not_hold_up_answers_to_our_calls(
    gateway: Gateway, charger: Charger, events: RecordingChargerEvents
):
    gate = events.gate("transaction_started")
    await charger.send([2, "1", "StartTransaction", START])
    await events.until(lambda: len(events.reports) == 1)

    pending = asyncio.create_task(gateway.send(ID, RemoteStop(7), timeout_s=5))
    call = await charger.receive()
    await charger.send([3, call[1], {"status": "Accepted"}])

    assert (await pending).outcome is Outcome.ACCEPTED
    gate.set()
    assert (await charger.receive())[1] == "1"


class _AskingBack(RecordingChargerEvents):
    """Asks the charger something before it answers its StatusNotification."""

    gateway: Gateway

    async def status_reported(self, origin: Origin, report: StatusReport) -> None:
        reply = await self.gateway.send(origin.line.charger_id, ClearCache(), timeout_s=5)
        assert reply.outcome is Outcome.ACCEPTED
        await super().status_reported(origin, report)


async def test_a_call_made_while_answering_does_not_deadlock_though_other_messages_fill_the_queue(connect: Connect):
    events = _AskingBack({"CP-1": PASSWORD})
    gateway = events.gateway = Gateway(
        host="127.0.0.1", port=0, clock=SystemClock(), metrics=Metrics(), limits=Limits(waiting_calls=2)
    )
    await gateway.start(events)
    charger = await connect(gateway)

    await charger.send([2, "status", "StatusNotification", STATUS])
    for number in range(50):
        await charger.send([2, str(number), "Heartbeat", {}])
    call = await charger.receive()
    await charger.send([3, call[1], {"status": "Accepted"}])
    answers = await _receive(charger, 51)

    assert [answer[1] for answer in answers] == ["status", *map(str, range(50))]
    await gateway.drain(1)


async def test_a_charger_that_asks_faster_than_it_is_answered_is_slowed_down_and_loses_nothing(
    start: Start, connect: Connect, events: RecordingChargerEvents
):
    gateway = await start(limits=Limits(waiting_calls=4))
    charger = await connect(gateway)
    gate = events.gate("transaction_started")
    await charger.send([2, "start", "StartTransaction", START])
    data = "x" * 100_000

    flood = asyncio.create_task(_flood(charger, data, count=300))
    _, unsent = await asyncio.wait([flood], timeout=0.5)
    read_meanwhile = len(events.frames)
    gate.set()
    answers = await _receive(charger, 301)
    await flood

    assert unsent
    assert read_meanwhile < 50
    assert [answer[1] for answer in answers] == ["start", *map(str, range(300))]


async def _flood(charger: Charger, data: str, *, count: int) -> None:
    for number in range(count):
        await charger.send([2, str(number), "DataTransfer", {"vendorId": "V", "data": data}])


async def test_a_charger_that_never_reads_is_dropped_and_holds_up_nobody(
    start: Start, connect: Connect, events: RecordingChargerEvents
):
    gateway = await start(timing=Timing(write_s=0.3))
    deaf = await connect(gateway, "CP-1", sock=_small_socket(gateway.port))
    other = await connect(gateway, "CP-2")
    deaf.socket.transport.pause_reading()

    babble = asyncio.create_task(_babble(deaf))
    async with asyncio.timeout(20):
        while not babble.done():
            assert await other.is_served()
        await events.until(lambda: len(events.closed) == 1)

    assert not gateway.is_connected("id-CP-1")
    assert gateway.is_connected("id-CP-2")


async def test_what_a_charger_sent_that_never_reads_is_told_though_it_resets_the_line(
    gateway: Gateway, connect: Connect, events: RecordingChargerEvents
):
    deaf = await connect(gateway, sock=_small_socket(gateway.port))
    deaf.socket.transport.pause_reading()
    babble = asyncio.create_task(_babble(deaf))
    read = -1
    while read < len(events.frames):
        read = len(events.frames)
        await asyncio.sleep(0.3)

    deaf.socket.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    deaf.socket.transport.abort()
    await babble
    await events.until(lambda: len(events.closed) == 1)

    assert len(events.told("status_reported")) == sum(frame.direction == "in" for frame in events.frames)


async def _babble(charger: Charger) -> None:
    with contextlib.suppress(ConnectionClosed):
        while True:
            await charger.send([2, "x" * 255, "StatusNotification", STATUS])


def _small_socket(port: int) -> socket.socket:
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.setblocking(False)  # noqa: FBT003 - the standard library's signature
    return client

"""Whatever comes in, the line lives on: a Heartbeat that follows is answered."""

import asyncio
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from homecharge.gateway import rpc
from homecharge.gateway.server import Gateway
from homecharge.gateway.v16 import INBOUND
from homecharge.observability.clock import SystemClock
from homecharge.observability.metrics import Metrics
from tests.fakes.charger_events import RecordingChargerEvents
from tests.gateway.charger import PASSWORD, Charger, dial

_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=30),
    st.just("2026-11-20T12:00:00Z"),
)
_NAMES = st.text(max_size=5) | st.sampled_from(
    [
        "connectorId",
        "idTag",
        "meterStart",
        "meterStop",
        "timestamp",
        "transactionId",
        "meterValue",
        "sampledValue",
        "value",
        "unit",
        "measurand",
        "phase",
        "status",
        "errorCode",
        "chargePointVendor",
        "chargePointModel",
        "vendorId",
    ]
)
_JSON = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=6), max_leaves=20
)
_ACTIONS = st.sampled_from([message.action for message in INBOUND]) | st.text(max_size=10)
_CALLS = st.tuples(st.just(2), st.text(max_size=5), _ACTIONS, st.dictionaries(_NAMES, _JSON, max_size=8))
_ALMOST = st.lists(st.one_of(st.integers(0, 5), _ACTIONS, _JSON), max_size=6)
_FRAMES = st.one_of(st.binary(max_size=200), st.one_of(_CALLS, _ALMOST, _JSON).map(json.dumps))


@settings(max_examples=60)
@given(st.lists(_FRAMES, max_size=12))
def test_no_frame_kills_the_line(frames: list[bytes | str]):
    events = asyncio.run(_converse(frames))

    assert [frame.body.startswith('[2, "the last"') for frame in events.frames if frame.direction == "in"][-1]
    assert not any(
        "\x00" in part for frame in events.frames for part in (frame.body, frame.ocpp_id or "", frame.action or "")
    )


async def _converse(frames: list[bytes | str]) -> RecordingChargerEvents:
    events = RecordingChargerEvents({"CP-1": PASSWORD})
    gateway = Gateway(host="127.0.0.1", port=0, clock=SystemClock(), metrics=Metrics())
    await gateway.start(events)
    async with asyncio.timeout(20), dial(gateway.port) as socket:
        charger = Charger(socket)
        for frame in frames:
            await charger.send(frame)
        await charger.send([2, "the last", "Heartbeat", {}])
        while (await charger.receive())[1] != "the last":
            pass
    await gateway.drain(2)
    return events


@given(st.binary(max_size=300) | _JSON.map(lambda value: json.dumps(value).encode()))
def test_reading_a_frame_never_raises(data: bytes):
    message = rpc.parse(data)

    assert isinstance(message, rpc.Call | rpc.Result | rpc.Error | rpc.Malformed)


@given(
    st.text(max_size=50),
    st.text(max_size=50),
    st.dictionaries(st.text(max_size=5), st.text() | st.integers(-(2**53), 2**53), max_size=5),
)
def test_what_is_written_is_read_again(id_: str, action: str, payload: dict[str, Any]):
    frame = rpc.call(id_, action, payload)

    message = rpc.parse(frame)

    assert isinstance(message, rpc.Call)
    if b"\\u0000" not in frame:
        assert message == rpc.Call(id_, action, payload)

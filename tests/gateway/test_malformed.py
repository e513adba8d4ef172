"""What is no frame is refused where its id can be read, else dropped; the line lives on (chargers.md, "Malformed")."""

import json
from typing import Any

import pytest

from homecharge.gateway.limits import Limits
from tests.fakes.charger_events import RecordingChargerEvents
from tests.gateway.charger import Charger
from tests.gateway.conftest import Connect, Start

DEEP = '{"vendorId":"V","data":' + "[" * 600 + '"\\u0000"' + "]" * 600 + "}"
TRUNCATED = '[2,"7","Heartbeat",{'


@pytest.mark.parametrize(
    "frame",
    [
        TRUNCATED,
        '[2,"7"]',
        '[2,"7","Heartbeat"]',
        '[2,"7","Heartbeat",null]',
        '[2,"7","Heartbeat",[]]',
        '[2,"7","Heartbeat",{},{}]',
        '[2,"7",5,{}]',
        '[2,"7",null,{}]',
        '[2,"7",{"action":"Heartbeat"},{}]',
        ' [ 2 , "7" , "Authorize" , {"idTag": "\\ud800"} ]',
        b'[2,"7","Authorize",{"idTag":"\xff"}]',
        '[2,"7","Heartbeat",' + "[" * 2000,
        f'[2,"7","DataTransfer",{DEEP}]',
        '[2,"7","Heartbeat",{"value":1e999}]',
    ],
)
async def test_a_broken_call_is_refused_where_its_id_can_be_read(charger: Charger, frame: str | bytes):
    await charger.send(frame)
    refusal = await charger.receive()

    assert refusal[:3] == [4, "7", "FormationViolation"]
    assert refusal[4] == {}
    assert await charger.is_served()


async def test_a_numeric_message_id_is_refused_with_that_id(charger: Charger):
    await charger.send([2, 7, "Heartbeat", {}])

    assert (await charger.receive())[:3] == [4, 7, "FormationViolation"]


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "hello",
        "null",
        "{}",
        "[]",
        "[2]",
        "[2,null,1,{}]",
        '["2","7","Heartbeat",{}]',
        '[5,"7","Heartbeat",{}]',
        '[1e999,"7"]',
        json.dumps([2, "x" * 2000, "Heartbeat", {}]),
        b"\x00\xff\xfe",
        '[3,"7",{}]',
        '[3,"7"]',
        '[3,"7",null]',
        '[4,"7"]',
        '[4,"7","GenericError","",{}]',
    ],
)
async def test_what_cannot_be_answered_is_dropped_and_the_line_lives_on(charger: Charger, frame: str | bytes):
    await charger.send(frame)

    assert await charger.is_served()


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("Nonsense", "NotImplemented"),
        ("", "NotImplemented"),
        ("heartbeat", "NotImplemented"),
        ("RemoteStartTransaction", "NotSupported"),
        ("SecurityEventNotification", "NotSupported"),
    ],
)
async def test_an_action_that_we_do_not_answer_is_refused_by_name(charger: Charger, action: str, code: str):
    refusal = await charger.ask(action, {})

    assert refusal[:3] == [4, "1", code]


_START = {"connectorId": 1, "idTag": "A", "meterStart": 0, "timestamp": "2026-11-20T12:00:00Z"}


@pytest.mark.parametrize(
    ("action", "payload", "code"),
    [
        ("Authorize", {}, "ProtocolError"),
        ("Authorize", {"idTag": 5}, "TypeConstraintViolation"),
        ("Authorize", {"idTag": None}, "ProtocolError"),
        ("Authorize", {"idTag": "X" * 21}, "PropertyConstraintViolation"),
        ("StartTransaction", _START | {"idTag": "X" * 21}, "PropertyConstraintViolation"),
        ("StartTransaction", _START | {"connectorId": "1"}, "TypeConstraintViolation"),
        ("StartTransaction", _START | {"connectorId": 0}, "PropertyConstraintViolation"),
        ("StartTransaction", _START | {"connectorId": -1}, "PropertyConstraintViolation"),
        ("StartTransaction", _START | {"connectorId": 2**40}, "PropertyConstraintViolation"),
        ("StartTransaction", _START | {"meterStart": 1.5}, "TypeConstraintViolation"),
        ("StartTransaction", _START | {"meterStart": 2**63}, "PropertyConstraintViolation"),
        ("MeterValues", {"connectorId": 1, "meterValue": []}, "OccurenceConstraintViolation"),
        ("MeterValues", {"connectorId": 1, "meterValue": {}}, "TypeConstraintViolation"),
        ("MeterValues", {"connectorId": 1, "meterValue": [None]}, "TypeConstraintViolation"),
        ("MeterValues", {"connectorId": 1, "meterValue": [{"sampledValue": [{"value": "1"}]}]}, "ProtocolError"),
        ("StatusNotification", {"connectorId": 1, "status": 5, "errorCode": "NoError"}, "TypeConstraintViolation"),
        ("BootNotification", {"chargePointVendor": "V"}, "ProtocolError"),
    ],
)
async def test_a_payload_that_breaks_the_schema_is_refused_by_kind(
    charger: Charger, events: RecordingChargerEvents, action: str, payload: dict[str, Any], code: str
):
    refusal = await charger.ask(action, payload)

    assert refusal[:3] == [4, "1", code]
    assert not events.reports
    assert await charger.is_served()


async def test_a_refusal_echoes_nothing_of_the_payload(charger: Charger):
    secret = "04A1B2C3D4E5F6A7B8C9D0E1"
    refusals = [
        await charger.ask("Authorize", {"idTag": secret}),
        await charger.ask("Authorize", {"idTag": {"secret": secret}}),
        await charger.ask("MeterValues", {secret: secret, "connectorId": secret}),
        await charger.ask(secret, {}),
    ]
    await charger.send(f'[2,"1","Authorize",{{"idTag":"{secret}"')
    refusals.append(await charger.receive())

    assert [refusal[0] for refusal in refusals] == [4] * 5
    assert secret not in json.dumps(refusals)


async def test_a_five_megabyte_call_is_refused_and_the_line_lives_on(charger: Charger):
    await charger.send([2, "7", "DataTransfer", {"vendorId": "V", "data": "x" * 5_000_000}])

    assert (await charger.receive())[:3] == [4, "7", "FormationViolation"]
    assert await charger.is_served()


async def test_a_frame_without_end_or_id_of_five_megabytes_is_dropped(charger: Charger, events: RecordingChargerEvents):
    await charger.send("x" * 5_000_000)

    assert await charger.is_served()
    assert len(events.frames[0].body) <= Limits().logged_bytes


async def test_a_frame_beyond_what_a_socket_may_carry_ends_the_line(
    start: Start, connect: Connect, events: RecordingChargerEvents
):
    charger = await connect(await start(limits=Limits(frame_bytes=1000, socket_bytes=10_000)))

    await charger.send("x" * 20_000)
    await charger.socket.wait_closed()
    await events.until(lambda: len(events.closed) == 1)

    assert charger.socket.close_code == 1009


async def test_a_message_in_fragments_is_one_message(charger: Charger):
    await charger.socket.send(["[2,", '"7",', '"Heartbeat"', ",{}]"])

    assert (await charger.receive())[:2] == [3, "7"]


async def test_every_frame_is_in_the_message_log_both_ways(charger: Charger, events: RecordingChargerEvents):
    await charger.ask("Heartbeat", {}, id_="1")
    await charger.ask("Nonsense", {}, id_="2")
    await charger.send("garbage \x00")
    await charger.send(TRUNCATED)
    await charger.receive()

    assert [(frame.direction, frame.kind, frame.action, frame.ocpp_id) for frame in events.frames] == [
        ("in", "call", "Heartbeat", "1"),
        ("out", "result", "Heartbeat", "1"),
        ("in", "call", "Nonsense", "2"),
        ("out", "error", "Nonsense", "2"),
        ("in", "malformed", None, None),
        ("in", "malformed", None, "7"),
        ("out", "error", None, "7"),
    ]
    assert events.frames[0].body == '[2, "1", "Heartbeat", {}]'
    assert "\x00" not in events.frames[4].body
    assert [frame.id for frame in events.frames] == sorted(frame.id for frame in events.frames)
    assert {frame.connection_id for frame in events.frames} == {events.opened[0].connection_id}

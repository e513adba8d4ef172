"""Each message of a charger: what it tells, and how it is answered."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from homecharge.domain.authorization_codes import Code
from homecharge.domain.charger_state import ConnectorStatus
from homecharge.ports.charger_events import (
    Boot,
    Frame,
    MeterReport,
    Sample,
    StatusReport,
    TagVerdict,
    TransactionStart,
    TransactionStop,
)
from tests.fakes.charger_events import HEARTBEAT_S, RecordingChargerEvents
from tests.gateway.charger import Charger

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
START = {"connectorId": 1, "idTag": "A", "meterStart": 5, "timestamp": "2026-11-20T12:00:00Z"}
METERED = {"timestamp": "2026-11-20T12:00:00Z", "sampledValue": [{"value": "10", "phase": None, "unit": None}]}


def _instant(text: str) -> datetime:
    assert text.endswith("Z")
    return datetime.fromisoformat(text)


async def test_a_boot_is_accepted_with_the_time_and_the_interval(charger: Charger, events: RecordingChargerEvents):
    before = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - what a charger's clock would show

    answer = await charger.ask(
        "BootNotification",
        {
            "chargePointVendor": "Vendor",
            "chargePointModel": "Model",
            "firmwareVersion": "1.2.3",
            "chargeBoxSerialNumber": "S1",
        },
    )

    assert (answer[2]["status"], answer[2]["interval"]) == ("Accepted", HEARTBEAT_S)
    assert _instant(answer[2]["currentTime"]) >= before
    assert events.told("booted") == [Boot("Vendor", "Model", "1.2.3", "S1")]


async def test_a_heartbeat_is_answered_with_the_time(charger: Charger):
    answer = await charger.ask("Heartbeat", {})

    assert _instant(answer[2]["currentTime"]).tzinfo is UTC


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Available", ConnectorStatus.AVAILABLE),
        ("Preparing", ConnectorStatus.PREPARING),
        ("Charging", ConnectorStatus.CHARGING),
        ("SuspendedEV", ConnectorStatus.SUSPENDED_EV),
        ("SuspendedEVSE", ConnectorStatus.SUSPENDED_EVSE),
        ("Finishing", ConnectorStatus.FINISHING),
        ("Reserved", ConnectorStatus.RESERVED),
        ("Unavailable", ConnectorStatus.UNAVAILABLE),
        ("Faulted", ConnectorStatus.FAULTED),
        ("Occupied", ConnectorStatus.UNKNOWN),
    ],
)
async def test_a_status_is_reported_in_our_words(
    charger: Charger, events: RecordingChargerEvents, word: str, status: ConnectorStatus
):
    answer = await charger.ask("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": word})

    assert answer == [3, "1", {}]
    assert events.told("status_reported") == [StatusReport(1, status, None, None, None, None)]


async def test_a_fault_comes_with_its_evidence(charger: Charger, events: RecordingChargerEvents):
    await charger.ask(
        "StatusNotification",
        {
            "connectorId": 0,
            "errorCode": "SomethingOfTheVendors",
            "status": "Faulted",
            "info": "i" * 80,
            "vendorId": "V",
            "vendorErrorCode": "E12\0\0",
            "timestamp": "2026-11-20T13:00:00+01:00",
        },
    )

    assert events.told("status_reported") == [
        StatusReport(0, ConnectorStatus.FAULTED, "SomethingOfTheVendors", "i" * 50, "E12", NOON)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T12:00:00Z",
        "2026-11-20T12:00:00",
        "2026-11-20 12:00:00",
        "2026-11-20T12:00:00.000Z",
        "2026-11-20T12:00:00.0000000Z",
        "2026-11-20T12:00:00+00:00",
        "2026-11-20T14:00:00+0200",
        "2026-11-20t12:00:00z",
        " 2026-11-20T12:00:00Z ",
    ],
)
async def test_an_instant_is_read_with_or_without_zone_and_fraction(
    charger: Charger, events: RecordingChargerEvents, text: str
):
    await charger.ask(
        "StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Available", "timestamp": text}
    )

    assert events.told("status_reported") == [StatusReport(1, ConnectorStatus.AVAILABLE, None, None, None, NOON)]


@pytest.mark.parametrize("text", ["", "yesterday", "0000-00-00T00:00:00Z", "0001-01-01T00:00:00+14:00"])
async def test_a_start_whose_instant_cannot_be_read_began_when_it_arrived(
    charger: Charger, events: RecordingChargerEvents, text: str
):
    answer = await charger.ask("StartTransaction", {"connectorId": 1, "idTag": "A", "meterStart": 5, "timestamp": text})

    (_, origin, start) = events.reports[0]
    assert answer[0] == 3
    assert isinstance(start, TransactionStart)
    assert start.timestamp == origin.at


async def test_a_start_gets_its_transaction_and_a_verdict_on_the_tag(charger: Charger, events: RecordingChargerEvents):
    events.verdict = TagVerdict(Code.REMOTE_START, expires_at=NOON, parent_id_tag="GROUP")
    payload = {"connectorId": 1, "idTag": "04a1", "meterStart": 1200, "timestamp": "2026-11-20T12:00:00Z"}

    first = await charger.ask("StartTransaction", payload, id_="1")
    repeated = await charger.ask("StartTransaction", payload, id_="2")

    assert first[2] == {
        "transactionId": 1,
        "idTagInfo": {"status": "Accepted", "expiryDate": "2026-11-20T12:00:00Z", "parentIdTag": "GROUP"},
    }
    assert repeated[2] == first[2]
    assert events.told("transaction_started")[0] == TransactionStart(1, "04a1", 1200, NOON)


async def test_a_stop_is_told_with_its_samples(charger: Charger, events: RecordingChargerEvents):
    events.stop_verdict = TagVerdict(Code.UNKNOWN_CARD)

    answer = await charger.ask(
        "StopTransaction",
        {
            "transactionId": 7,
            "idTag": "A",
            "meterStop": 5000,
            "timestamp": "2026-11-20T12:00:00Z",
            "reason": "EVDisconnected",
            "transactionData": [
                {"timestamp": "2026-11-20T12:00:00Z", "sampledValue": [{"value": "5", "unit": "kWh"}]},
            ],
        },
    )

    assert answer == [3, "1", {"idTagInfo": {"status": "Invalid"}}]
    assert events.told("transaction_stopped") == [
        TransactionStop(7, "A", 5000, NOON, "EVDisconnected", (Sample(NOON, 5000, None, None, None),))
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, (7, "Local")),
        ({"reason": "Remote"}, (7, "Remote")),
        ({"reason": "Because"}, (7, "Other")),
        ({"reason": 5}, (7, "Local")),
        ({"transactionId": -1}, (-1, "Local")),
        ({"transactionId": 2**40}, (-1, "Local")),
        ({"transactionData": []}, (7, "Local")),
        ({"transactionData": "broken"}, (7, "Local")),
        ({"transactionData": [{"timestamp": "x", "sampledValue": []}, {"sampledValue": 5}]}, (7, "Local")),
        ({"meterStop": 5000.0}, (7, "Local")),
    ],
)
async def test_a_stop_is_answered_whatever_its_optional_parts_are_like(
    charger: Charger, events: RecordingChargerEvents, change: dict[str, Any], expected: tuple[int, str]
):
    payload = {"transactionId": 7, "meterStop": 5000, "timestamp": "2026-11-20T12:00:00Z"} | change

    answer = await charger.ask("StopTransaction", payload)

    (stop,) = events.told("transaction_stopped")
    assert answer == [3, "1", {}]
    assert isinstance(stop, TransactionStop)
    assert (stop.transaction_id, stop.reason) == expected
    assert stop.meter_wh == 5000
    assert stop.samples == ()


async def test_meter_values_are_told_with_and_without_a_transaction(charger: Charger, events: RecordingChargerEvents):
    entries = [{"timestamp": "2026-11-20T12:00:00Z", "sampledValue": [{"value": "10"}]}]

    await charger.ask("MeterValues", {"connectorId": 1, "transactionId": 7, "meterValue": entries})
    await charger.ask("MeterValues", {"connectorId": 0, "meterValue": entries})

    samples = (Sample(NOON, 10, None, None, None),)
    assert events.told("metered") == [MeterReport(1, 7, samples), MeterReport(0, None, samples)]


async def test_vendor_fields_are_dropped_wherever_they_are(charger: Charger, events: RecordingChargerEvents):
    answer = await charger.ask(
        "MeterValues",
        {
            "connectorId": 1,
            "vendor": {"deep": [1]},
            "meterValue": [
                {
                    "timestamp": "2026-11-20T12:00:00Z",
                    "x": 1,
                    "sampledValue": [{"value": "10", "y": None}, {"value": "5", "measurand": "Vendor.Special"}],
                }
            ],
        },
    )

    assert answer == [3, "1", {}]
    assert events.told("metered") == [MeterReport(1, None, (Sample(NOON, 10, None, None, None),))]


@pytest.mark.parametrize(("written", "read"), [(7, 7), (-1, None), (2**40, None), ("seven", None)])
async def test_the_reservation_that_a_start_uses_up_is_told_where_it_can_be_ours(
    charger: Charger, events: RecordingChargerEvents, written: object, read: int | None
):
    answer = await charger.ask("StartTransaction", START | {"reservationId": written})

    assert answer[0] == 3
    assert [start.reservation_id for start in events.told("transaction_started")] == [read]


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        (
            "BootNotification",
            {"chargePointVendor": "V", "chargePointModel": "M", "iccid": None, "firmwareVersion": None},
        ),
        ("StatusNotification", {"connectorId": 1, "status": "Available", "errorCode": "NoError", "vendorId": None}),
        ("StartTransaction", START | {"reservationId": None}),
        ("MeterValues", {"connectorId": 1, "transactionId": None, "meterValue": [METERED]}),
        ("StopTransaction", {"transactionId": 7, "meterStop": 5, "timestamp": "2026-11-20T12:00:00Z", "idTag": None}),
    ],
)
async def test_an_optional_value_that_is_null_is_absent(
    charger: Charger, events: RecordingChargerEvents, action: str, payload: dict[str, Any]
):
    with_nulls = await charger.ask(action, payload)
    without = await charger.ask(action, json.loads(json.dumps(payload), object_hook=_without_nulls))

    (_, _, told), (_, _, same) = events.reports
    assert with_nulls[0] == without[0] == 3
    assert told == same


def _without_nulls(value: dict[str, Any]) -> dict[str, Any]:
    return {name: inner for name, inner in value.items() if inner is not None}


@pytest.mark.parametrize(
    ("codes", "status", "plain"),
    [
        ("G10 G20 G30 G40 G50 G60 G70", "Accepted", "Accepted"),
        ("A00 A01 A10 A11 A20 A30 A32 A50 A60 A61 A70 A74 A75 A90 A99", "Invalid", "Invalid"),
        ("A31 A40 A71 A73", "Blocked", "Invalid"),
        ("A12 A72", "Expired", "Invalid"),
        ("A80", "ConcurrentTx", "ConcurrentTx"),
    ],
)
async def test_an_authorize_is_answered_with_the_verdict_in_the_words_of_1_6(
    charger: Charger, events: RecordingChargerEvents, codes: str, status: str, plain: str
):
    for code in map(Code, codes.split()):
        for is_plain, said in ((False, status), (True, plain)):
            events.verdict = TagVerdict(code, is_plain=is_plain)

            answer = await charger.ask("Authorize", {"idTag": "04A1B2C3"})

            assert answer == [3, "1", {"idTagInfo": {"status": said}}]
    assert set(events.told("authorize")) == {"04A1B2C3"}


async def test_a_start_whose_card_is_asked_about_elsewhere_lets_other_messages_go_first(
    charger: Charger, events: RecordingChargerEvents
):
    events.provider = asyncio.Event()
    start = {"connectorId": 1, "idTag": "A", "meterStart": 5, "timestamp": "2026-11-20T12:00:00Z"}
    await charger.send([2, "start", "StartTransaction", start])

    beat = await charger.ask("Heartbeat", {}, id_="beat")
    events.provider.set()
    answer = await charger.receive()

    assert beat[0] == 3
    assert answer == [3, "start", {"transactionId": 1, "idTagInfo": {"status": "Accepted"}}]


async def test_a_start_whose_card_cannot_be_decided_after_all_is_to_be_repeated(
    charger: Charger, events: RecordingChargerEvents
):
    events.provider = asyncio.Event()
    start = {"connectorId": 1, "idTag": "A", "meterStart": 5, "timestamp": "2026-11-20T12:00:00Z"}
    await charger.send([2, "start", "StartTransaction", start])
    await events.until(lambda: bool(events.told("transaction_started")))
    events.is_away = True
    events.provider.set()

    answer = await charger.receive()

    assert answer[:3] == [4, "start", "InternalError"]


async def test_a_vendors_message_is_answered_with_unknown_vendor(charger: Charger):
    answer = await charger.ask("DataTransfer", {"vendorId": "V", "messageId": "m", "data": {"not": "a string"}})

    assert answer == [3, "1", {"status": "UnknownVendorId"}]


async def test_updates_and_uploads_are_reported(charger: Charger, events: RecordingChargerEvents):
    firmware = await charger.ask("FirmwareStatusNotification", {"status": "Installing"})
    diagnostics = await charger.ask("DiagnosticsStatusNotification", {"status": "Uploading"})

    assert firmware[2] == diagnostics[2] == {}
    assert events.told("firmware_reported") == ["Installing"]
    assert events.told("diagnostics_reported") == ["Uploading"]


async def test_a_report_says_which_logged_frame_it_came_in(charger: Charger, events: RecordingChargerEvents):
    await charger.ask("Authorize", {"idTag": "A"})

    (_, origin, _) = events.reports[0]
    frame: Frame = events.frames[0]
    assert (origin.message_id, origin.at, origin.line) == (frame.id, frame.at, events.opened[0])


async def test_while_the_database_is_away_a_charger_is_asked_to_repeat(
    charger: Charger, events: RecordingChargerEvents
):
    events.is_away = True
    refused = await charger.ask("StartTransaction", START, id_="1")
    events.is_away = False

    repeated = await charger.ask("StartTransaction", START, id_="2")

    assert refused[:3] == [4, "1", "InternalError"]
    assert repeated[2]["transactionId"] == 1


async def test_a_defect_of_ours_costs_one_answer_and_not_the_line(charger: Charger, events: RecordingChargerEvents):
    events.is_broken = True
    refused = await charger.ask("Authorize", {"idTag": "A"})

    assert refused[:3] == [4, "1", "InternalError"]
    assert await charger.is_served()

"""Connecting, booting, losing the line, and the OCPP-J rules, over a real socket."""

import asyncio
from typing import Any

import pytest

from homecharge.simulator.charge_point import ChargePoint
from homecharge.simulator.failures import CallRefused, ConnectFailed, LineDown, NoAnswer
from tests.simulator.conftest import MakeChargePoint
from tests.simulator.strict_server import SILENCE, CallError, StrictServer

NORMAL, ABNORMAL = 1000, 1006


async def test_it_boots_and_then_reports_every_connector(server: StrictServer, make: MakeChargePoint):
    charge_point = make(connectors=2)

    await charge_point.connect()

    assert server.actions() == ["BootNotification"] + ["StatusNotification"] * 3
    assert [body["connectorId"] for body in server.bodies("StatusNotification")] == [0, 1, 2]
    assert {body["status"] for body in server.bodies("StatusNotification")} == {"Available"}


async def test_it_reports_its_statuses_before_the_boot_where_told_to(server: StrictServer, make: MakeChargePoint):
    charge_point = make(status_before_boot=True)

    await charge_point.connect()

    assert server.actions() == ["StatusNotification", "StatusNotification", "BootNotification"]


async def test_its_statuses_may_lack_the_timestamp(server: StrictServer, make: MakeChargePoint):
    charge_point = make(status_timestamps=False)

    await charge_point.connect()

    assert [set(body) for body in server.bodies("StatusNotification")] == [{"connectorId", "errorCode", "status"}] * 2


@pytest.mark.parametrize("verdict", ["Pending", "Rejected"])
async def test_it_repeats_a_boot_that_is_not_accepted_and_says_nothing_else(
    server: StrictServer, make: MakeChargePoint, verdict: str
):
    verdicts = iter([verdict, "Accepted"])
    server.answers["BootNotification"] = lambda _: {
        "status": next(verdicts),
        "currentTime": "2026-11-20T00:00:00Z",
        "interval": 0,
    }
    charge_point = make(retry_s=0.05)

    await charge_point.connect()

    assert server.actions()[:3] == ["BootNotification", "BootNotification", "StatusNotification"]


async def test_a_boot_that_failed_is_repeated(server: StrictServer, make: MakeChargePoint):
    failures = iter([CallError("InternalError")])
    friendly = server.friendly("BootNotification")

    def answer(body: dict[str, Any]) -> object:
        for failure in failures:
            raise failure
        return friendly(body)

    server.answers["BootNotification"] = answer
    charge_point = make(retry_s=0.02)

    await charge_point.connect()

    assert len(server.bodies("BootNotification")) == 2


async def test_a_line_lost_while_booting_is_told(server: StrictServer, make: MakeChargePoint):
    server.answers["BootNotification"] = lambda _: SILENCE
    charge_point = make()
    connecting = asyncio.ensure_future(charge_point.connect())
    await server.until(lambda: server.bodies("BootNotification"))

    await server.line.close()

    with pytest.raises(LineDown):
        await connecting


async def test_it_backs_off_until_there_is_a_server_again(server: StrictServer, make: MakeChargePoint):
    charge_point = make(reconnect_s=0.01)
    charge_point.reconnect = True
    await charge_point.connect()
    password, server.password = server.password, "changed"

    await server.line.close()
    await charge_point.journal.until(lambda: charge_point.journal.counters.refused_connects >= 2, within_s=5)
    server.password = password
    await charge_point.wait_connected()

    assert charge_point.journal.counters.connects == 2


async def test_a_wrong_password_is_refused_with_its_status(server: StrictServer, make: MakeChargePoint):
    charge_point = make()
    charge_point.password = "wrong"

    with pytest.raises(ConnectFailed) as refusal:
        await charge_point.connect()

    assert refusal.value.status == 401


async def test_an_unknown_subprotocol_is_no_connection(server: StrictServer, make: MakeChargePoint):
    charge_point = make()
    charge_point.subprotocols = ("ocpp9.9",)

    with pytest.raises(ConnectFailed):
        await charge_point.connect()

    assert not charge_point.connected


async def test_heartbeats_come_at_the_interval_of_the_boot(server: StrictServer, make: MakeChargePoint):
    server.answers["BootNotification"] = lambda _: {
        "status": "Accepted",
        "currentTime": "2026-11-20T00:00:00Z",
        "interval": 1,
    }
    charge_point = make()

    await charge_point.connect()
    await server.until(lambda: server.bodies("Heartbeat"))

    assert charge_point.configuration.value("HeartbeatInterval") == "1"


async def test_it_keeps_one_call_outstanding_while_the_server_thinks(server: StrictServer, cp: ChargePoint):
    server.think_s = 0.02

    await asyncio.gather(cp.plug_in(), cp.present_card("CARD"), *[cp.call("Heartbeat", {}) for _ in range(5)])

    assert len(server.bodies("Heartbeat")) == 5
    assert server.violations == []


async def test_dropping_the_line_sends_no_close_frame(server: StrictServer, cp: ChargePoint):
    await cp.drop_line()

    await server.until(lambda: server.closed)
    assert server.closed == [ABNORMAL]
    assert not cp.connected


async def test_disconnecting_closes_cleanly(server: StrictServer, cp: ChargePoint):
    await cp.disconnect()

    await server.until(lambda: server.closed)
    assert server.closed == [NORMAL]


async def test_a_reconnecting_charge_point_sends_neither_boot_nor_status(server: StrictServer, cp: ChargePoint):
    await cp.drop_line()
    server.calls.clear()

    await cp.connect()
    await cp.call("Heartbeat", {})

    assert server.actions() == ["Heartbeat"]


async def test_a_dropped_line_comes_back_by_itself_when_told_for_how_long(server: StrictServer, cp: ChargePoint):
    await cp.drop_line(for_s=0.05)

    await cp.wait_connected()

    assert len(server.message_ids) == 2


async def test_with_reconnect_it_comes_back_from_a_server_that_hung_up(server: StrictServer, make: MakeChargePoint):
    charge_point = make(reconnect_s=0.02)
    charge_point.reconnect = True
    await charge_point.connect()

    await server.line.close()
    await server.until(lambda: len(server.message_ids) == 2)

    await charge_point.wait_connected()
    assert charge_point.connected


async def test_message_ids_go_on_after_a_reconnect_and_start_again_after_a_reboot(
    server: StrictServer, cp: ChargePoint
):
    await cp.drop_line()
    await cp.connect()
    await cp.call("Heartbeat", {})

    await cp.reboot()

    assert [ids[0] for ids in server.message_ids] == ["1", "4", "1"]


async def test_a_dead_charge_point_answers_neither_calls_nor_pings(server: StrictServer, cp: ChargePoint):
    cp.go_dead()

    pong = await server.line.ping()
    with pytest.raises(TimeoutError):
        await server.call("ClearCache", {}, within_s=0.1)

    assert not pong.done()
    assert cp.connected
    cp.come_alive()
    await asyncio.wait_for(pong, 2)


async def test_a_dead_line_can_be_dropped_and_what_was_lost_on_it_is_sent_again(server: StrictServer, cp: ChargePoint):
    cp.go_dead()
    await cp.plug_in()
    await cp.start_transaction("CARD")
    reached_the_server = server.bodies("StartTransaction")

    await cp.drop_line()
    await cp.connect()

    assert reached_the_server == []
    assert len(server.bodies("StartTransaction")) == 1


async def test_a_reconnect_in_the_middle_of_a_start_reports_it_afterwards(server: StrictServer, cp: ChargePoint):
    await cp.plug_in()
    cp.behaviour.start_delay_s = 0.05

    await server.call("RemoteStartTransaction", {"idTag": "TAG", "connectorId": 1})
    await cp.drop_line()
    await cp.until_status("Charging")
    await cp.connect()

    assert server.bodies("StartTransaction")[0]["idTag"] == "TAG"


async def test_a_start_whose_answer_never_left_does_not_happen(server: StrictServer, cp: ChargePoint):
    await cp.plug_in()
    cp.behaviour.answer_delays_s["RemoteStartTransaction"] = 0.05

    with pytest.raises(TimeoutError):
        await server.call("RemoteStartTransaction", {"idTag": "TAG", "connectorId": 1}, within_s=0.01)
    await cp.drop_line()
    await cp.connect()
    cp.behaviour.answer_delays_s["*"] = 0.1
    await server.call("ClearCache", {})

    assert not cp.state().in_transaction


async def test_a_mute_charge_point_still_sends_its_own_calls(server: StrictServer, cp: ChargePoint):
    cp.behaviour.mute = True

    with pytest.raises(TimeoutError):
        await server.call("ClearCache", {}, within_s=0.1)
    await cp.call("Heartbeat", {})

    assert server.bodies("Heartbeat")


async def test_a_call_the_server_leaves_unanswered_fails(server: StrictServer, cp: ChargePoint):
    cp.behaviour.call_timeout_s = 0.05
    server.answers["DataTransfer"] = lambda _: SILENCE

    with pytest.raises(NoAnswer):
        await cp.call("DataTransfer", {"vendorId": "x"})

    assert cp.journal.counters.timeouts == 1


async def test_a_callerror_of_the_server_fails_the_call_with_its_code(server: StrictServer, cp: ChargePoint):
    def refuse(_: dict[str, object]) -> None:
        raise CallError("InternalError")

    server.answers["DataTransfer"] = refuse

    with pytest.raises(CallRefused) as refusal:
        await cp.call("DataTransfer", {"vendorId": "x"})

    assert refusal.value.code == "InternalError"


async def test_a_call_without_a_line_fails(cp: ChargePoint):
    await cp.drop_line()

    with pytest.raises(LineDown):
        await cp.call("Heartbeat", {})


@pytest.mark.parametrize("frame", ["not json", b"\xff\xfe"])
async def test_raw_frames_reach_the_server_as_they_are(server: StrictServer, cp: ChargePoint, frame: str | bytes):
    server_takes_it = server.until(lambda: server.raw)

    await cp.send_raw(frame)

    await server_takes_it
    assert server.raw == [frame]


@pytest.mark.parametrize("frame", ["junk", "[]", "[9]", '[2,"x"]', '[3,"unknown",{}]', '[7,"x",{}]', "{}"])
async def test_a_malformed_frame_of_the_server_is_survived(server: StrictServer, cp: ChargePoint, frame: str):
    await server.line.send(frame)

    assert await server.call("ClearCache", {}) == {"status": "Accepted"}


async def test_overlapping_calls_of_the_server_are_counted(server: StrictServer, cp: ChargePoint):
    cp.behaviour.answer_delays_s["ClearCache"] = 0.05

    await asyncio.gather(server.call("ClearCache", {}), server.call("ClearCache", {}))

    assert cp.overlapping_calls == 1


async def test_expect_returns_each_frame_once_and_waits_for_the_next(server: StrictServer, cp: ChargePoint):
    await server.call("ClearCache", {})
    first = await cp.expect("ClearCache")

    waiting = asyncio.ensure_future(cp.expect("ClearCache"))
    await server.call("ClearCache", {})
    second = await waiting

    assert first.number < second.number
    assert cp.received("ClearCache") == [first, second]
    assert cp.sent("BootNotification")[0].payload["chargePointModel"] == "Simulator"


async def test_a_frame_as_text_hides_id_tags(cp: ChargePoint):
    await cp.present_card("0123456789ABCDEF")

    frame = await cp.expect("Authorize", "sent")

    assert "0123…" in str(frame)
    assert "0123456789ABCDEF" not in str(frame)

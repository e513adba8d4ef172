"""Transactions from the remote start to the stop, and every way a charge point strays from it."""

import asyncio
from typing import Any

import pytest

from homecharge.simulator.charge_point import ChargePoint
from tests.simulator.conftest import MakeChargePoint
from tests.simulator.strict_server import SILENCE, CallError, StrictServer

TAG = "A1B2C3D4E5F60718293A"
START = {"idTag": TAG, "connectorId": 1}


def statuses(server: StrictServer) -> list[str]:
    return [body["status"] for body in server.bodies("StatusNotification") if body["connectorId"] == 1]


async def started(server: StrictServer, charge_point: ChargePoint) -> int:
    """A remote start on a plugged-in car; returns the transaction's id."""
    await charge_point.plug_in()
    assert await server.call("RemoteStartTransaction", START) == {"status": "Accepted"}
    state = await charge_point.until(lambda state: state.transaction_id is not None)
    await charge_point.settled()
    assert state.transaction_id is not None
    return state.transaction_id


async def test_a_remote_start_charges_until_the_remote_stop(server: StrictServer, cp: ChargePoint):
    transaction_id = await started(server, cp)

    stopped = await server.call("RemoteStopTransaction", {"transactionId": transaction_id})
    await cp.until_status("Finishing")
    await cp.unplug()

    assert stopped == {"status": "Accepted"}
    assert server.bodies("StartTransaction")[0]["idTag"] == TAG
    assert server.bodies("StopTransaction")[0]["transactionId"] == transaction_id
    assert server.bodies("StopTransaction")[0]["reason"] == "Remote"
    assert statuses(server) == ["Available", "Preparing", "Charging", "Finishing", "Available"]


async def test_an_accepted_start_waits_for_the_cable(server: StrictServer, cp: ChargePoint):
    await server.call("RemoteStartTransaction", START)
    await cp.until_status("Preparing")

    await cp.plug_in()

    assert (await cp.until_status("Charging")).id_tag == TAG


async def test_an_accepted_start_without_a_car_is_dropped_after_the_connection_timeout(
    server: StrictServer, make: MakeChargePoint
):
    charge_point = make(configuration={"ConnectionTimeOut": "0"})
    await charge_point.connect()

    await server.call("RemoteStartTransaction", START)
    await server.until(lambda: statuses(server)[1:] == ["Preparing", "Available"])
    await charge_point.plug_in()

    assert server.bodies("StartTransaction") == []


async def test_unplugging_ends_the_transaction(server: StrictServer, cp: ChargePoint):
    await started(server, cp)

    await cp.unplug()

    assert server.bodies("StopTransaction")[0]["reason"] == "EVDisconnected"
    assert cp.state().status == "Available"


async def test_a_full_battery_suspends_and_a_drawing_car_goes_on(server: StrictServer, cp: ChargePoint):
    await started(server, cp)

    await cp.battery_full()
    power_when_full_w = cp.state().power_w
    await cp.car_draws()

    assert power_when_full_w == 0
    assert cp.state().power_w == 7400
    assert statuses(server)[-2:] == ["SuspendedEV", "Charging"]


async def test_holding_back_is_the_charge_points_own_pause(server: StrictServer, cp: ChargePoint):
    await started(server, cp)

    await cp.hold_back()
    await cp.let_go()

    assert statuses(server)[-2:] == ["SuspendedEVSE", "Charging"]


async def test_a_fault_ends_the_transaction_and_refuses_starts_until_cleared(server: StrictServer, cp: ChargePoint):
    await started(server, cp)

    await cp.fault("GroundFailure")
    refused = await server.call("RemoteStartTransaction", START)
    await cp.clear_fault()

    assert refused == {"status": "Rejected"}
    assert len(server.bodies("StopTransaction")) == 1
    assert [b["errorCode"] for b in server.bodies("StatusNotification") if b["status"] == "Faulted"] == [
        "GroundFailure"
    ]
    assert cp.state().status == "Finishing"


async def test_a_fault_of_the_whole_charge_point_is_one_of_connector_zero(server: StrictServer, cp: ChargePoint):
    await cp.fault("InternalError", connector=0)

    refused = await server.call("RemoteStartTransaction", START)

    assert refused == {"status": "Rejected"}
    assert server.bodies("StatusNotification")[-1]["connectorId"] == 0


async def test_a_card_is_authorized_and_then_starts(server: StrictServer, cp: ChargePoint):
    await cp.plug_in()

    accepted = await cp.present_card("CARD1")
    await cp.present_card("card1")

    assert accepted
    assert server.bodies("Authorize") == [{"idTag": "CARD1"}]
    assert server.bodies("StartTransaction")[0]["idTag"] == "CARD1"
    assert server.bodies("StopTransaction")[0]["reason"] == "Local"


async def test_a_card_of_the_same_group_stops_what_the_app_started(server: StrictServer, cp: ChargePoint):
    group = {"idTagInfo": {"status": "Accepted", "parentIdTag": "HOME"}}
    server.answers["StartTransaction"] = lambda _: {"transactionId": 5, **group}
    server.answers["Authorize"] = lambda _: group
    await started(server, cp)

    await cp.present_card("CARD1")

    assert server.bodies("StopTransaction")[0]["idTag"] == "CARD1"


async def test_a_refused_card_starts_nothing(server: StrictServer, cp: ChargePoint):
    server.answers["Authorize"] = lambda _: {"idTagInfo": {"status": "Invalid"}}
    await cp.plug_in()

    accepted = await cp.present_card("CARD1")

    assert not accepted
    assert server.bodies("StartTransaction") == []


async def test_stopping_at_the_charge_point_is_local(server: StrictServer, cp: ChargePoint):
    await started(server, cp)

    await cp.press_stop()

    assert server.bodies("StopTransaction")[0]["reason"] == "Local"


@pytest.mark.parametrize(
    ("switch", "answer"),
    [
        ({"refuse_remote_start": True}, "Rejected"),
        ({"accept_and_do_nothing": True}, "Accepted"),
        ({"free_vend": True}, "Accepted"),
    ],
)
async def test_a_remote_start_may_be_answered_without_a_start(
    server: StrictServer, cp: ChargePoint, switch: dict[str, Any], answer: str
):
    await cp.plug_in()
    for name, value in switch.items():
        setattr(cp.behaviour, name, value)

    assert await server.call("RemoteStartTransaction", START) == {"status": answer}
    await cp.settled()

    assert server.bodies("StartTransaction") == []


async def test_a_remote_start_may_get_a_callerror(server: StrictServer, cp: ChargePoint):
    cp.behaviour.callerror_on_remote_start = True

    with pytest.raises(CallError) as error:
        await server.call("RemoteStartTransaction", START)

    assert error.value.code == "InternalError"


async def test_a_start_while_charging_is_refused(server: StrictServer, cp: ChargePoint):
    await started(server, cp)

    assert await server.call("RemoteStartTransaction", START) == {"status": "Rejected"}


async def test_some_refuse_a_new_start_until_replugged(server: StrictServer, cp: ChargePoint):
    cp.behaviour.restart_needs_replug = True
    await started(server, cp)
    await cp.press_stop()

    assert await server.call("RemoteStartTransaction", START) == {"status": "Rejected"}


@pytest.mark.parametrize(("verdict", "starts"), [("Accepted", 1), ("Invalid", 0)])
async def test_with_authorize_remote_it_obeys_the_verdict(
    server: StrictServer, cp: ChargePoint, verdict: str, starts: int
):
    await cp.plug_in()
    server.answers["Authorize"] = lambda _: {"idTagInfo": {"status": verdict}}
    await server.call("ChangeConfiguration", {"key": "AuthorizeRemoteTxRequests", "value": "true"})

    await server.call("RemoteStartTransaction", START)
    await cp.expect("Authorize", "received", kind="CALLRESULT")
    await cp.call("Heartbeat", {})
    await cp.settled()

    assert server.bodies("Authorize") == [{"idTag": TAG}]
    assert len(server.bodies("StartTransaction")) == starts


async def test_some_start_with_another_tag(server: StrictServer, cp: ChargePoint):
    cp.behaviour.other_tag = "WHITELISTED"

    await started(server, cp)

    assert server.bodies("StartTransaction")[0]["idTag"] == "WHITELISTED"


async def test_a_start_may_come_late(server: StrictServer, cp: ChargePoint):
    await cp.plug_in()
    cp.behaviour.start_delay_s = 0.05

    await server.call("RemoteStartTransaction", START)
    none_yet = server.bodies("StartTransaction")
    await cp.until_status("Charging")

    assert none_yet == []
    assert len(server.bodies("StartTransaction")) == 1


async def test_free_vend_starts_at_plug_in_with_its_constant_tag(server: StrictServer, cp: ChargePoint):
    cp.behaviour.free_vend = True

    await cp.plug_in()

    assert server.bodies("StartTransaction")[0]["idTag"] == "FREEVEND"
    assert statuses(server) == ["Available", "Preparing", "Charging"]


@pytest.mark.parametrize(("switch", "answer"), [("refuse_remote_stop", "Rejected"), ("ignore_remote_stop", "Accepted")])
async def test_a_remote_stop_may_change_nothing(server: StrictServer, cp: ChargePoint, switch: str, answer: str):
    transaction_id = await started(server, cp)
    setattr(cp.behaviour, switch, True)

    assert await server.call("RemoteStopTransaction", {"transactionId": transaction_id}) == {"status": answer}

    assert cp.state().in_transaction


async def test_a_remote_stop_of_an_unknown_transaction_is_refused(server: StrictServer, cp: ChargePoint):
    assert await server.call("RemoteStopTransaction", {"transactionId": 4711}) == {"status": "Rejected"}


async def test_a_refused_transaction_is_ended_without_energy(server: StrictServer, cp: ChargePoint):
    server.answers["StartTransaction"] = lambda _: {"transactionId": 9, "idTagInfo": {"status": "Invalid"}}
    await cp.plug_in()

    await cp.start_transaction("CARD")

    stop = server.bodies("StopTransaction")[0]
    assert (stop["reason"], stop["transactionId"]) == ("DeAuthorized", 9)
    assert stop["meterStop"] == server.bodies("StartTransaction")[0]["meterStart"]


async def test_some_keep_a_refused_transaction_open(server: StrictServer, cp: ChargePoint):
    server.answers["StartTransaction"] = lambda _: {"transactionId": 9, "idTagInfo": {"status": "Invalid"}}
    cp.behaviour.keep_refused_transaction = True
    await cp.plug_in()

    await cp.start_transaction("CARD")

    assert cp.state().status == "SuspendedEVSE"
    assert await server.call("RemoteStopTransaction", {"transactionId": 9}) == {"status": "Accepted"}


@pytest.mark.parametrize("outcome", ["callerror", "silence"])
async def test_a_start_without_an_answer_is_repeated_and_energy_flows_meanwhile(
    server: StrictServer, cp: ChargePoint, outcome: str
):
    cp.behaviour.retry_s = cp.behaviour.call_timeout_s = 0.05
    failures = iter([outcome, outcome])

    def answer(body: dict[str, Any]) -> object:
        match next(failures, None):
            case "callerror":
                raise CallError("InternalError")
            case "silence":
                return SILENCE
        return {"transactionId": 7, "idTagInfo": {"status": "Accepted"}}

    server.answers["StartTransaction"] = answer
    await cp.plug_in()

    await cp.start_transaction("CARD")
    await cp.until(lambda state: state.transaction_id == 7)

    starts = server.bodies("StartTransaction")
    assert len(starts) == 3
    assert starts[0] == starts[1] == starts[2]
    assert statuses(server)[-1] == "Charging"


async def test_a_connector_falls_from_preparing_to_finishing_where_nothing_starts(
    server: StrictServer, make: MakeChargePoint
):
    charge_point = make(preparing_expires_s=0.02)
    await charge_point.connect()

    await charge_point.plug_in()

    await charge_point.until_status("Finishing")
    assert await server.call("RemoteStartTransaction", START) == {"status": "Accepted"}


async def test_a_stop_may_claim_a_wrong_transaction(server: StrictServer, cp: ChargePoint):
    cp.behaviour.stop_transaction_id = -1
    await started(server, cp)

    await cp.press_stop()

    assert server.bodies("StopTransaction")[0]["transactionId"] == -1


async def test_two_connectors_charge_side_by_side(server: StrictServer, make: MakeChargePoint):
    charge_point = make(connectors=2)
    await charge_point.connect()
    await charge_point.plug_in(2)

    await server.call("RemoteStartTransaction", {"idTag": TAG})
    await charge_point.until_status("Charging", 2)
    await charge_point.plug_in(1)
    await server.call("RemoteStartTransaction", {"idTag": "OTHER"})
    await charge_point.until_status("Charging", 1)

    assert charge_point.state(2).transaction_id != charge_point.state(1).transaction_id


async def test_a_connector_it_does_not_have_is_an_error_in_words(cp: ChargePoint):
    with pytest.raises(ValueError, match="there is no connector 3"):
        await cp.plug_in(3)
    with pytest.raises(ValueError, match="takes no cable"):
        await cp.plug_in(0)
    with pytest.raises(ValueError, match="runs on connector 1 already"):
        await asyncio.gather(cp.start_transaction("A"), cp.start_transaction("B"))

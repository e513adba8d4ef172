"""What happens to transactions while the line, the power or the firmware is away."""

import pytest

from homecharge.simulator.charge_point import ChargePoint
from tests.simulator.conftest import MakeChargePoint
from tests.simulator.strict_server import SILENCE, StrictServer

TRANSACTION = ["StartTransaction", "MeterValues", "StopTransaction"]


async def charge_offline(charge_point: ChargePoint) -> None:
    await charge_point.drop_line()
    await charge_point.plug_in()
    await charge_point.present_card("CARD")
    await charge_point.sample()
    await charge_point.unplug()


async def test_a_transaction_goes_on_offline_and_is_reported_in_order_afterwards(server: StrictServer, cp: ChargePoint):
    server.calls.clear()

    await charge_offline(cp)
    queued = cp.queued
    await cp.connect()

    assert queued == 3
    assert server.actions() == TRANSACTION
    assert server.bodies("MeterValues")[0]["transactionId"] == server.bodies("StopTransaction")[0]["transactionId"]


async def test_what_was_queued_may_be_replayed_twice(server: StrictServer, cp: ChargePoint):
    cp.behaviour.replay_twice = True
    server.calls.clear()

    await charge_offline(cp)
    await cp.connect()

    assert server.actions() == TRANSACTION * 2
    assert server.bodies("StartTransaction")[0] == server.bodies("StartTransaction")[1]
    assert server.bodies("StopTransaction")[0] == server.bodies("StopTransaction")[1]


async def test_a_finished_transaction_can_be_replayed_word_for_word(server: StrictServer, cp: ChargePoint):
    await cp.plug_in()
    await cp.start_transaction("CARD")
    await cp.sample()
    await cp.unplug()
    before = [call for call in server.calls if call[0] in TRANSACTION]
    server.calls.clear()

    await cp.replay()

    assert server.calls == before


async def test_a_start_whose_answer_was_lost_is_sent_again_after_the_reconnect(server: StrictServer, cp: ChargePoint):
    server.answers["StartTransaction"] = lambda _: SILENCE
    await cp.plug_in()
    cp.tasks.spawn(cp.start_transaction("CARD"))
    await server.until(lambda: server.bodies("StartTransaction"))

    await cp.drop_line()
    charges_meanwhile = cp.state().status
    del server.answers["StartTransaction"]
    await cp.connect()

    assert charges_meanwhile == "Charging"
    assert len(server.bodies("StartTransaction")) == 2
    assert cp.state().transaction_id == 100


async def test_after_a_power_cut_no_stop_ever_comes(server: StrictServer, cp: ChargePoint):
    await cp.plug_in()
    await cp.start_transaction("CARD")
    server.calls.clear()

    await cp.power_cut()
    await cp.connect()

    assert server.actions() == ["BootNotification", "StatusNotification", "StatusNotification"]
    assert cp.state().status == "Preparing"


async def test_power_may_come_back_by_itself(server: StrictServer, cp: ChargePoint):
    await cp.power_cut(for_s=0.02)

    await cp.wait_connected()

    assert len(server.bodies("BootNotification")) == 2


async def test_power_comes_back_where_the_line_was_down_before(server: StrictServer, cp: ChargePoint):
    await cp.drop_line()

    await cp.power_cut(for_s=0.02)

    await cp.wait_connected()
    assert len(server.bodies("BootNotification")) == 2


async def test_after_a_reboot_a_free_vend_charge_point_starts_again(server: StrictServer, make: MakeChargePoint):
    charge_point = make(free_vend=True)
    await charge_point.connect()
    await charge_point.plug_in()

    await charge_point.power_cut()
    await charge_point.connect()

    assert len(server.bodies("StartTransaction")) == 2
    assert server.bodies("StopTransaction") == []


async def test_a_soft_reset_reports_the_stop_before_the_line_goes(server: StrictServer, cp: ChargePoint):
    await cp.plug_in()
    await cp.start_transaction("CARD")

    answer = await server.call("Reset", {"type": "Soft"})
    await server.until(lambda: len(server.bodies("BootNotification")) == 2)

    assert answer == {"status": "Accepted"}
    assert server.actions().index("StopTransaction") < len(server.actions()) - 1
    assert server.bodies("StopTransaction")[0]["reason"] == "SoftReset"
    assert server.closed == [1000]


async def test_a_hard_reset_reports_the_stop_after_the_next_boot(server: StrictServer, cp: ChargePoint):
    await cp.plug_in()
    await cp.start_transaction("CARD")
    server.calls.clear()

    await server.call("Reset", {"type": "Hard"})
    await server.until(lambda: server.bodies("StopTransaction"))

    assert server.actions()[0] == "BootNotification"
    assert server.bodies("StopTransaction")[0]["reason"] == "HardReset"


async def test_a_reset_may_drop_the_line_before_its_answer(server: StrictServer, cp: ChargePoint):
    cp.behaviour.drop_before_reset_answer = True

    with pytest.raises(TimeoutError):
        await server.call("Reset", {"type": "Hard"}, within_s=0.5)

    await cp.wait_connected()
    assert len(server.bodies("BootNotification")) == 2


async def test_status_and_boot_may_come_on_a_mere_reconnect(server: StrictServer, cp: ChargePoint):
    cp.behaviour.status_on_reconnect = True
    await cp.drop_line()
    server.calls.clear()

    await cp.connect()
    cp.behaviour.boot_on_reconnect = True
    await cp.drop_line()
    await cp.connect()

    assert server.actions() == ["StatusNotification"] * 2 + ["BootNotification"] + ["StatusNotification"] * 2

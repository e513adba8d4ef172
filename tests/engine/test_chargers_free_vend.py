"""Chargers that start by themselves at plug-in (chargers.md, *Free-vend*)."""

import asyncio
from typing import Any

from homecharge.domain.charger_state import StartMode
from homecharge.domain.limits import EnergyLimit
from homecharge.domain.outlook import CheckState
from homecharge.domain.session_state import Kind, Session, Status, StopReason
from homecharge.domain.texts.en import ENGLISH
from homecharge.services.outlooks import view_outlook
from homecharge.simulator.behaviour import Behaviour
from homecharge.simulator.charge_point import ChargePoint
from tests.engine.house import House, quick


async def test_an_unasked_transaction_is_accepted_and_is_a_plug_in(house: House) -> None:
    house.change(start_mode=StartMode.FREE_VEND)
    async with house.charge_point(behaviour=quick(free_vend=True)) as cp:
        await cp.plug_in()
        session = await house.until_drawing(await house.until_one(Kind.PLUG_IN))

        answer = await cp.expect("StartTransaction", kind="CALLRESULT")

    assert answer.payload["idTagInfo"]["status"] == "Accepted"
    assert session.driver_id == house.driver.account_id
    assert [row.session_id for row in house.transactions()] == [session.id]
    assert not cp.received("RemoteStartTransaction")


async def test_with_charge_ev_now_on_the_plug_in_is_one_session_still(house: House) -> None:
    house.change(start_mode=StartMode.FREE_VEND, charge_now=True)
    async with house.charge_point(behaviour=quick(free_vend=True)) as cp:
        await cp.plug_in()

        await house.until_drawing(await house.until_one(Kind.PLUG_IN))

    assert len(house.sessions()) == 1


def smart(**switches: Any) -> Behaviour:
    return quick(**{"free_vend": True, "smart_charging": True, "time_scale": 10} | switches)


async def held(house: House, cp: ChargePoint) -> Session:
    """What the charger began by itself, and holds."""
    await house.until_true(lambda: house.describe().capabilities.get("refuses_default_profile") is False)
    await cp.plug_in()
    session = await house.until(await house.until_one(Kind.PLUG_IN), Status.PAUSED)
    assert (await cp.until_status("SuspendedEVSE")).power_w == 0
    return session


async def test_with_smart_charging_it_waits_and_what_is_due_takes_it_over_at_full_power(house: House) -> None:
    house.change(start_mode=StartMode.FREE_VEND)
    async with house.charge_point(behaviour=smart()) as cp:
        plug_in = await held(house, cp)
        house.schedule(house.window(4))
        manual = await house.until_drawing(await house.until_one(Kind.MANUAL))
        drawing = await cp.until_status("Charging")

    assert plug_in.offered_at is None
    assert "nothing_due" in house.causes(plug_in.id)
    assert house.session(plug_in.id).status is Status.COMPLETED
    assert drawing.power_w > 7000
    assert [row.session_id for row in house.transactions()] == [manual.id]
    assert not cp.received("RemoteStartTransaction")


async def test_what_is_held_is_not_full_and_unplugging_ends_it_as_that(house: House) -> None:
    house.change(start_mode=StartMode.FREE_VEND)
    async with house.charge_point(behaviour=smart()) as cp:
        plug_in = await held(house, cp)
        await asyncio.sleep(house.container.timing.energy_confirm.total_seconds() + 1)
        still = house.session(plug_in.id)
        await cp.unplug()
        over = await house.until(plug_in, Status.REJECTED)

    assert still.status is Status.PAUSED
    assert (over.reason, over.energy_wh) == ("car_unplugged", 0)


async def test_charge_ev_now_lets_go_what_is_held(house: House) -> None:
    house.change(start_mode=StartMode.FREE_VEND)
    async with house.charge_point(behaviour=smart()) as cp:
        plug_in = await held(house, cp)
        house.change(charge_now=True)
        drawing = await house.until_drawing(plug_in)

    assert drawing.course is None
    assert len(house.sessions()) == 1


async def test_what_begins_on_a_night_without_a_line_is_held_by_default_and_taken_over_later(house: House) -> None:
    house.change(start_mode=StartMode.FREE_VEND)
    async with house.charge_point(behaviour=smart()) as cp:
        await house.until_true(lambda: house.describe().capabilities.get("refuses_default_profile") is False)
        await cp.disconnect()
        await cp.plug_in()
        offline = await cp.until_status("SuspendedEVSE")
        await cp.connect()
        await house.until(await house.until_one(Kind.PLUG_IN), Status.PAUSED)
        boost = await house.until_drawing(house.boost())

    assert offline.power_w == 0
    assert [row.session_id for row in house.transactions()] == [boost.id]


async def test_free_vend_is_proposed_for_a_charger_that_starts_unasked(house: House) -> None:
    async with house.charge_point(behaviour=quick(free_vend=True)) as cp:
        await cp.plug_in()
        proposed = house.describe()

        answer = await cp.expect("StartTransaction", kind="CALLRESULT")

    assert answer.payload["idTagInfo"]["status"] == "Invalid"
    assert proposed.proposed_start_mode is StartMode.FREE_VEND
    assert proposed.start_mode is StartMode.CONTROLLED


async def test_a_card_that_was_asked_about_proposes_nothing(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        await cp.present_card("CAFE0001")

        await cp.start_transaction("CAFE0001")

    assert house.describe().proposed_start_mode is None
    assert refusals(house) == ["A30"]


async def test_what_a_charger_started_by_itself_is_refused_as_that_and_not_as_a_card(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        await cp.start_transaction("FREE")
        await cp.present_card("CAFE0001")

        await cp.start_transaction("CAFE0001")

    assert house.describe().proposed_start_mode is StartMode.FREE_VEND
    assert refusals(house) == ["free_vend", "free_vend"]


def refusals(house: House) -> list[str | None]:
    """The variant of each refused start."""
    refused = [session for session in house.sessions() if session.reason == "not_authorized"]
    return [(session.rejection or {}).get("variant") for session in refused]


async def test_a_due_occurrence_ends_the_plug_in_and_takes_its_transaction_over(house: House) -> None:
    house.change(start_mode=StartMode.FREE_VEND)
    async with house.charge_point(behaviour=quick(free_vend=True)) as cp:
        house.schedule(house.window(3, limit=EnergyLimit(300)))
        await cp.plug_in()
        plug_in = await house.until_one(Kind.PLUG_IN)

        manual = await house.until(await house.until_one(Kind.MANUAL), Status.COMPLETED)
        plug_in = house.session(plug_in.id)

    assert plug_in.status is Status.COMPLETED
    assert manual.stop_reason is StopReason.LIMIT_ENERGY
    assert manual.energy_wh >= 300
    assert not cp.received("RemoteStartTransaction")
    assert len(house.transactions()) == 1
    assert plug_in.energy_wh + manual.energy_wh == house.transactions()[0].energy_wh


async def test_a_boost_takes_the_transaction_of_the_plug_in_over(house: House) -> None:
    house.change(start_mode=StartMode.FREE_VEND)
    async with house.charge_point(behaviour=quick(free_vend=True)) as cp:
        await cp.plug_in()
        plug_in = await house.until_drawing(await house.until_one(Kind.PLUG_IN))

        boost = await house.until(house.boost(limit=EnergyLimit(200)), Status.COMPLETED)

    assert boost.stop_reason is StopReason.LIMIT_ENERGY
    assert house.session(plug_in.id).status is Status.COMPLETED


async def test_plugging_in_recovers_an_open_try_on_a_transaction_that_began_by_itself(house: House) -> None:
    house.change(start_mode=StartMode.FREE_VEND)
    async with house.charge_point(behaviour=quick(free_vend=True)) as cp:
        rejected = await house.until(house.boost(limit=EnergyLimit(200)), Status.REJECTED)
        await cp.plug_in()

        await house.until_true(lambda: StopReason.LIMIT_ENERGY in {one.stop_reason for one in house.sessions()})

    ended = {one.kind: one.stop_reason for one in house.sessions() if one.status is Status.COMPLETED}
    assert rejected.reason == "car_unplugged"
    assert ended[Kind.BOOST] is StopReason.LIMIT_ENERGY
    assert len(house.transactions()) == 1


async def test_a_charger_that_refuses_to_stop_is_asked_again_and_its_transaction_stays_the_sessions(
    house: House,
) -> None:
    house.change(start_mode=StartMode.FREE_VEND)
    async with house.charge_point(behaviour=quick(free_vend=True, refuse_remote_stop=True)) as cp:
        await cp.plug_in()
        session = await house.until_drawing(await house.until_one(Kind.PLUG_IN))
        house.stop(session)
        await cp.expect("RemoteStopTransaction")
        await cp.expect("RemoteStopTransaction")
        still = house.session(session.id)

        await cp.unplug()
        done = await house.until(session, Status.COMPLETED)

    assert still.status is Status.CHARGING
    assert done.stop_reason is StopReason.DRIVER


async def test_without_smart_charging_the_outlook_says_that_it_cannot_be_held(house: House) -> None:
    house.change(start_mode=StartMode.FREE_VEND)
    async with house.charge_point():
        await house.until_true(lambda: bool(house.describe().capabilities))
        schedule = house.schedule(house.window(3600))
        with house.container.database.read() as db:
            told = view_outlook(db, schedule, house.container.timing, language=ENGLISH, now=house.now())

    assert house.describe().capabilities["smart_charging"] is False
    assert "cannot_hold" in {check.code for check in told.checks if check.state is CheckState.FAILS}

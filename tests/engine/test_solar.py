"""Solar-only mode over a real socket: the home's meter tells of its surplus, and the charge follows it."""

from collections.abc import AsyncIterator

import pytest

from homecharge.domain.charger_state import ConnectorStatus
from homecharge.domain.chargers import Solar
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.services.locations import get_location
from homecharge.services.surplus import post_surplus
from homecharge.simulator.behaviour import Behaviour
from homecharge.simulator.charge_point import ChargePoint
from tests.engine.house import House, open_house, quick

WITHIN_S = 40.0


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    """A house that is held a second after its surplus is gone, and told of another power every second."""
    async with open_house(database_url, surplus_hold_s=1.0, surplus_step_s=1.0) as opened:
        opened.change(solar=Solar.ONLY, random_delay_max_s=0)
        yield opened


def tell(house: House, power_w: int) -> None:
    """What the home's meter posts."""
    now, timing = house.now(), house.container.timing
    with house.container.database.write() as db:
        home = get_location(db, house.home.id, caller=house.driver, for_update=True)
        post_surplus(db, home, power_w=power_w, at=now, timing=timing, now=now)


def behaviour(*, smart_charging: bool, **switches: bool) -> Behaviour:
    return quick(time_scale=10, smart_charging=smart_charging, **switches)


async def due(house: House, cp: ChargePoint) -> Session:
    """A Manual that begins in two seconds, its car plugged in."""
    await house.until_true(lambda: bool(house.describe().capabilities))
    house.schedule(house.window(3))
    await cp.plug_in()
    return await house.until_one(Kind.MANUAL)


async def test_a_charge_begins_with_the_surplus_follows_it_pauses_without_and_goes_on(house: House) -> None:
    async with house.charge_point(behaviour=behaviour(smart_charging=True)) as cp:
        session = await due(house, cp)
        waiting = await house.until(session, Status.PAUSED, within_s=WITHIN_S)
        assert cp.state().power_w == 0
        await house.until_true(lambda: house.describe().connector.state is ConnectorStatus.SUSPENDED_EVSE)

        tell(house, 3_000)
        await cp.until(lambda state: state.power_w == 2_990, within_s=WITHIN_S)
        await house.until_drawing(session, within_s=WITHIN_S)
        tell(house, 5_100)
        await cp.until(lambda state: state.power_w == 5_060, within_s=WITHIN_S)
        tell(house, 300)
        await cp.until(lambda state: state.power_w == 0, within_s=WITHIN_S)
        await house.until(session, Status.PAUSED, within_s=WITHIN_S)
        await house.until_true(lambda: house.describe().connector.state is ConnectorStatus.SUSPENDED_EVSE)
        tell(house, 4_000)
        await cp.until(lambda state: state.power_w == 3_910, within_s=WITHIN_S)
        await house.until(session, Status.CHARGING, within_s=WITHIN_S)

        house.stop(session)
        ended = await house.until(session, Status.COMPLETED, within_s=WITHIN_S)

    assert waiting.flags == ("solar_only",)
    assert ended.energy_wh > 0
    assert len(house.transactions()) == len(house.sessions()) == 1
    told = [step for step in house.steps(session.id) if step in {"paused", "resumed", "profile_kept"}]
    assert [step for step in told if step != "profile_kept"] == ["paused", "resumed", "paused", "resumed"]
    assert told.count("profile_kept") == 1


async def test_a_charger_that_cannot_be_held_is_started_by_surplus_for_its_full_power(house: House) -> None:
    async with house.charge_point(behaviour=behaviour(smart_charging=False)) as cp:
        session = await due(house, cp)
        await house.until_true(lambda: "waiting" in house.steps(session.id), within_s=WITHIN_S)
        tell(house, 3_000)
        await house.until_true(lambda: house.session(session.id).version > 2)
        assert cp.received("RemoteStartTransaction") == []

        tell(house, 7_400)
        await house.until_drawing(session, within_s=WITHIN_S)

    [start] = cp.received("RemoteStartTransaction")
    assert "chargingProfile" not in start.payload


async def test_a_boost_on_a_charge_that_waits_for_surplus_charges_at_once(house: House) -> None:
    async with house.charge_point(behaviour=behaviour(smart_charging=True)) as cp:
        session = await due(house, cp)
        await house.until(session, Status.PAUSED, within_s=WITHIN_S)

        boosted = house.boost()
        await cp.until(lambda state: state.power_w > 7_000, within_s=WITHIN_S)
        await house.until_drawing(session, within_s=WITHIN_S)

    assert boosted.id == session.id


async def test_a_charger_that_refuses_to_be_held_is_stopped_and_waits_for_surplus_for_all_of_it(house: House) -> None:
    async with house.charge_point(behaviour=behaviour(smart_charging=True, refuse_profiles=True)) as cp:
        first = await due(house, cp)
        stopped = await house.until(first, Status.COMPLETED, Status.REJECTED, within_s=WITHIN_S)
        tell(house, 7_400)
        again = await house.until_recovered(first, within_s=WITHIN_S)
        await house.until_drawing(again, within_s=WITHIN_S)

    assert "profile_refused" in stopped.flags
    assert "surplus" in house.causes(first.id)
    assert house.session(again.id).course is None

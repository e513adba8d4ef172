"""What a charger keeps for transactions without a profile of their own: restricted hours, also without a line."""

import asyncio
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from homecharge.domain.restricted_hours import Choice, RestrictedHours, RestrictedWindow
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.domain.times import WEEKDAYS, WallWindow
from homecharge.services.chargers import get_charger
from homecharge.services.restricted_hours import choose_restricted_hours
from homecharge.simulator.behaviour import Behaviour
from homecharge.simulator.charge_point import ChargePoint
from tests.engine.house import House, quick

NONE = RestrictedHours(Choice.NONE)
FULL_W = 7360


def smart(**switches: Any) -> Behaviour:
    return quick(**{"smart_charging": True, "time_scale": 10} | switches)


def around_now(house: House) -> RestrictedHours:
    """Every day, from an hour ago to an hour ahead."""
    wall = house.now().astimezone(ZoneInfo(house.home.time_zone)).replace(second=0, microsecond=0, tzinfo=None)
    hour = timedelta(hours=1)
    return RestrictedHours(
        Choice.CUSTOM, (RestrictedWindow(WEEKDAYS, WallWindow((wall - hour).time(), (wall + hour).time())),)
    )


def restrict(house: House, hours: RestrictedHours) -> None:
    house.change()
    with house.container.database.write() as db:
        charger = get_charger(db, house.charger_id(), caller=house.driver, for_update=True)
        choose_restricted_hours(db, charger, hours, house.container.timing, now=house.now())


def told(cp: ChargePoint, purpose: str) -> list[dict[str, Any]]:
    """The profiles of that purpose that it was given, with their connectors, the oldest first."""
    given = [frame.payload for frame in cp.received("SetChargingProfile")]
    return [
        each["csChargingProfiles"] | {"connectorId": each["connectorId"]}
        for each in given
        if each["csChargingProfiles"]["chargingProfilePurpose"] == purpose
    ]


async def kept(house: House, cp: ChargePoint) -> dict[str, Any]:
    """The default profile, once the charger has taken it."""
    await house.until_true(lambda: house.describe().capabilities.get("refuses_default_profile") is False)
    return told(cp, "TxDefaultProfile")[-1]


async def test_restricted_hours_are_kept_on_the_charger_and_cleared_when_there_are_none(house: House) -> None:
    restrict(house, around_now(house))
    async with house.charge_point(behaviour=smart()) as cp:
        profile = await kept(house, cp)
        restrict(house, NONE)
        cleared = await cp.expect("ClearChargingProfile")

    limits = [period["limit"] for period in profile["chargingSchedule"]["chargingSchedulePeriod"]]
    assert (profile["connectorId"], profile["chargingProfileKind"]) == (0, "Absolute")
    assert limits[:3] == [0, 32, 0]
    assert limits[-1] == 32
    assert cleared.payload == {"id": profile["chargingProfileId"]}


async def test_they_hold_what_a_charger_begins_on_a_night_without_a_line(house: House) -> None:
    restrict(house, around_now(house))
    async with house.charge_point(behaviour=smart()) as cp:
        await kept(house, cp)
        await cp.disconnect()
        await cp.plug_in()
        await cp.start_transaction("CAFE0001")
        held = await cp.until_status("SuspendedEVSE")

    assert held.power_w == 0


async def drawing_at_full_power(house: House, cp: ChargePoint, session: Session) -> Session:
    drawing = await house.until_drawing(session)
    await house.until_true(lambda: "full_power" in house.causes(session.id))
    assert cp.state().power_w >= FULL_W
    return drawing


async def test_a_boost_inside_them_has_full_power_from_the_first(house: House) -> None:
    restrict(house, around_now(house))
    async with house.charge_point(behaviour=smart()) as cp:
        await kept(house, cp)
        await cp.plug_in()
        await drawing_at_full_power(house, cp, house.boost())

    [start] = cp.received("RemoteStartTransaction")
    [period] = start.payload["chargingProfile"]["chargingSchedule"]["chargingSchedulePeriod"]
    assert period["limit"] == 32
    assert told(cp, "TxProfile")[0]["transactionId"] == house.transactions()[0].id


async def test_a_card_inside_them_has_full_power(house: House) -> None:
    restrict(house, around_now(house))
    house.change(accept_any=True)
    async with house.charge_point(behaviour=smart()) as cp:
        await kept(house, cp)
        await cp.plug_in()
        await cp.present_card("CAFE0001")
        card = await drawing_at_full_power(house, cp, await house.until_one(Kind.CARD))

    assert told(cp, "TxProfile")[-1]["transactionId"] == house.transactions()[0].id
    assert card.course is None


async def test_hours_that_are_chosen_during_a_charge_do_not_bind_it(house: House) -> None:
    async with house.charge_point(behaviour=smart()) as cp:
        await house.until_true(lambda: bool(house.describe().capabilities))
        await cp.plug_in()
        boost = await house.until_drawing(house.boost())
        restrict(house, around_now(house))
        await kept(house, cp)
        await drawing_at_full_power(house, cp, boost)

    purposes = [
        frame.payload["csChargingProfiles"]["chargingProfilePurpose"] for frame in cp.received("SetChargingProfile")
    ]
    assert purposes[:2] == ["TxProfile", "TxDefaultProfile"]
    assert "paused" not in house.steps(boost.id)


async def test_a_charger_that_refuses_them_is_not_asked_again_until_something_else_is_wanted(house: House) -> None:
    restrict(house, around_now(house))
    async with house.charge_point(behaviour=smart(refuse_profiles=True)) as cp:
        await house.until_true(lambda: house.describe().capabilities.get("refuses_default_profile") is True)
        await asyncio.sleep(1)  # the boot, and the clock that it measures, have it asked twice
        before = len(told(cp, "TxDefaultProfile"))
        await cp.drop_line(for_s=0)
        await cp.wait_connected()
        await cp.plug_in()
        await house.until(house.boost(), Status.CHARGING)
        after = len(told(cp, "TxDefaultProfile"))
        cp.behaviour.refuse_profiles = False
        restrict(house, RestrictedHours(Choice.DEFAULT))
        await house.until_true(lambda: house.describe().capabilities.get("refuses_default_profile") is False)

    assert before == after
    [start] = cp.received("RemoteStartTransaction")
    assert "chargingProfile" not in start.payload


async def test_a_charger_without_smart_charging_is_told_nothing(house: House) -> None:
    restrict(house, around_now(house))
    async with house.charge_point() as cp:
        await house.until_true(lambda: bool(house.describe().capabilities))
        await cp.plug_in()
        await house.until_drawing(house.boost())

    assert not cp.received("SetChargingProfile")

"""A session's course kept by its charger (chargers.md, *Charging profiles (1.6)*)."""

import dataclasses
from typing import Any

import pytest

from homecharge.domain.courses import Period
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.domain.timeline import Actor
from homecharge.services.charging_profiles import courses_changed
from homecharge.services.planning import plan_session
from homecharge.services.tries import Try
from homecharge.simulator.behaviour import Behaviour
from homecharge.simulator.charge_point import ChargePoint
from homecharge.storage.queries.lines import lock_chargers
from homecharge.storage.queries.sessions import get_session, move_sessions
from tests.engine.house import House, quick, seconds

FULL_W = 7360
SLOW_W = 3680


async def keep(house: House, session: Session, *periods: tuple[float, int]) -> None:
    """Give the session a course: watts from so many seconds on; none lets it go. Again where the engine was first."""

    def is_set() -> bool:
        course = tuple(Period(house.now() + seconds(start_s), limit_w) for start_s, limit_w in periods) or None
        with house.container.database.write() as db:
            lock_chargers(db, [session.charger_id])
            before = get_session(db, session.id)
            after = dataclasses.replace(before, course=course, course_revision=before.course_revision + 1)
            is_moved = move_sessions(db, [(before, after)], now=house.now())
            if is_moved:
                courses_changed(db, [(before, after)], now=house.now())
            return is_moved

    await house.until_true(is_set)


def smart(**switches: Any) -> Behaviour:
    return quick(**{"smart_charging": True, "time_scale": 10} | switches)


async def charging(house: House, cp: ChargePoint) -> Session:
    await house.until_true(lambda: bool(house.describe().capabilities))
    await cp.plug_in()
    return await house.until_drawing(house.boost())


def profiles(cp: ChargePoint) -> list[dict[str, Any]]:
    """What it was told to keep, the oldest first."""
    return [frame.payload["csChargingProfiles"] for frame in cp.received("SetChargingProfile")]


async def test_a_held_charge_goes_on_at_its_instant_although_the_line_was_cut_meanwhile(house: House) -> None:
    async with house.charge_point(behaviour=smart()) as cp:
        session = await charging(house, cp)
        await keep(house, session, (0, 0), (2.5, SLOW_W))
        await cp.until_status("SuspendedEVSE")
        await house.until(session, Status.PAUSED)
        held = cp.state()
        await cp.disconnect()

        drawing = await cp.until_status("Charging")
        await cp.connect()
        resumed = await house.until(session, Status.CHARGING)

    assert (held.power_w, drawing.power_w) == (0, SLOW_W)
    assert resumed.id == session.id
    assert len(house.transactions()) == 1
    assert [step for step in house.steps(session.id) if step in {"profile_kept", "paused", "resumed"}] == [
        "profile_kept",
        "paused",
        "resumed",
    ]


async def planned(house: House, cp: ChargePoint) -> Session:
    """A Boost that is due in three seconds, its car plugged in."""
    await house.until_true(lambda: bool(house.describe().capabilities))
    await cp.plug_in()
    return asked(house, due_in_s=3)


def asked(house: House, *, due_in_s: float) -> Session:
    """A Boost of its own, whatever is paused there: nothing but what a test gives it binds it."""
    attempt = Try(
        kind=Kind.BOOST,
        location_id=house.home.id,
        charger_id=house.charger_id(),
        connector_id=1,
        driver_id=house.driver.account_id,
        due_at=house.now() + seconds(due_in_s),
    )
    with house.container.database.write() as db:
        return plan_session(db, attempt, actor=Actor.DRIVER, now=house.now())


async def test_a_start_carries_the_profile_and_holds_from_the_first(house: House) -> None:
    async with house.charge_point(behaviour=smart()) as cp:
        session = await planned(house, cp)
        await keep(house, session, (0, 0), (60, FULL_W))
        await house.until(session, Status.PAUSED)
        later = await cp.expect("SetChargingProfile")

    [start] = cp.received("RemoteStartTransaction")
    carried = start.payload["chargingProfile"]
    assert "transactionId" not in carried
    assert carried["chargingSchedule"]["chargingSchedulePeriod"][0] == {"startPeriod": 0, "limit": 0, "numberPhases": 1}
    assert later.payload["csChargingProfiles"]["transactionId"] == house.transactions()[0].id
    assert later.payload["csChargingProfiles"]["chargingProfileId"] == carried["chargingProfileId"]
    assert house.session(session.id).drew_at is None


async def test_a_start_that_is_refused_with_a_profile_is_repeated_once_without_and_the_profile_follows(
    house: House,
) -> None:
    async with house.charge_point(behaviour=smart(refuse_start_with_profile=True)) as cp:
        session = await planned(house, cp)
        await keep(house, session, (0, 0), (60, FULL_W))
        await house.until(session, Status.PAUSED)
        await cp.expect("SetChargingProfile")

    carried = ["chargingProfile" in frame.payload for frame in cp.received("RemoteStartTransaction")]
    assert carried == [True, False]
    assert "with_start" in house.causes(session.id)


@pytest.mark.parametrize(("suggested", "taken"), [("Power", "A"), ("Current", "W")])
async def test_the_suggested_unit_goes_first_then_the_other_and_what_was_taken_is_learnt(
    house: House, suggested: str, taken: str
) -> None:
    told = {"ChargingScheduleAllowedChargingRateUnit": suggested}
    async with house.charge_point(behaviour=smart(rate_units=frozenset(taken)), configuration=told) as cp:
        session = await charging(house, cp)
        await keep(house, session, (0, SLOW_W))
        await cp.until(lambda state: state.power_w == SLOW_W)
        await house.until_true(lambda: "profile_kept" in house.steps(session.id))
        await keep(house, session, (0, 0))
        await cp.until_status("SuspendedEVSE")

    units = [profile["chargingSchedule"]["chargingRateUnit"] for profile in profiles(cp)]
    assert units == [{"A": "W", "W": "A"}[taken], taken, taken]


@pytest.mark.parametrize(
    "switches",
    [{"refuse_profiles": True}, {"callerrors": {"SetChargingProfile": "NotImplemented"}}],
    ids=["rejected", "callerror"],
)
async def test_a_refusal_is_noted_and_profiles_are_sent_again_at_reconnect(
    house: House, switches: dict[str, Any]
) -> None:
    async with house.charge_point(behaviour=smart(**switches)) as cp:
        session = await charging(house, cp)
        await keep(house, session, (0, 0))
        await house.until_true(lambda: "profile_refused" in house.session(session.id).flags)
        refused = len(profiles(cp))
        known = house.describe().capabilities
        cp.behaviour.refuse_profiles, cp.behaviour.callerrors = False, {}
        await cp.drop_line(for_s=0)
        await house.until(session, Status.PAUSED)
        await house.until_true(lambda: not house.session(session.id).flags)

    assert refused == 2
    assert known["refuses_profiles"] is True
    assert house.describe().capabilities["refuses_profiles"] is False
    assert house.steps(session.id).count("profile_refused") == 1


async def test_without_smart_charging_nothing_is_sent_and_the_session_says_so(house: House) -> None:
    async with house.charge_point(behaviour=quick(time_scale=10)) as cp:
        session = await charging(house, cp)
        await keep(house, session, (0, 0))
        await house.until_true(lambda: "profile_refused" in house.session(session.id).flags)

    assert not profiles(cp)
    assert "no_smart_charging" in house.causes(session.id)
    assert house.session(session.id).status is Status.CHARGING


async def test_a_charger_that_does_not_answer_is_told_again_and_then_given_up(hasty: House) -> None:
    async with hasty.charge_point(behaviour=smart()) as cp:
        session = await charging(hasty, cp)
        cp.behaviour.answer_delays_s = {"SetChargingProfile": 60}
        await keep(hasty, session, (0, 0))
        await hasty.until_true(lambda: "profile_refused" in hasty.session(session.id).flags, within_s=20)

    assert "no_answer" in hasty.causes(session.id)
    assert len(profiles(cp)) == 4


async def test_a_course_that_is_taken_back_is_cleared(house: House) -> None:
    async with house.charge_point(behaviour=smart()) as cp:
        session = await charging(house, cp)
        await keep(house, session, (0, 0))
        await house.until(session, Status.PAUSED)
        await keep(house, session)
        cleared = await cp.expect("ClearChargingProfile")
        await house.until(session, Status.CHARGING)
        await house.until_true(lambda: "profile_cleared" in house.steps(session.id))

    assert cleared.payload == {"id": profiles(cp)[0]["chargingProfileId"]}


async def test_more_periods_than_the_charger_takes_follow_in_time(house: House) -> None:
    few = {"ChargingScheduleMaxPeriods": "2"}
    async with house.charge_point(behaviour=smart(), configuration=few) as cp:
        session = await charging(house, cp)
        await keep(house, session, (0, SLOW_W), (1.5, 0), (4, FULL_W))
        await cp.until_status("SuspendedEVSE")
        await cp.until(lambda state: state.power_w == FULL_W)

    assert [len(profile["chargingSchedule"]["chargingSchedulePeriod"]) for profile in profiles(cp)][:2] == [2, 2]


async def test_a_charger_with_a_wrong_clock_gets_seconds_from_its_start_and_each_change_anew(house: House) -> None:
    async with house.charge_point(behaviour=smart(clock_skew_s=7200)) as cp:
        session = await charging(house, cp)
        await keep(house, session, (0, SLOW_W), (1.5, 0))
        await cp.until_status("SuspendedEVSE")
        await house.until_true(lambda: len(profiles(cp)) > 1)

    assert {profile["chargingProfileKind"] for profile in profiles(cp)} == {"Relative"}


async def test_a_right_clock_gets_instants(house: House) -> None:
    async with house.charge_point(behaviour=smart()) as cp:
        session = await charging(house, cp)
        await keep(house, session, (0, 0))
        await house.until(session, Status.PAUSED)

    assert [profile["chargingProfileKind"] for profile in profiles(cp)] == ["Absolute"]


async def test_a_charger_that_ends_the_transaction_at_limit_0_is_marked_and_the_session_resumes_with_a_second_one(
    house: House,
) -> None:
    async with house.charge_point(behaviour=smart(zero_limit_ends_transaction=True)) as cp:
        session = await charging(house, cp)
        await keep(house, session, (0, 0), (3, SLOW_W))
        await house.until(session, Status.PAUSED)
        await cp.until_status("Finishing")

        resumed = await house.until(session, Status.CHARGING)
        await house.until_true(lambda: len(house.transactions()) == 2)
        first, second = house.transactions()
        await cp.until(lambda state: state.power_w == SLOW_W)
        await cp.unplug()
        done = await house.until(session, Status.COMPLETED)

    assert resumed.id == session.id
    assert first.is_ended_by_zero
    assert first.session_id == second.session_id == session.id
    assert house.describe().capabilities["zero_limit_ends_tx"] is True
    assert done.energy_wh == sum(row.energy_wh for row in house.transactions())
    assert "zero_limit" in house.causes(session.id)


async def test_a_charge_whose_stop_is_refused_is_held_meanwhile(house: House) -> None:
    async with house.charge_point(behaviour=smart(refuse_remote_stop=True)) as cp:
        session = await charging(house, cp)
        house.stop(session)
        held = await cp.until_status("SuspendedEVSE")
        cp.behaviour.refuse_remote_stop = False
        await house.until(session, Status.COMPLETED)

    assert held.power_w == 0
    assert "profile_kept" not in house.steps(session.id)

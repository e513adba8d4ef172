"""Restricted hours over a real socket: charges wait for their end, are held by their charger, or are stopped."""

from typing import Any

from homecharge.domain.session_state import Kind, Session, Status, StopReason
from homecharge.simulator.behaviour import Behaviour
from tests.engine.house import House, seconds

LONG = 3_600.0


def able(**switches: Any) -> Behaviour:
    return Behaviour(**{"time_scale": 10, "sample_every_s": 0.5, "smart_charging": True} | switches)


async def manual(house: House) -> Session:
    """A Manual that is due now and has time enough."""
    house.schedule(house.window(-1, 2 * LONG))
    return await house.until_one(Kind.MANUAL)


async def test_a_manual_is_paused_when_they_begin_and_goes_on_when_they_end_in_one_session(house: House) -> None:
    async with house.charge_point(behaviour=able()) as cp:
        await house.until_true(lambda: bool(house.describe().capabilities))
        await cp.plug_in()
        session = await house.until_drawing(await manual(house))

        house.restrict(2, LONG)
        await house.until(session, Status.PAUSED)
        held = await cp.until_status("SuspendedEVSE")
        house.restrict(-5, 3)
        await house.until(session, Status.CHARGING)
        drawing = await cp.until_status("Charging")

    assert (held.power_w, drawing.power_w > 0) == (0, True)
    assert len(house.transactions()) == 1
    assert len(house.sessions()) == 1
    steps = dict(zip(house.steps(session.id), house.causes(session.id), strict=True))
    assert steps["paused"] == "restricted_hours"
    assert "resumed" in steps


async def test_a_manual_due_inside_them_moves_to_their_end(house: House) -> None:
    async with house.charge_point(behaviour=able()) as cp:
        house.restrict(-60, LONG)
        await cp.plug_in()
        session = await manual(house)
        await house.until_true(lambda: house.session(session.id).due_at > session.due_at)
        waiting = house.session(session.id)
        house.restrict(-60, 3)
        charging = await house.until_drawing(session)

    assert waiting.status is Status.PLANNED
    assert waiting.due_at - session.due_at > seconds(LONG / 2)
    assert charging.started_at is not None
    assert charging.started_at < waiting.due_at
    assert {"restricted_hours", "restricted_hours_changed"} <= set(house.causes(session.id))


async def test_a_plug_in_inside_them_waits_for_their_end(house: House) -> None:
    house.change(charge_now=True)
    async with house.charge_point(behaviour=able()) as cp:
        house.restrict(-60, LONG)
        await cp.plug_in()
        session = await house.until_one(Kind.PLUG_IN)
        await house.until_true(lambda: house.session(session.id).due_at > session.due_at)
        house.restrict(-60, 3)
        charging = await house.until_drawing(session)

    assert len(house.sessions()) == 1
    assert charging.recovers_session_id is None


async def test_a_charger_that_cannot_be_held_is_stopped_and_started_again_at_their_end(house: House) -> None:
    async with house.charge_point(behaviour=able(smart_charging=False)) as cp:
        await house.until_true(lambda: bool(house.describe().capabilities))
        await cp.plug_in()
        session = await house.until_drawing(await manual(house))

        house.restrict(-1, LONG)
        ended = await house.until(session, Status.COMPLETED)
        again = await house.until_recovered(session)
        await house.until_true(lambda: "restricted_hours" in house.causes(again.id))
        house.restrict(-60, 3)
        await house.until_drawing(again)

    assert ended.stop_reason is StopReason.WINDOW_END
    assert "restricted_hours" in house.causes(session.id)
    assert again.occurrence_id == session.occurrence_id


async def test_a_boost_inside_them_charges_and_says_that_it_overrides_them(house: House) -> None:
    async with house.charge_point(behaviour=able()) as cp:
        house.restrict(-60, LONG)
        await cp.plug_in()
        boosted = await house.until_drawing(house.boost())

    assert "hours_overridden" in house.steps(boosted.id)

"""A Smart charge over a real socket: bought in the cheap hours, and held in the dear ones by its charger."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from homecharge.domain.charger_state import ConnectorStatus
from homecharge.domain.limits import EnergyLimit
from homecharge.domain.rates import Rate
from homecharge.domain.schedules import Once, Smart
from homecharge.domain.session_state import Kind, Session, Status, StopReason
from homecharge.domain.targets import EnergyTarget
from homecharge.domain.tariffs import Dynamic
from homecharge.domain.times import Interval
from homecharge.services.location_tariffs import choose_tariff
from homecharge.services.tariffs import add_tariff
from homecharge.simulator.behaviour import Behaviour
from homecharge.simulator.charge_point import ChargePoint
from homecharge.storage.queries.costs import read_cost_lines
from tests.engine.house import House, seconds

NEED_WH = 20
"""Ten seconds at 7.4 kW."""
WITHIN_S = 40.0


def real_time(**switches: Any) -> Behaviour:
    return Behaviour(**{"time_scale": 1, "sample_every_s": 0.5, "smart_charging": True} | switches)


def pay(house: House, *prices: tuple[float, float, str]) -> None:
    """A dynamic tariff: from and until so many seconds from now, at a price."""
    now = house.now()
    rates = tuple(Rate(Interval(now + seconds(a), now + seconds(b)), Decimal(price)) for a, b, price in prices)
    with house.container.database.write() as db:
        made = add_tariff(db, name="Agile", currency="GBP", pricing=Dynamic(rates), caller=house.driver, now=now)
        choose_tariff(db, house.home, made.id, valid_from=now - seconds(3600), caller=house.driver, now=now)


def by(house: House, ready_in_s: float, need_wh: int = NEED_WH) -> Smart:
    at = (house.now() + seconds(ready_in_s)).astimezone(ZoneInfo(house.home.time_zone))
    return Smart(on=Once(at.date()), ready_by=at.time().replace(microsecond=0), target=EnergyTarget(need_wh))


async def held(house: House, cp: ChargePoint) -> Session:
    """A car that is plugged in, whose Smart charge is started and waits for its plan."""
    await cp.plug_in()
    return await house.until(await house.until_one(Kind.SMART), Status.PAUSED)


async def at_home(house: House, cp: ChargePoint) -> None:
    """The charger has told what it can do."""
    await house.until_true(lambda: bool(house.describe().capabilities))


def status_steps(house: House, session: Session) -> list[str]:
    told = {"plan_made", "commanded", "paused", "resumed", "stop_requested", "completed"}
    return [step for step in house.steps(session.id) if step in told]


async def test_it_pauses_and_resumes_by_its_charging_profile_and_its_cost_lines_add_up(house: House) -> None:
    house.change(random_delay_max_s=0)
    async with house.charge_point(behaviour=real_time()) as cp:
        await at_home(house, cp)
        pay(house, (-60, 6, "0.10"), (6, 14, "0.40"), (14, 60, "0.20"))
        house.schedule(by(house, 50))
        await cp.plug_in()
        session = await house.until_one(Kind.SMART)
        await house.until(session, Status.CHARGING)
        paused = await house.until(session, Status.PAUSED, within_s=WITHIN_S)
        held = await cp.until_status("SuspendedEVSE")
        ended = await house.until(session, Status.COMPLETED, within_s=WITHIN_S)

    assert paused.drew_at is not None
    assert held.power_w == 0
    assert (ended.stop_reason, ended.result) == (StopReason.TARGET_REACHED, "met")
    assert NEED_WH <= ended.energy_wh <= NEED_WH + 6
    assert len(house.transactions()) == 1
    steps = status_steps(house, session)
    assert steps[:3] == ["plan_made", "commanded", "paused"] or steps[:2] == ["plan_made", "commanded"]
    assert steps.index("paused") < steps.index("resumed") < steps.index("stop_requested")
    assert ended.cost is not None
    assert ended.plan is not None


async def test_at_the_plug_in_it_is_started_held_and_waits_for_the_cheap_hours(house: House) -> None:
    house.change(random_delay_max_s=0)
    async with house.charge_point(behaviour=real_time()) as cp:
        await at_home(house, cp)
        pay(house, (-60, 8, "0.40"), (8, 60, "0.10"))
        house.schedule(by(house, 50))
        session = await held(house, cp)
        [start] = cp.received("RemoteStartTransaction")
        await cp.disconnect()
        drawing = await cp.until_status("Charging", within_s=WITHIN_S)
        await cp.connect()
        ended = await house.until(session, Status.COMPLETED, within_s=WITHIN_S)

    periods = start.payload["chargingProfile"]["chargingSchedule"]["chargingSchedulePeriod"]
    assert periods[0]["limit"] == 0
    assert drawing.power_w > 0
    assert ended.result == "met"


async def test_a_charger_that_keeps_no_plan_is_started_when_the_cheap_run_begins(house: House) -> None:
    house.change(random_delay_max_s=0)
    async with house.charge_point(behaviour=real_time(smart_charging=False)) as cp:
        await at_home(house, cp)
        pay(house, (-60, 6, "0.40"), (6, 60, "0.10"))
        house.schedule(by(house, 50))
        await cp.plug_in()
        session = await house.until_one(Kind.SMART)
        due = house.session(session.id)
        ended = await house.until(session, Status.COMPLETED, within_s=WITHIN_S)

    [start] = cp.received("RemoteStartTransaction")
    assert "chargingProfile" not in start.payload
    assert ended.commanded_at is not None
    assert ended.commanded_at >= due.window_start if due.window_start else True
    assert ended.started_at is not None
    assert (ended.started_at - session.created_at) >= seconds(4)
    assert ended.result == "met"


async def at_home_and_seen_to_start_again(house: House, cp: ChargePoint) -> None:
    """Without Smart Charging, its car plugged in: two Boosts have shown that it starts from Finishing."""
    await at_home(house, cp)
    await cp.plug_in()
    for _ in range(2):
        boost = await house.until(house.boost(), Status.CHARGING)
        house.stop(boost)
        await house.until(boost, Status.COMPLETED, Status.REJECTED)
        await cp.until_status("Finishing")
    assert house.describe().capabilities["restarts_from_finishing"] is True


def in_two_runs(house: House) -> None:
    """Cheap for fourteen seconds, dear for ten, and then less so; twenty are wanted."""
    pay(house, (-60, 14, "0.10"), (14, 24, "0.40"), (24, 110, "0.20"))
    house.schedule(by(house, 100, need_wh=2 * NEED_WH))


async def test_a_charger_that_starts_again_is_stopped_and_started_in_one_session_and_the_costs_add_up(
    house: House,
) -> None:
    house.change(random_delay_max_s=0)
    async with house.charge_point(behaviour=real_time(smart_charging=False)) as cp:
        await at_home_and_seen_to_start_again(house, cp)
        before = len(house.transactions())
        in_two_runs(house)
        session = await house.until_one(Kind.SMART)
        ended = await house.until(session, Status.COMPLETED, within_s=2 * WITHIN_S)

    runs = house.transactions()[before:]
    assert [row.session_id for row in runs] == [session.id] * 2
    assert (ended.stop_reason, ended.result) == (StopReason.TARGET_REACHED, "met")
    assert ended.energy_wh == sum(row.energy_wh for row in runs)
    assert all(row.energy_wh > 0 for row in runs)
    with house.container.database.read() as db:
        lines = read_cost_lines(db, [session.id])[session.id]
    assert sum(line.energy_wh for line in lines) == ended.energy_wh
    assert ended.cost == sum(line.energy_wh * line.rate / 1000 for line in lines if line.rate is not None)
    assert {line.rate for line in lines} >= {Decimal("0.10"), Decimal("0.20")}
    steps = status_steps(house, session)
    assert steps.index("paused") < steps.index("resumed") < steps.index("stop_requested")
    assert steps.count("commanded") == 2


async def test_a_pause_that_its_charger_refuses_is_let_go_when_it_is_over(house: House) -> None:
    house.change(random_delay_max_s=0)
    async with house.charge_point(behaviour=real_time(smart_charging=False)) as cp:
        await at_home_and_seen_to_start_again(house, cp)
        cp.behaviour.refuse_remote_stop = True
        in_two_runs(house)
        session = await house.until_one(Kind.SMART)
        await house.until(session, Status.PAUSED, within_s=WITHIN_S)
        owed = house.transactions()[-1]
        await cp.set_power(0)
        await house.until(session, Status.CHARGING, within_s=WITHIN_S)
        await house.until_true(lambda: house.transactions()[-1].stop_tries == 0)

    assert owed.is_paused
    assert house.transactions()[-1].id == owed.id
    assert house.session(session.id).stop_requested_at is None


async def test_new_prices_plan_it_anew(house: House) -> None:
    house.change(random_delay_max_s=0)
    async with house.charge_point(behaviour=real_time()) as cp:
        await at_home(house, cp)
        pay(house, (-60, 35, "0.40"), (35, 60, "0.10"))
        house.schedule(by(house, 50))
        session = await held(house, cp)

        pay(house, (-60, 30, "0.10"), (30, 60, "0.40"))

        await house.until(session, Status.CHARGING)
        ended = await house.until(session, Status.COMPLETED, within_s=WITHIN_S)

    assert "rates_changed" in house.causes(session.id)
    assert ended.result == "met"


async def test_a_boost_of_a_held_charge_is_given_back_to_its_plan(house: House) -> None:
    house.change(random_delay_max_s=0)
    async with house.charge_point(behaviour=real_time()) as cp:
        await at_home(house, cp)
        pay(house, (-60, 400, "0.40"), (400, 900, "0.10"))
        house.schedule(by(house, 800))
        session = await held(house, cp)

        boosted = house.boost(limit=EnergyLimit(5))
        await house.until(session, Status.CHARGING)
        await cp.until_status("Charging")
        await house.until_true(lambda: not house.session(session.id).is_boosted)
        given_back = await house.until(session, Status.PAUSED)
        await house.until_true(lambda: house.describe().connector.state is ConnectorStatus.SUSPENDED_EVSE)
        again = house.boost()
        await house.until(session, Status.CHARGING)
        ended = await house.until(session, Status.COMPLETED, within_s=WITHIN_S)

    assert boosted.id == again.id == session.id
    assert 5 <= given_back.energy_wh < NEED_WH
    assert (ended.stop_reason, ended.result) == (StopReason.TARGET_REACHED, "met")
    assert len(house.transactions()) == len(house.sessions()) == 1
    told = [step for step in house.steps(session.id) if step in {"boosted", "boost_ended", "resumed", "paused"}]
    assert told == ["paused", "boosted", "resumed", "boost_ended", "paused", "boosted", "resumed"]
    assert "limit_energy" in house.causes(session.id)


async def test_without_a_car_one_session_says_so(house: House) -> None:
    async with house.charge_point(behaviour=real_time()) as cp:
        await at_home(house, cp)
        house.schedule(by(house, 8))
        session = await house.until_one(Kind.SMART)
        rejected = await house.until(session, Status.REJECTED)

    assert rejected.reason == "car_unplugged"
    assert len(house.sessions()) == 1

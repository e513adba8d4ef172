"""The races of design.md §3, *Races, settled*, each by its name there."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import orjson
import pytest

from homecharge.domain.limits import EnergyLimit
from homecharge.domain.session_state import Kind, Session, Status, StopReason
from homecharge.services import tokens
from homecharge.services.access_tokens import AccessTokens
from homecharge.simulator.charge_point import ChargePoint
from tests.engine.house import House, quick, seconds

CHARGERS = 6
ROUNDS = 3


async def test_cancel_or_claim_the_first_commit_wins_and_a_cancel_that_won_sends_nothing(house: House) -> None:
    points = [house.charge_point(f"CP{number}") for number in range(CHARGERS)]
    await asyncio.gather(*(point.connect() for point in points))
    await asyncio.gather(*(point.plug_in() for point in points))

    races = [await _race(house, points) for _ in range(ROUNDS)]
    await asyncio.gather(*(point.close() for point in points))

    for point, session in (pair for race in races for pair in race):
        told = [f for f in point.received("RemoteStartTransaction") if f.payload["idTag"] == session.tag]
        was_cancelled = (session.status, session.reason) == (Status.REJECTED, "cancelled")
        assert was_cancelled or session.stop_reason is StopReason.DRIVER
        assert len(told) == house.steps(session.id).count("commanded") <= 1


async def _race(house: House, points: list[ChargePoint]) -> list[tuple[ChargePoint, Session]]:
    """Every charger is boosted and every Boost taken back at once, as its alarm rings."""
    boosts = [house.boost(point.identity) for point in points]
    await asyncio.gather(*(asyncio.to_thread(house.cancel, boost) for boost in boosts))
    over = [await house.until(boost, Status.REJECTED, Status.COMPLETED) for boost in boosts]
    await house.until_true(
        lambda: not any(row.stopped_at is None for p in points for row in house.transactions(p.identity))
    )
    return list(zip(points, over, strict=True))


async def test_stop_while_starting_a_transaction_that_follows_is_stopped_at_once(house: House) -> None:
    async with house.charge_point(behaviour=quick(start_delay_s=0.3)) as cp:
        await cp.plug_in()
        boost = await house.until(house.boost(), Status.STARTING)
        house.stop(boost)

        await cp.expect("RemoteStopTransaction")
        over = await house.until(boost, Status.REJECTED, Status.COMPLETED)

    assert over.reason == "cancelled" or over.stop_reason is StopReason.DRIVER
    assert over.open_until is None
    assert len(house.sessions()) == 1


async def test_two_stops_the_first_reason_stays(house: House) -> None:
    async with house.charge_point(behaviour=quick(ignore_remote_stop=True)) as cp:
        await cp.plug_in()
        session = await house.until_drawing(house.boost(limit=EnergyLimit(2_000)))
        stops = await asyncio.gather(*(asyncio.to_thread(house.stop, session) for _ in range(4)))
        await house.until_true(lambda: house.session(session.id).energy_wh > 2_100)
        await cp.unplug()

        done = await house.until(session, Status.COMPLETED)

    assert done.stop_reason is StopReason.DRIVER
    assert len({stop.stop_requested_at for stop in stops}) == 1
    assert house.steps(session.id).count("stop_requested") == 1


async def test_a_limit_that_was_reached_first_stays_the_reason(house: House) -> None:
    async with house.charge_point(behaviour=quick(ignore_remote_stop=True)) as cp:
        await cp.plug_in()
        session = await house.until_drawing(house.boost(limit=EnergyLimit(100)))
        await cp.expect("RemoteStopTransaction")
        house.stop(session)
        await cp.unplug()

        done = await house.until(session, Status.COMPLETED)

    assert done.stop_reason is StopReason.LIMIT_ENERGY


async def test_two_sockets_of_one_charger_the_newest_owns_it(house: House) -> None:
    async with house.charge_point() as old, house.charge_point() as new:
        await old.wait_closed()
        await new.plug_in()

        await house.until_drawing(house.boost())

    assert not old.received("RemoteStartTransaction")
    assert len(new.received("RemoteStartTransaction")) == 1


async def test_two_sockets_in_the_middle_of_a_start_the_command_counts_as_sent_and_unanswered(house: House) -> None:
    slow = quick(answer_delays_s={"RemoteStartTransaction": 5})
    async with house.charge_point(behaviour=slow) as old:
        await old.plug_in()
        boost = house.boost()
        await old.expect("RemoteStartTransaction")
        async with house.charge_point() as new:
            await old.wait_closed()
            await new.plug_in()
            await new.start_transaction(boost.tag)
            await house.until_true(lambda: house.transactions() != [])
            await house.until_true(lambda: any(s.status is Status.CHARGING for s in house.sessions()))

    told = [*old.received("RemoteStartTransaction"), *new.received("RemoteStartTransaction")]
    tags = [frame.payload["idTag"] for frame in told]
    assert tags[0] == boost.tag
    assert len(set(tags)) == len(tags)
    assert "no_answer" in house.causes(boost.id)
    assert len(house.transactions()) == 1
    further = [session for session in house.sessions() if session.id != boost.id]
    assert {session.recovers_session_id for session in further} <= {boost.id, *(session.id for session in further)}


async def test_messages_of_one_connection_are_taken_in_order(house: House) -> None:
    house.change(accept_any=True)
    began = house.now() - seconds(400)
    start = {"connectorId": 1, "idTag": "CARD", "meterStart": 0, "timestamp": began.isoformat()}
    samples = [_sample(began, wh_and_s) for wh_and_s in (100, 200, 50, 250)]
    stop = {"transactionId": -1, "meterStop": 300, "timestamp": (began + seconds(300)).isoformat()}
    calls = [("StartTransaction", start), *(("MeterValues", one) for one in samples), ("StopTransaction", stop)]
    async with house.charge_point() as cp:
        for number, (action, payload) in enumerate(calls):
            await cp.send_raw(orjson.dumps([2, f"raw-{number}", action, payload]).decode())

        card = await house.until(await house.until_one(Kind.CARD), Status.COMPLETED, Status.REJECTED)

    assert card.energy_wh == 300
    assert [row.stopped_at is not None for row in house.transactions()] == [True]


def _sample(began: datetime, wh_and_s: int) -> dict[str, Any]:
    """A register that rises by a watt-hour in a second."""
    at = (began + seconds(wh_and_s)).isoformat()
    return {"connectorId": 1, "meterValue": [{"timestamp": at, "sampledValue": [{"value": str(wh_and_s)}]}]}


async def test_idempotency_key_one_effect_on_the_wire_however_often_it_is_asked(house: House) -> None:
    container = house.container
    with container.database.write() as db:
        access = AccessTokens(container.settings.secret_key)
        issued = tokens.log_in(db, house.driver.account_id, device="phone", access=access, now=house.now())
    headers = {"Authorization": f"Bearer {issued.access_token}", "Idempotency-Key": "the-same-tap"}
    async with house.charge_point() as cp:
        await cp.plug_in()
        path = f"/v1/chargers/{house.charger_id()}/boost"

        def tap(_: int) -> int:
            return container.app.test_client().post(path, json={}, headers=headers).status_code

        with ThreadPoolExecutor(4) as taps:
            answers = await asyncio.to_thread(lambda: list(taps.map(tap, range(8))))
        await house.until_drawing(await house.until_one(Kind.BOOST))

    assert 202 in answers
    assert set(answers) <= {202, 409}
    assert len(house.sessions()) == 1
    assert len(cp.received("RemoteStartTransaction")) == 1


@pytest.mark.parametrize("for_s", [0.0, 0.3])
async def test_a_charger_that_reconnects_in_the_middle_of_a_start_charges_once(house: House, for_s: float) -> None:
    async with house.charge_point(behaviour=quick(start_delay_s=0.2)) as cp:
        await cp.plug_in()
        boost = await house.until(house.boost(), Status.STARTING)
        await cp.expect("RemoteStartTransaction")
        await cp.drop_line(for_s=for_s)

        await house.until_true(lambda: any(s.status is Status.CHARGING for s in house.sessions()))

    assert len([row for row in house.transactions() if not row.is_refused]) == 1
    assert {session.id for session in house.sessions()} >= {boost.id}

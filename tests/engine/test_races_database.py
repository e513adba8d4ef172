"""A database that goes away in the wrong moment (design.md §3, *Races, settled*)."""

from collections.abc import AsyncIterator

import psycopg
import pytest

from homecharge.domain.limits import EnergyLimit
from homecharge.domain.session_state import Session, Status, StopReason
from homecharge.storage.database import DatabaseUnavailable
from tests.engine.house import House, metered_wh, open_house, quick
from tests.engine.shaky import ShakyContainer, database_of

NO_CONFIGURATION = {"GetConfiguration": "NotSupported"}
KILLS = 5
KILL = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
    AND backend_start > (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())
"""
"""Whoever has connected since the killer did."""


@pytest.fixture
async def shaky(database_url: str) -> AsyncIterator[House]:
    async with open_house(database_url, make=ShakyContainer, start_confirm_s=1.0, backoff_s=(30.0,)) as house:
        yield house


async def test_commit_outcome_unknown_nothing_is_sent_and_the_alarm_looks_again(shaky: House) -> None:
    database = database_of(shaky.container)
    async with shaky.charge_point(behaviour=quick(callerrors=NO_CONFIGURATION)) as cp:
        await cp.plug_in()
        database.loses_decisions = True
        boost = await shaky.until(shaky.boost(), Status.STARTING)
        database.loses_decisions = False

        over = await shaky.until(boost, Status.REJECTED)

    assert not cp.received("RemoteStartTransaction")
    assert over.rejection is not None
    assert "delivery_unknown" in {evidence["fact"] for evidence in over.rejection["evidence"]}


async def test_a_transaction_that_comes_after_all_confirms_a_start_whose_commit_was_unknown(shaky: House) -> None:
    database = database_of(shaky.container)
    async with shaky.charge_point(behaviour=quick(callerrors=NO_CONFIGURATION)) as cp:
        await cp.plug_in()
        database.loses_decisions = True
        boost = await shaky.until(shaky.boost(), Status.STARTING)
        database.loses_decisions = False

        await cp.start_transaction(boost.tag)
        charging = await shaky.until(boost, Status.CHARGING)

    assert [row.session_id for row in shaky.transactions()] == [charging.id]


async def test_database_away_at_start_transaction_the_repeat_is_accepted(house_that_loses: House) -> None:
    database = database_of(house_that_loses.container)
    async with house_that_loses.charge_point(behaviour=quick(start_delay_s=0.3, retry_s=0.2)) as cp:
        await cp.plug_in()
        boost = await house_that_loses.until(house_that_loses.boost(), Status.STARTING)
        database.is_away = True
        refused = await cp.expect("StartTransaction", kind="CALLERROR")
        database.is_away = False

        await house_that_loses.until_drawing(boost)

    assert refused.payload["errorCode"] == "InternalError"
    assert len(cp.sent("StartTransaction")) >= 2
    assert len(house_that_loses.transactions()) == 1


@pytest.fixture
async def house_that_loses(database_url: str) -> AsyncIterator[House]:
    async with open_house(database_url, make=ShakyContainer) as house:
        yield house


async def test_an_answer_lost_after_the_commit_makes_one_transaction_with_one_id(house_that_loses: House) -> None:
    database = database_of(house_that_loses.container)
    async with house_that_loses.charge_point(behaviour=quick(start_delay_s=0.3, retry_s=0.2)) as cp:
        await cp.plug_in()
        boost = await house_that_loses.until(house_that_loses.boost(), Status.STARTING)
        database.loses_answers = True
        await cp.expect("StartTransaction", kind="CALLERROR")
        [row] = house_that_loses.transactions()
        database.loses_answers = False

        answer = await cp.expect("StartTransaction", kind="CALLRESULT")
        await house_that_loses.until_drawing(boost)

    assert answer.payload["transactionId"] == row.id
    assert len(house_that_loses.transactions()) == 1


async def test_database_away_at_stop_transaction_the_repeat_is_accepted(house_that_loses: House) -> None:
    database = database_of(house_that_loses.container)
    async with house_that_loses.charge_point(behaviour=quick(retry_s=0.2)) as cp:
        await cp.plug_in()
        boost = await house_that_loses.until_drawing(house_that_loses.boost())
        database.is_away = True
        await cp.unplug()
        refused = await cp.expect("StopTransaction", kind="CALLERROR")
        database.is_away = False

        done = await house_that_loses.until(boost, Status.COMPLETED)

    assert refused.payload["errorCode"] == "InternalError"
    assert done.stop_reason is StopReason.UNPLUGGED
    assert done.energy_wh == metered_wh(cp)


async def test_a_status_that_could_not_be_stored_is_asked_for_when_the_database_is_back(
    house_that_loses: House,
) -> None:
    """No charger repeats a StatusNotification (OCPP 1.6 §3.7.1)."""
    database = database_of(house_that_loses.container)
    async with house_that_loses.charge_point() as cp:
        await house_that_loses.until_true(lambda: house_that_loses.describe().connector.state == "available")
        database.is_away = True
        await cp.plug_in()
        refused = await cp.expect("StatusNotification", kind="CALLERROR")
        database.is_away = False

        await house_that_loses.until_true(lambda: house_that_loses.describe().connector.state == "preparing")

    assert refused.payload["errorCode"] == "InternalError"


async def test_connections_that_are_killed_again_and_again_cost_nothing(postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url, autocommit=True) as killer:
        async with open_house(postgresql_url) as house, house.charge_point(behaviour=quick(retry_s=0.2)) as cp:
            await cp.plug_in()
            boost = house.boost(limit=EnergyLimit(600))
            for _ in range(KILLS):
                await cp.expect("MeterValues", "sent")
                killer.execute(KILL)

            done = await _until_ended(house, boost.id)
            rows = house.transactions()

    assert done.energy_wh == metered_wh(cp)
    assert len(rows) == 1


async def _until_ended(house: House, session_id: str) -> Session:
    """The session once it is completed; a look that meets a killed connection looks again."""
    while True:
        try:
            return await house.until(house.session(session_id), Status.COMPLETED)
        except DatabaseUnavailable:
            continue

"""Lines that break in the middle of a start, and fifty that come up at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from homecharge.domain.session_state import Status
from homecharge.simulator.behaviour import Behaviour
from homecharge.simulator.journal import Journal
from tests.processes.estate import Estate, lively, open_estate, until
from tests.processes.process import Process

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]

MANY = 50


@pytest.fixture
async def installation(sqlite_url: str) -> AsyncIterator[tuple[Estate, Process]]:
    async with open_estate(sqlite_url) as estate, Process(sqlite_url) as process:
        yield estate, process
        assert process.failures == []


@pytest.mark.parametrize(
    ("behaviour", "moment"),
    [
        pytest.param(lively(answer_delays_s={"RemoteStartTransaction": 0.5}), "received", id="before it answers"),
        pytest.param(lively(start_delay_s=0.5), "answered", id="after its answer, before its transaction"),
        pytest.param(lively(), "started", id="in the moment of its transaction"),
    ],
)
async def test_a_charger_that_reconnects_in_the_middle_of_a_start_has_one_outcome(
    installation: tuple[Estate, Process], behaviour: Behaviour, moment: str
) -> None:
    estate, process = installation
    async with estate.charge_point("CP1", process.ocpp_url, behaviour) as cp:
        await cp.plug_in()
        estate.boost("CP1")
        if moment == "received":
            await cp.expect("RemoteStartTransaction", within_s=20)
        elif moment == "answered":
            await cp.expect("RemoteStartTransaction", "sent", kind="CALLRESULT", within_s=20)
        else:
            await cp.expect("StartTransaction", "sent", within_s=20)
        await cp.drop_line(for_s=0.3)
        await until(lambda: any(s.status is Status.CHARGING for s in estate.sessions_of("CP1")))
        await cp.wait_connected()
        await until(lambda: len(cp.received("TriggerMessage")) >= 2)
        tries = estate.sessions_of("CP1")
        transactions = {frame.payload["timestamp"] for frame in cp.sent("StartTransaction")}

    assert set(estate.commands.values()) == {1}
    assert [s.status for s in tries[:-1]] == [Status.REJECTED] * (len(tries) - 1)
    assert tries[-1].status is Status.CHARGING
    assert [s.recovers_session_id for s in tries] == [None, *(s.id for s in tries[:-1])]
    assert len(transactions) == 1


async def test_a_start_whose_charger_forgets_it_at_the_reconnect_is_rejected_and_tried_again(
    installation: tuple[Estate, Process],
) -> None:
    estate, process = installation
    async with estate.charge_point("CP1", process.ocpp_url, lively(accept_and_do_nothing=True)) as cp:
        await cp.plug_in()
        boost = estate.boost("CP1")
        await cp.expect("RemoteStartTransaction", "sent", kind="CALLRESULT", within_s=20)
        await cp.drop_line(for_s=0.3)
        rejected = await estate.until_status(boost.id, Status.REJECTED)
        cp.behaviour.accept_and_do_nothing = False
        await until(lambda: any(s.status is Status.CHARGING for s in estate.sessions_of("CP1")))

    assert rejected.reason in {"start_not_confirmed", "charger_offline"}
    assert estate.commands[boost.tag] == 1


async def test_fifty_chargers_that_connect_in_the_same_tick_are_all_answered(
    installation: tuple[Estate, Process],
) -> None:
    estate, process = installation
    names = [f"CP{number:02}" for number in range(MANY)]
    estate.add_chargers(*names)
    cps = [estate.charge_point(name, process.ocpp_url, lively(status_before_boot=True)) for name in names]
    await asyncio.gather(*(cp.connect() for cp in cps))
    await asyncio.gather(*(cp.plug_in() for cp in cps))
    unanswered = [_unanswered(cp.journal) for cp in cps]
    refused = sum(cp.journal.counters.refused_connects + cp.journal.counters.callerrors for cp in cps)
    set_up = [await cp.expect("TriggerMessage", within_s=20) for cp in cps]
    owned = [estate.line(name).connection_id for name in names]
    await asyncio.gather(*(cp.close() for cp in cps))

    assert unanswered == [[]] * MANY
    assert refused == 0
    assert len(set_up) == MANY
    assert len(set(owned) - {None}) == MANY


def _unanswered(journal: Journal) -> list[str]:
    answered = {frame.message_id for frame in journal.frames if frame.direction == "received" and frame.kind != "CALL"}
    calls = [frame for frame in journal.frames if frame.direction == "sent" and frame.kind == "CALL"]
    return [frame.action for frame in calls if frame.message_id not in answered]

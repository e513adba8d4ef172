"""`kill -9` in the middle of many charges: each goes on or ends as its charger knows it, none hangs."""

import asyncio
import random
from collections import Counter

import pytest

from homecharge.domain.limits import EnergyLimit
from homecharge.domain.session_state import Status, StopReason
from homecharge.simulator.charge_point import ChargePoint
from tests.processes.estate import Estate, lively, open_estate, until
from tests.processes.process import Process

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

CHARGERS = 40
KILLS = 3
ENDED_WITHIN_S = 60.0
NEVER = EnergyLimit(1_000_000)
GOING_ON, UNPLUGGED, POWERLESS = range(3)


async def test_what_happened_to_charges_while_we_were_dead_is_found_out(
    postgresql_url: str, chance: random.Random
) -> None:
    async with open_estate(postgresql_url) as estate, Process(postgresql_url) as process:
        cps = await _charging(estate, process)
        fates = {cp.identity: chance.choice((GOING_ON, UNPLUGGED, POWERLESS)) for cp in cps}
        for number in range(KILLS):
            process.kill()
            await process.ended()
            if number == 0:
                await asyncio.gather(*(_meet(cp, fates[cp.identity], chance) for cp in cps))
            await asyncio.sleep(chance.uniform(0, 3))
            await process.start()
            await asyncio.sleep(chance.uniform(0, 3))
        ended = [name for name, fate in fates.items() if fate != GOING_ON]
        await until(lambda: all(estate.sessions_of(name)[0].is_over for name in ended), within_s=ENDED_WITHIN_S)
        outcomes = Counter((fates[cp.identity], *_outcome(estate, cp)) for cp in cps)
        await asyncio.gather(*(cp.close() for cp in cps))

        assert set(outcomes) == {
            (GOING_ON, Status.CHARGING, None),
            (UNPLUGGED, Status.COMPLETED, StopReason.UNPLUGGED),
            (POWERLESS, Status.COMPLETED, StopReason.LOST),
        }
        assert process.failures == []


async def _charging(estate: Estate, process: Process) -> list[ChargePoint]:
    """Many chargers in the middle of a charge without an end, from which energy has flowed."""
    names = [f"CP{number:02}" for number in range(CHARGERS)]
    estate.add_chargers(*names)
    cps = [estate.charge_point(name, process.ocpp_url, lively(time_scale=50)) for name in names]
    for cp in cps:
        await cp.connect()
        await cp.plug_in()
        estate.boost(cp.identity, NEVER)
    await until(lambda: all(estate.sessions_of(name)[0].drew_at is not None for name in names))
    return cps


async def _meet(cp: ChargePoint, fate: int, chance: random.Random) -> None:
    if fate == UNPLUGGED:
        await cp.unplug()
    elif fate == POWERLESS:
        await cp.power_cut(for_s=chance.uniform(0, 8))


def _outcome(estate: Estate, cp: ChargePoint) -> tuple[Status, StopReason | None]:
    session = estate.sessions_of(cp.identity)[0]
    return session.status, session.stop_reason

"""Starts due in one second over real sockets: all of `homecharge run`, and simulated chargers with a car."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from benchmarks.rig.databases import KINDS, new_database
from benchmarks.rig.estate import build
from benchmarks.rig.program import main, progress
from benchmarks.rig.scale import Scale
from benchmarks.rig.servers import HOST, homecharge
from benchmarks.rig.tables import Table
from benchmarks.rig.tries import boosts
from homecharge.domain.session_state import Status
from homecharge.domain.timeline import Actor
from homecharge.observability.clock import SystemClock
from homecharge.services.planning import plan_sessions
from homecharge.simulator.behaviour import Behaviour
from homecharge.simulator.fleet import Fleet
from homecharge.storage.database import Database
from homecharge.storage.models import TransactionRow
from homecharge.storage.queries.sessions import TABLE

CLOCK = SystemClock()
CONNECTS_PER_S = 200
WITHIN_S = 90


@dataclass(frozen=True, slots=True)
class Found:
    """Seconds after the due time: the last command's intent, the last StartTransaction, the last session charging."""

    commanded_s: float
    started_s: float
    charging_s: float
    charging: int


async def measure(scale: Scale) -> list[Table]:
    """Both databases."""
    number = scale.pick(1_000, 500, 5)
    table = Table(
        f"{number:,} starts due in one second over sockets",
        ("database", "charging", "all commanded s", "all started s", "all charging s"),
        notes=(
            "Seconds after the due time, a tick of 1 s included. The simulated chargers, which answer and send their",
            "StartTransaction and statuses, share the machine with the server.",
        ),
    )
    for kind in KINDS:
        found = await _starts(kind, number, ahead=timedelta(seconds=scale.pick(5, 5, 1)))
        seconds = (found.commanded_s, found.started_s, found.charging_s)
        share = f"{found.charging / number:.0%}"
        table.rows.append((kind, share, *(f"{each:.2f}" for each in seconds)))
    return [table]


async def _starts(kind: str, number: int, *, ahead: timedelta) -> Found:
    with new_database(kind) as url:
        database = Database(url)
        with database.write() as db:
            estate = build(db, homes=number, now=CLOCK.now())
        behaviour = Behaviour(heartbeat_s=0)
        async with homecharge(url) as (server, _):
            names = [home.identity for home in estate.homes]
            progress(f"socket starts: {kind}, {number:,} chargers connect")
            async with Fleet(f"ws://{HOST}:{server.port}/ocpp", names, estate.password, behaviour=behaviour) as fleet:
                await fleet.connect(per_s=CONNECTS_PER_S)
                await fleet.each(lambda charge_point: charge_point.plug_in(), per_s=CONNECTS_PER_S)
                due_at = CLOCK.now() + ahead
                with database.write() as db:
                    plan_sessions(db, boosts(estate, due_at=due_at), actor=Actor.DRIVER, now=CLOCK.now())
                progress(f"socket starts: {kind}, due")
                charging_at = await _until_charging(database, number)
                found = _read(database, due_at, charging_at)
        database.close()
    return found


async def _until_charging(database: Database, number: int) -> datetime:
    """When the last session was seen charging, or patience ended."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + WITHIN_S
    while await asyncio.to_thread(_charging, database) < number and loop.time() < deadline:  # noqa: ASYNC110 - what
        await asyncio.sleep(0.05)  # counts is what the database holds
    return CLOCK.now()


def _charging(database: Database) -> int:
    with database.read() as db:
        return db.scalar(select(func.count()).where(TABLE.c.status == Status.CHARGING)) or 0


def _read(database: Database, due_at: datetime, charging_at: datetime) -> Found:
    with database.read() as db:
        commanded_at = db.scalar(select(func.max(TABLE.c.commanded_at))) or due_at
        started_at = db.scalar(select(func.max(TransactionRow.received_at))) or due_at
    seconds = [(at - due_at).total_seconds() for at in (commanded_at, started_at, charging_at)]
    return Found(*seconds, _charging(database))


if __name__ == "__main__":
    main(measure)

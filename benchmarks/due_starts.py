"""Thousands of starts due in the same second: claimed and decided in sets, against one APScheduler job each."""

import asyncio
import random
import threading
import time
from dataclasses import dataclass

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import func, insert, select

from benchmarks.rig.databases import KINDS, new_database
from benchmarks.rig.estate import build, plug_in
from benchmarks.rig.program import main, progress
from benchmarks.rig.scale import Scale
from benchmarks.rig.tables import Table, times
from benchmarks.rig.tries import boosts
from homecharge.domain.session_state import Session
from homecharge.domain.timeline import Actor
from homecharge.domain.timing import Timing
from homecharge.engine.alarms import Alarms, Conversations
from homecharge.engine.commands import Commands
from homecharge.engine.local_lists import LocalLists
from homecharge.engine.profiles import Profiles
from homecharge.engine.starts import Starts
from homecharge.engine.stops import Stops
from homecharge.engine.triggered import Triggered
from homecharge.observability.clock import SystemClock
from homecharge.observability.metrics import Metrics
from homecharge.ports.charger_events import Line
from homecharge.ports.charger_link import Command, Outcome, Reply
from homecharge.services.command_answers import StartAnswer, starts_answered
from homecharge.services.decisions import decide
from homecharge.services.planning import plan_sessions
from homecharge.storage.claims import Claimant
from homecharge.storage.database import Database
from homecharge.storage.models import Process
from homecharge.storage.queries.sessions import TABLE, list_sessions
from homecharge.storage.types import new_id

CLOCK = SystemClock()
TIMING = Timing()
GATEWAY = new_id()
ANSWER_S = (0.02, 0.05)
JOB_THREADS = 20


@dataclass(frozen=True, slots=True)
class Found:
    """Seconds until the last start was sent, and until the last answer was recorded."""

    commanded_s: float
    recorded_s: float


class Chargers:
    """A `ChargerLink` whose chargers accept after 20 to 50 ms."""

    def __init__(self) -> None:
        self.sent = 0
        self.last_at = 0.0

    def is_connected(self, charger_id: str) -> bool:
        """All of them are."""
        return bool(charger_id)

    def disconnect(self, line: Line, *, reason: str) -> None:
        """Never asked for here."""

    async def send(self, charger_id: str, command: Command, *, timeout_s: float) -> Reply:  # noqa: ARG002 - the port's
        """Accepted, a moment later."""
        self.note()
        await asyncio.sleep(random.uniform(*ANSWER_S))
        return _accepted()

    def note(self) -> None:
        """One more start went out now."""
        self.sent += 1
        self.last_at = time.perf_counter()


def _accepted() -> Reply:
    now = CLOCK.now()
    return Reply(outcome=Outcome.ACCEPTED, status="Accepted", message_id=new_id(), sent_at=now, answered_at=now)


async def measure(scale: Scale) -> list[Table]:
    """Both databases, both ways."""
    number = scale.pick(5_000, 1_000, 10)
    table = Table(
        f"{number:,} starts due in one second",
        ("database", "all sent", "all recorded", "in sets: sent s", "recorded s", "a job each: sent s", "recorded s"),
        notes=(
            "Ratios: a job each divided by in sets (aim: 10 times). Chargers accept after 20-50 ms.",
            f"A job each: APScheduler with its memory store and {JOB_THREADS} threads, the same services row by row.",
        ),
    )
    for kind in KINDS:
        progress(f"due starts: {kind}, in sets")
        in_sets = await _in_sets(kind, number)
        progress(f"due starts: {kind}, a job each")
        each = await asyncio.to_thread(_a_job_each, kind, number)
        ratios = (each.commanded_s / in_sets.commanded_s, each.recorded_s / in_sets.recorded_s)
        figures = (in_sets.commanded_s, in_sets.recorded_s, each.commanded_s, each.recorded_s)
        table.rows.append((kind, *map(times, ratios), *(f"{seconds:.2f}" for seconds in figures)))
    return [table]


async def _in_sets(kind: str, number: int) -> Found:
    with new_database(kind) as url:
        database = Database(url)
        _plan(database, number)
        chargers, metrics = Chargers(), Metrics()
        timeout = TIMING.command_timeout
        alarms = Alarms(
            database,
            CLOCK,
            metrics,
            TIMING,
            Claimant(gateway_id=GATEWAY, takes_unheld=False),
            talks=Conversations(
                starts=Starts(database, chargers, CLOCK, metrics, timeout=timeout),
                stops=Stops(database, chargers, CLOCK, metrics, timing=TIMING),
                profiles=Profiles(database, chargers, CLOCK, metrics, timing=TIMING),
                lists=LocalLists(database, chargers, CLOCK, metrics, timing=TIMING),
                commands=Commands(database, chargers, CLOCK, Triggered(), timing=TIMING),
            ),
        )
        began = time.perf_counter()
        await alarms.look()
        while chargers.sent < number:  # noqa: ASYNC110 - the link is a stand-in without events
            await asyncio.sleep(0.01)
        while _answered(database) < number:  # noqa: ASYNC110 - what counts is what the database holds
            await asyncio.sleep(0.01)
        found = Found(chargers.last_at - began, time.perf_counter() - began)
        await alarms.drain(within_s=5)
        database.close()
    return found


def _a_job_each(kind: str, number: int) -> Found:
    with new_database(kind) as url:
        database = Database(url, pool_size=JOB_THREADS)
        sessions = _plan(database, number)
        chargers, done = Chargers(), threading.Semaphore(0)

        def start(session: Session) -> None:
            with database.write() as db:
                (begun,) = decide(db, [session], TIMING, now=CLOCK.now()).starts
            chargers.note()
            time.sleep(random.uniform(*ANSWER_S))  # noqa: TID251 - a job waits in its thread; that is its cost
            with database.write() as db:
                starts_answered(db, [StartAnswer(begun, _accepted())], now=CLOCK.now())
            done.release()

        scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(JOB_THREADS)}, job_defaults={"misfire_grace_time": None}
        )
        scheduler.start(paused=True)
        due_at = CLOCK.now()
        for session in sessions:
            scheduler.add_job(start, "date", run_date=due_at, args=[session])
        began = time.perf_counter()
        scheduler.resume()
        for _ in sessions:
            done.acquire()
        found = Found(chargers.last_at - began, time.perf_counter() - began)
        scheduler.shutdown()
        database.close()
    return found


def _plan(database: Database, number: int) -> list[Session]:
    """As many connected chargers with a car, each with a session that is due."""
    now = CLOCK.now()
    with database.write() as db:
        estate = build(db, homes=number, now=now)
        process = {"id": GATEWAY, "roles": "gateway", "started_at": now, "beat_at": now}
        db.execute(insert(Process).values(process))
        plug_in(db, estate.homes, gateway_id=GATEWAY, now=now)
        plan_sessions(db, boosts(estate, due_at=now), actor=Actor.DRIVER, now=now)
    with database.read() as db:
        return list_sessions(db, TABLE.c.wake_at.is_not(None))


def _answered(database: Database) -> int:
    with database.read() as db:
        return db.scalar(select(func.count()).where(TABLE.c.command_answer.is_not(None))) or 0


if __name__ == "__main__":
    main(measure)

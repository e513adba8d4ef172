"""Simulated charge points for people: each event as a line, a fleet as a line per second, an end by signal."""

import asyncio
import gc
import resource
import signal
import sys
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime

from homecharge.simulator.charge_point import ChargePoint
from homecharge.simulator.fleet import Fleet
from homecharge.simulator.script import ScriptError, ScriptStep, run_script

REPORT_EVERY_S = 1.0
SPARE_FILES = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do once connected: the steps, whether over and over, and whether to stay connected after them."""

    steps: Sequence[ScriptStep]
    repeats: bool
    stays: bool


def write_event(at: datetime, text: str) -> None:
    """Print one event of a charge point, with its UTC time."""
    _write(f"{at:%H:%M:%S}.{at.microsecond // 1000:03d} {text}")


async def until_stopped(work: Coroutine[object, object, int], *, duration_s: float | None) -> int:
    """The exit status of `work`; 0 where SIGINT, SIGTERM or `duration_s` cut it short, which cancels it."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    await asyncio.wait({task}, timeout=duration_s)
    task.cancel()
    await asyncio.wait({task})
    return 0 if task.cancelled() else task.result()


async def show_one(charge_point: ChargePoint, plan: Plan) -> int:
    """Run the plan with one charge point; returns 1 where a step failed."""
    try:
        charge_point.come_back(in_s=0)
        return await _follow(charge_point, plan)
    finally:
        await charge_point.close()


async def show_fleet(fleet: Fleet, plan: Plan, *, connects_per_s: float | None) -> int:
    """Run the plan with each of a fleet; returns 1 where any failed."""
    _allow_files(len(fleet.charge_points) + SPARE_FILES)
    reporting = asyncio.ensure_future(_report(fleet))
    failed = 0

    async def live(charge_point: ChargePoint) -> None:
        nonlocal failed
        failed += await _follow(charge_point, plan)

    try:
        await fleet.connect(per_s=connects_per_s)
        gc.freeze()  # what lives as long as the process need not be searched for garbage: pauses distort a load test
        await fleet.each(live, per_s=connects_per_s)
    finally:
        reporting.cancel()
        await fleet.close()
        _write(str(fleet.counters))
    return min(failed, 1)


async def _follow(charge_point: ChargePoint, plan: Plan) -> int:
    await charge_point.wait_connected(within_s=None)
    try:
        await run_script(charge_point, plan.steps)
        while plan.repeats:
            await asyncio.sleep(0)  # a script that waits for nothing can still be stopped
            await run_script(charge_point, plan.steps)
    except ScriptError as error:
        _write(f"{charge_point.identity} {error}")
        return 1
    if plan.stays:
        await asyncio.Event().wait()
    return 0


async def _report(fleet: Fleet) -> None:
    counters, before = fleet.counters, 0
    while True:
        await asyncio.sleep(REPORT_EVERY_S)
        frames = counters.frames_sent + counters.frames_received
        _write(f"{counters} frames_per_s={(frames - before) / REPORT_EVERY_S:.0f}")
        before = frames


def _allow_files(wanted: int) -> None:
    """Raise the process's own limit of open files as far as the machine lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()

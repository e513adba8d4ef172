"""Run roles in one process: one event loop, its signals, its drain, and a watch on the machine's clock."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import datetime
from socket import socket
from typing import Protocol

import uvicorn
from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from homecharge.bootstrap import Container
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.ports.bell import Bell
from homecharge.services.charger_lines import LINES
from homecharge.services.checking import CHECKS
from homecharge.services.dispatching import DELIVERIES
from homecharge.services.openings import OPENINGS
from homecharge.services.planning import ALARMS
from homecharge.settings import PREFIX, Role

log = get_logger(__name__)

DRAIN_S = 10.0
STAGE_AT_LEAST_S = 1.0
HEAL_S = 60
LOG_INS_S = 60
TIDY_S = 3600
RING_AGAIN_S = 60
FEEDS_S = 10.0
CLOCK_SHIFT_S = 2.0
"""A step of the wall clock against the monotonic one that makes the scheduler look anew."""
Tick = Callable[[], Awaitable[None]]


class Patience:
    """The 10 s in which all stages of a drain finish, from when the first one asks; each has a second at least."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._now, self._ends_at = monotonic, float("inf")

    def left_s(self) -> float:
        """For the stage that begins now."""
        now = self._now()
        self._ends_at = min(self._ends_at, now + DRAIN_S)
        return max(self._ends_at - now, STAGE_AT_LEAST_S)


class CannotListen(RuntimeError):
    """An address is taken, or none of this machine's; the message says which, and what sets it."""

    def __init__(self, host: str, port: int, *, setting: str) -> None:
        name = f"{PREFIX}{setting}"
        super().__init__(
            f"Homecharge cannot listen on {host}:{port}: the address is taken, or none of this machine's. "
            f"{name}_HOST and {name}_PORT set another."
        )


async def run(
    container: Container, roles: frozenset[Role], *, beside: AbstractAsyncContextManager[object] | None = None
) -> None:
    """Until SIGTERM or SIGINT: then no new claims, 10 s to finish, the rest is left to its alarms.

    `beside` is entered once every role listens and left before they drain.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for received in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(received, stopping.set)
    async with running(container, roles):
        _settle_memory()
        async with beside or contextlib.nullcontext():
            log.info("run.ready", roles=sorted(role.value for role in roles))
            await stopping.wait()
            log.info("run.draining")
    log.info("run.ended")


@contextlib.asynccontextmanager
async def running(container: Container, roles: frozenset[Role]) -> AsyncIterator[None]:
    """The roles at work while the context is open; leaving it drains them."""
    async with AsyncExitStack() as stack:
        await _start(container, roles, stack)
        yield


async def _start(container: Container, roles: frozenset[Role], stack: AsyncExitStack) -> None:
    """Start in the order of dependence; the stack drains in the opposite one."""
    patience = Patience(container.clock.monotonic)
    await container.bell.open()
    stack.push_async_callback(container.bell.close)
    stack.push_async_callback(container.outbound.aclose)
    stack.push_async_callback(container.own_outbound.aclose)
    await container.housekeeping.beat()
    stack.push_async_callback(container.housekeeping.end)
    if Role.GATEWAY in roles:
        await stack.enter_async_context(_gateway(container, patience))
    if roles & {Role.GATEWAY, Role.SCHEDULER}:
        await stack.enter_async_context(_alarms(container, patience))
    await stack.enter_async_context(_ticks(container, roles, patience))
    if Role.API in roles:
        await stack.enter_async_context(_api(container, patience))
    if roles & {Role.GATEWAY, Role.SCHEDULER}:
        stack.callback(container.alarms.claim_no_more)


@contextlib.asynccontextmanager
async def _gateway(container: Container, patience: Patience) -> AsyncIterator[None]:
    inbound, gateway, settings = container.inbound, container.gateway, container.settings
    try:
        await gateway.start(inbound)
    except OSError as refused:
        raise CannotListen(settings.ocpp_host, settings.ocpp_port, setting="OCPP") from refused
    async with _background(
        container.set_up.run(inbound.to_set_up),
        _at_each_bell(container.bell, LINES, lambda: inbound.check_lines(at=container.clock.now())),
    ):
        try:
            yield
        finally:
            inbound.begin_drain()
            await gateway.drain(patience.left_s())
            await inbound.close()


@contextlib.asynccontextmanager
async def _alarms(container: Container, patience: Patience) -> AsyncIterator[None]:
    looks = [_at_each_bell(container.bell, ALARMS, container.alarms.look)]
    if Role.SCHEDULER in container.roles:
        looks.append(_at_each_bell(container.bell, OPENINGS, container.openings.look))
        looks.append(_at_each_bell(container.bell, CHECKS, container.checks.look))
        looks.append(_at_each_bell(container.bell, DELIVERIES, container.telling.look))
    async with _background(*looks):
        try:
            yield
        finally:
            await container.alarms.drain(within_s=patience.left_s())
            await container.checks.close()
            await container.telling.close(within_s=patience.left_s())


@contextlib.asynccontextmanager
async def _ticks(container: Container, roles: frozenset[Role], patience: Patience) -> AsyncIterator[None]:
    """APScheduler is the alarm clock, in memory; the tables are the truth (house rule 11)."""
    settings, work = container.settings, container.housekeeping
    scheduler = AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    ticking: set[asyncio.Task[None]] = set()

    def add(tick: Tick, seconds: float) -> Job:
        return scheduler.add_job(_tracked(tick, ticking), "interval", seconds=seconds)

    jobs = [add(work.beat, settings.gateway_silent_s / 3)]
    if roles & {Role.GATEWAY, Role.SCHEDULER}:
        jobs.append(add(container.alarms.look, settings.tick_s))
    if Role.API in roles:
        jobs.append(add(work.ring_again, RING_AGAIN_S))
    if Role.SCHEDULER in roles:
        jobs.append(add(container.mails.look, settings.tick_s))
        jobs.append(add(work.end_log_ins, LOG_INS_S))
        jobs += [add(work.heal, HEAL_S), add(work.tidy, TIDY_S), add(container.feeds.look, FEEDS_S)]
        ticked = (container.openings, container.checks, container.telling, container.warnings)
        jobs += [add(each.look, settings.tick_s) for each in ticked]
    scheduler.start()
    stepped = container.inbound.clock_stepped if Role.GATEWAY in roles else None
    async with _background(watch_clock(container.clock, jobs, stepped=stepped)):
        try:
            yield
        finally:
            scheduler.pause()
            if ticking:
                await asyncio.wait(ticking, timeout=patience.left_s())
            scheduler.shutdown(wait=False)


def _tracked(tick: Tick, ticking: set[asyncio.Task[None]]) -> Tick:
    """A tick that can be waited for: APScheduler's shutdown would cancel it between its commit and its commands."""

    async def tracked() -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - coroutines run in tasks
        ticking.add(task)
        try:
            await tick()
        finally:
            ticking.discard(task)

    return tracked


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling, which is this module's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Raises CannotListen where uvicorn would end the process."""
        try:
            await super().startup(sockets)
        except SystemExit as refused:
            raise CannotListen(self.config.host, self.config.port, setting="HTTP") from refused


@contextlib.asynccontextmanager
async def _api(container: Container, patience: Patience) -> AsyncIterator[None]:
    settings = container.settings
    config = uvicorn.Config(
        container.edge,
        host=settings.http_host,
        port=settings.http_port,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=int(DRAIN_S),
    )
    server = _Server(config)
    async with _background(server.serve()) as (serving,):
        while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn offers no event
            await asyncio.sleep(0.01)
        if serving.done():
            await serving
        yield
        container.edge.stop()
        server.should_exit = True
        await asyncio.wait({serving}, timeout=patience.left_s())
        container.edge.close()


@contextlib.asynccontextmanager
async def _background(*work: Awaitable[None]) -> AsyncIterator[tuple[asyncio.Future[None], ...]]:
    tasks = tuple(asyncio.ensure_future(one) for one in work)
    for task in tasks:
        task.add_done_callback(_report_death)
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _report_death(task: asyncio.Future[None]) -> None:
    failure = None if task.cancelled() else task.exception()
    if failure is not None and not isinstance(failure, CannotListen):
        log.error("background.died", exc_info=failure)


async def _at_each_bell(bell: Bell, topic: str, look: Callable[[], Awaitable[None]]) -> None:
    """Look whenever the topic rings; a look that fails is the next one's to mend."""
    async with bell.bells(topic) as rings:
        async for _ in rings:
            try:
                await look()
            except Exception:
                log.exception("bell.look_failed", topic=topic)


class Stepped(Protocol):
    """Whoever has measured something by a clock that has been set since."""

    async def __call__(self, *, at: datetime) -> None:
        """Measure anew; `at` is the present instant by the clock as it is now."""
        ...


async def watch_clock(
    clock: Clock, jobs: Collection[Job], *, stepped: Stepped | None = None, every_s: float = 1.0
) -> None:
    """Make every job due when the wall clock has been stepped: APScheduler would sleep through a step back."""
    drift = clock.now().timestamp() - clock.monotonic()
    while True:
        await asyncio.sleep(every_s)
        present = clock.now().timestamp() - clock.monotonic()
        if abs(present - drift) > CLOCK_SHIFT_S:
            log.warning("clock.stepped", seconds=round(present - drift, 3))
            for job in jobs:
                job.modify(next_run_time=clock.now())
            if stepped is not None:
                await stepped(at=clock.now())
        drift = present


def _settle_memory() -> None:
    """What start-up made stays for good; garbage collection need not look at it again (chargers.md, *Figures*)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)

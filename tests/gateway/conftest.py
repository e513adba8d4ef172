"""A gateway on a free port, told to a recording fake, and chargers that connect to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from homecharge.gateway.limits import Limits, Timing
from homecharge.gateway.server import Gateway
from homecharge.observability.clock import SystemClock
from homecharge.observability.metrics import Metrics
from tests.fakes.charger_events import RecordingChargerEvents
from tests.gateway.charger import PASSWORD, Charger, dial

Start = Callable[..., Awaitable[Gateway]]
Connect = Callable[..., Awaitable[Charger]]


@pytest.fixture
def events() -> RecordingChargerEvents:
    return RecordingChargerEvents({f"CP-{number}": PASSWORD for number in range(1, 51)})


@pytest.fixture
async def start(events: RecordingChargerEvents) -> AsyncIterator[Start]:
    """Start a gateway with chosen limits and timings; it is drained after the test."""
    gateways: list[Gateway] = []

    async def _start(*, limits: Limits | None = None, timing: Timing | None = None) -> Gateway:
        gateway = Gateway(
            host="127.0.0.1", port=0, clock=SystemClock(), metrics=Metrics(), limits=limits, timing=timing
        )
        await gateway.start(events)
        gateways.append(gateway)
        return gateway

    yield _start
    for gateway in gateways:
        await gateway.drain(1)


@pytest.fixture
async def gateway(start: Start) -> Gateway:
    return await start()


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Connect a charger; its socket is closed after the test."""
    async with AsyncExitStack() as stack:

        async def _connect(gateway: Gateway, identity: str = "CP-1", **options: Any) -> Charger:
            return Charger(await stack.enter_async_context(dial(gateway.port, identity, **options)))

        yield _connect


@pytest.fixture
async def charger(gateway: Gateway, connect: Connect) -> Charger:
    return await connect(gateway)

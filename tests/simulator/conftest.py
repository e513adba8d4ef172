"""A strict server for every test, and a way to make charge points that are gone when it ends."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest

from homecharge.simulator.behaviour import Behaviour
from homecharge.simulator.charge_point import ChargePoint
from tests.simulator.strict_server import StrictServer

MakeChargePoint = Callable[..., ChargePoint]


@pytest.fixture
async def server() -> AsyncIterator[StrictServer]:
    async with StrictServer() as server:
        yield server
    assert server.violations == []


@pytest.fixture
async def make(server: StrictServer) -> AsyncIterator[MakeChargePoint]:
    """Charge points for the server that are not connected yet; keywords are Behaviour's."""
    async with AsyncExitStack() as stack:

        def make(
            identity: str = "CP1", connectors: int = 1, configuration: Mapping[str, str] | None = None, **behaviour: Any
        ) -> ChargePoint:
            charge_point = ChargePoint(
                server.url,
                identity,
                server.password,
                connectors=connectors,
                behaviour=Behaviour(**behaviour),
                configuration=configuration,
            )
            stack.push_async_callback(charge_point.close)
            return charge_point

        yield make


@pytest.fixture
async def cp(make: MakeChargePoint) -> ChargePoint:
    """A well-mannered charge point, booted."""
    charge_point = make()
    await charge_point.connect()
    return charge_point

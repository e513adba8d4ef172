"""A house per test on each database, and the program that others wrote."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.engine.house import House, open_house
from tests.node_packages import install

CLIENT = Path(__file__).parent / "client"


@pytest.fixture(scope="session")
def client_program(node: str) -> list[str]:
    """The command that runs the client, its packages installed as its lock file says."""
    install(CLIENT)
    return [node, str(CLIENT / "charge_point.mjs")]


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    async with open_house(database_url) as opened:
        yield opened

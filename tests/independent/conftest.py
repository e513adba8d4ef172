"""A house per test on each database, and the program that others wrote."""

import fcntl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.engine.house import House, open_house

CLIENT = Path(__file__).parent / "client"


@pytest.fixture(scope="session")
def client_program(node: str) -> list[str]:
    """The command that runs the client, its packages installed as its lock file says."""
    with (CLIENT / ".install.lock").open("w") as lock:  # the suite runs in several processes
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (CLIENT / "node_modules").exists():
            command = ["npm", "ci", "--no-audit", "--no-fund"]
            installed = subprocess.run(command, check=False, cwd=CLIENT, capture_output=True, text=True)
            assert installed.returncode == 0, f"the client's packages cannot be installed: {installed.stderr}"
    return [node, str(CLIENT / "charge_point.mjs")]


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    async with open_house(database_url) as opened:
        yield opened

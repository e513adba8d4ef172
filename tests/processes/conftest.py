"""What disasters stand on: chance that can be repeated, and a Redis or a database that can be cut off."""

import os
import random
import secrets
from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.processes.cable import Cable

ROUND_S = 240
"""Each round may take this long on a busy machine, settling included."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that repeats its disaster gets time for each round."""
    for item in items:
        if "rounds" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(ROUND_S * (1 + config.getoption("rounds"))))


@pytest.fixture
def chance() -> random.Random:
    """Chance with a seed that a failing test shows; TEST_SEED repeats it."""
    seed = int(os.environ.get("TEST_SEED") or secrets.randbits(32))
    print(f"TEST_SEED={seed}")  # noqa: T201 - pytest shows it when the test fails
    return random.Random(seed)


@pytest.fixture
async def postgresql_cable(postgresql_url: str) -> AsyncIterator[tuple[Cable, str]]:
    """The cable to PostgreSQL, and the database's address behind it."""
    async with Cable(*_address(postgresql_url, 5432)) as cable:
        yield cable, _through(postgresql_url, cable)


@pytest.fixture
async def redis_cable(redis_url: str) -> AsyncIterator[tuple[Cable, str]]:
    """The cable to Redis, and its address behind it."""
    async with Cable(*_address(redis_url, 6379)) as cable:
        yield cable, _through(redis_url, cable)


def _address(url: str, usual_port: int) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or usual_port


def _through(url: str, cable: Cable) -> str:
    parts = urlsplit(url)
    login, _, _ = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{login}@127.0.0.1:{cable.port}" if login else f"127.0.0.1:{cable.port}"))

"""A house per test, on each database."""

from collections.abc import AsyncIterator

import pytest

from tests.engine.house import House, open_house


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    async with open_house(database_url) as opened:
        yield opened


@pytest.fixture
async def forgetful(database_url: str) -> AsyncIterator[House]:
    """A house that gives a transaction up for lost after five seconds without a word of it."""
    async with open_house(database_url, lost_available_s=5.0, lost_plugged_s=5.0) as opened:
        yield opened


@pytest.fixture
async def impatient(database_url: str) -> AsyncIterator[House]:
    """A house that gives a car five seconds to draw: for those that take nothing."""
    async with open_house(database_url, energy_confirm_s=5.0) as opened:
        yield opened


@pytest.fixture
async def hasty(database_url: str) -> AsyncIterator[House]:
    """A house that gives a charger a second to answer, and five to begin: for those that do not."""
    async with open_house(database_url, command_timeout_s=1.0, start_confirm_s=5.0) as opened:
        yield opened


@pytest.fixture
async def unhurried(database_url: str) -> AsyncIterator[House]:
    """A house that repeats nothing by itself before fifty seconds are over."""
    async with open_house(database_url, backoff_s=(50.0,), start_confirm_s=5.0) as opened:
        yield opened

"""The whole web as it is served: an application behind the edge on a real socket, beside the test."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
import structlog
from argon2 import PasswordHasher
from flask import Flask

from homecharge.adapters.bell_memory import MemoryBell
from homecharge.adapters.catalogues import load_languages
from homecharge.gateway.own_payloads import OwnPayloads
from homecharge.gateway.v16 import SCHEMAS
from homecharge.observability.clock import ManualClock
from homecharge.observability.metrics import Metrics
from homecharge.services.passwords import Passwords
from homecharge.settings import Settings
from homecharge.storage.database import Database
from homecharge.web.context import WebContext
from homecharge.web.edge import Edge
from homecharge.web.limits import RateLimits
from tests.homes import NOW
from tests.web.serving import serving

Serve = Callable[[Flask], AbstractContextManager[str]]
OFTEN = "1000000/second"


@pytest.fixture
def make_context() -> Callable[[Database], WebContext]:
    """A context on a clock that stands still, with room for many tries."""
    rates = dict.fromkeys(("register", "login", "login_account", "login_address", "mail", "cards", "join"), OFTEN)

    def make(database: Database) -> WebContext:
        return WebContext(
            units=database,
            clock=ManualClock(NOW),
            settings=Settings(**{f"rate_{name}": rate for name, rate in rates.items()}),
            secret_key="a key of at least thirty-two characters",
            passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
            rates=RateLimits(None),
            metrics=Metrics(),
            ocpp_payloads=OwnPayloads(SCHEMAS),
            languages=load_languages(),
        )

    return make


@pytest.fixture(autouse=True)
def _quiet(restored_logging: None) -> None:
    """A line for every request is nothing to look through."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


@pytest.fixture
def serve() -> Serve:
    """Serves an application as long as the block runs; gives its address."""

    @contextmanager
    def served(app: Flask) -> Iterator[str]:
        urls: list[str] = []
        is_up, over = threading.Event(), asyncio.Event()

        async def run() -> None:
            bell = MemoryBell()
            await bell.open()
            async with serving(Edge(app, bell)) as url:
                urls.append(url)
                is_up.set()
                await over.wait()
            await bell.close()

        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_until_complete, args=[run()])
        thread.start()
        is_up.wait()
        try:
            yield urls[0]
        finally:
            loop.call_soon_threadsafe(over.set)
            thread.join()
            loop.close()

    return served

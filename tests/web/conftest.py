"""The application with a context of each test's own: a clock that stands still, a SQLite database."""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from homecharge.adapters.catalogues import load_languages
from homecharge.domain.accounts import Role
from homecharge.domain.texts import Languages
from homecharge.gateway.own_payloads import OwnPayloads
from homecharge.gateway.v16 import SCHEMAS
from homecharge.observability.clock import ManualClock
from homecharge.observability.metrics import Metrics
from homecharge.services import accounts, tokens
from homecharge.services.passwords import Passwords
from homecharge.settings import Settings
from homecharge.storage.database import Database
from homecharge.web.app import create_app
from homecharge.web.context import EXTENSION, WebContext
from homecharge.web.limits import RateLimits
from tests.web.things import Things

SignIn = Callable[..., dict[str, str]]
START = datetime(2026, 11, 20, 11, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    """Real hashes, cheap ones."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def languages() -> Languages:
    """All of them."""
    return load_languages()


@pytest.fixture
def context(database: Database, clock: ManualClock, passwords: Passwords, languages: Languages) -> WebContext:
    return WebContext(
        units=database,
        clock=clock,
        settings=Settings(rate_register="1000/hour", rate_login="3/15minutes"),
        secret_key="a key of at least thirty-two characters",
        passwords=passwords,
        rates=RateLimits(None),
        metrics=Metrics(),
        ocpp_payloads=OwnPayloads(SCHEMAS),
        languages=languages,
    )


@pytest.fixture(scope="session")
def _made() -> list[Flask]:
    """The worker's application, once there is one: making it takes longer than most tests."""
    return []


@pytest.fixture
def app(context: WebContext, _made: list[Flask]) -> Flask:
    if not _made:
        _made.append(create_app(context))
    [app] = _made
    app.extensions[EXTENSION] = context
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(context: WebContext, database: Database, clock: ManualClock) -> SignIn:
    """Makes an account with a role and gives the headers of somebody signed in to it."""
    counter = itertools.count(1)

    def make(role: Role = Role.DRIVER) -> dict[str, str]:
        email, now = f"{role}{next(counter)}@example.org", clock.now()
        with database.write() as db:
            account = accounts.register(db, email=email, password_hash="", name="Ada", role=role, now=now)
            issued = tokens.log_in(db, account.id, device="phone", access=context.access_tokens, now=now)
        return {"Authorization": f"Bearer {issued.access_token}"}

    return make


@pytest.fixture
def things() -> Things:
    return Things()


@pytest.fixture
def thing_client(context: WebContext, things: Things) -> FlaskClient:
    """A client of an application that has nothing but things."""
    return create_app(context, areas=[things.area]).test_client()

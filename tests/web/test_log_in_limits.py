"""Guessing at a password is slowed down everywhere, and keeps its owner out nowhere."""

from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection

from homecharge.domain.accounts import Role
from homecharge.services.accounts import register
from homecharge.services.passwords import Passwords
from homecharge.settings import Settings
from homecharge.storage.database import Database, DatabaseUnavailable
from homecharge.web.app import create_app
from homecharge.web.context import WebContext
from tests.web.conftest import START

ADA = {"email": "ada@example.org", "password": "correct horse battery", "name": "Ada"}
HOME, CAFE = "198.51.100.1", "198.51.100.2"


@pytest.fixture
def client(context: WebContext) -> FlaskClient:
    rates = Settings(rate_login="3/hour", rate_login_account="5/hour", rate_login_address="5/hour")
    client = create_app(replace(context, settings=rates)).test_client()
    client.post("/v1/auth/register", json=ADA)
    return client


class OnlyRead(Database):
    """One that takes no writes at present."""

    def write(self, *, request_id: str | None = None) -> AbstractContextManager[Connection]:
        raise DatabaseUnavailable(request_id=request_id)


def log_in(client: FlaskClient, address: str, *, email: str = ADA["email"], password: str = ADA["password"]) -> int:
    body = {"email": email, "password": password}
    return client.post("/v1/auth/login", json=body, environ_base={"REMOTE_ADDR": address}).status_code


def guess(client: FlaskClient, address: str, *, email: str = ADA["email"]) -> int:
    return log_in(client, address, email=email, password="a guess")


def guess_at_console(client: FlaskClient, address: str, *, email: str = ADA["email"], password: str = "a guess") -> int:
    form = {"email": email, "password": password}
    own = {"Origin": "http://localhost"}
    return client.post("/support/login", data=form, headers=own, environ_base={"REMOTE_ADDR": address}).status_code


def test_guesses_from_everywhere_are_counted_together(client: FlaskClient):
    answers = [guess(client, f"203.0.113.{number}") for number in range(7)]

    assert answers == [401] * 5 + [429] * 2


def test_the_owner_gets_in_from_where_they_have_been(client: FlaskClient):
    known = log_in(client, HOME)
    for number in range(7):
        guess(client, f"203.0.113.{number}")

    assert (known, log_in(client, HOME), log_in(client, CAFE)) == (200, 200, 429)


def test_the_console_is_no_way_around_the_limits(client: FlaskClient):
    of_one = [guess_at_console(client, f"203.0.113.{number}") for number in range(6)]
    from_one = [guess_at_console(client, CAFE, email=f"person{number}@example.org") for number in range(6)]

    assert [of_one, from_one] == [[401] * 5 + [429]] * 2
    assert (guess(client, "203.0.113.99"), guess(client, CAFE, email="person9@example.org")) == (429, 429)


def test_an_agent_gets_in_from_where_they_have_been(client: FlaskClient, database: Database, passwords: Passwords):
    with database.write() as db:
        secret = passwords.hash("a long password")
        register(db, email="sam@example.org", password_hash=secret, name="Sam", role=Role.SUPPORT, now=START)
    sam = {"email": "sam@example.org", "password": "a long password"}
    known = guess_at_console(client, HOME, **sam)
    for number in range(6):
        guess_at_console(client, f"203.0.113.{number}", email="sam@example.org")

    assert (known, guess_at_console(client, HOME, **sam), guess_at_console(client, CAFE, **sam)) == (303, 303, 429)


def test_who_has_no_account_is_counted_the_same(client: FlaskClient):
    answers = [guess(client, f"203.0.113.{number}", email="nobody@example.org") for number in range(6)]

    assert answers == [401] * 5 + [429]


def test_one_address_cannot_try_everybody(client: FlaskClient):
    answers = [guess(client, CAFE, email=f"person{number}@example.org") for number in range(6)]

    assert answers == [401] * 5 + [429]
    assert guess(client, HOME, email="person9@example.org") == 401


def test_a_known_address_is_limited_for_its_account_and_leaves_the_owner_another(client: FlaskClient):
    log_in(client, HOME)

    answers = [guess(client, HOME) for _ in range(4)]

    assert answers == [401] * 3 + [429]
    assert log_in(client, CAFE) == 200


def test_a_device_that_is_signed_in_stays_so(client: FlaskClient):
    body = {"email": ADA["email"], "password": ADA["password"]}
    issued = client.post("/v1/auth/login", json=body, environ_base={"REMOTE_ADDR": HOME}).get_json()
    for number in range(7):
        guess(client, f"203.0.113.{number}")
        guess(client, CAFE)

    renewed = client.post(
        "/v1/auth/refresh", json={"refresh_token": issued["refresh_token"]}, environ_base={"REMOTE_ADDR": CAFE}
    )

    assert renewed.status_code == 200


def test_a_guess_that_cannot_be_noted_counts(context: WebContext, database_url: str):
    units = OnlyRead(database_url)
    client = create_app(replace(context, units=units, settings=Settings(rate_login="3/hour"))).test_client()

    answers = [guess(client, CAFE) for _ in range(5)]

    assert answers == [503] * 3 + [429] * 2
    units.close()

"""Agents at the console, as browsers show themselves to it."""

import html
import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from homecharge.domain.accounts import Role
from homecharge.services.accounts import register
from homecharge.services.passwords import Passwords
from homecharge.storage.database import Database
from tests.web.conftest import START
from tests.web.console.sights import Sights, make_sights

PASSWORD = "correct horse"
ORIGIN = {"Origin": "http://localhost"}


class Browser:
    """A client with cookies that sends forms as a browser does: with their origin and their hidden fields.

    Of a page with several forms it has the revision of the first.
    """

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.csrf = ""
        self.seen: dict[str, str] = {}

    def get(self, path: str, **query: Any) -> TestResponse:
        answer = self.client.get(f"/support{path}", query_string=query or None)
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', answer.text)
        self.csrf = found[1] if found else self.csrf
        shown = re.search(r'name="if_match" value="([^"]*)"', answer.text)
        self.seen = {"if_match": html.unescape(shown[1])} if shown else {}
        return answer

    def post(self, path: str, **form: Any) -> TestResponse:
        return self.client.post(f"/support{path}", data={"csrf": self.csrf} | self.seen | form, headers=ORIGIN)

    def log_in(self, email: str, password: str = PASSWORD, **form: Any) -> TestResponse:
        return self.post("/login", email=email, password=password, **form)


Agent = Callable[..., Browser]


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def account(database: Database, passwords: Passwords) -> Callable[[Role], str]:
    """Makes an account with a password; returns its address."""
    counter = itertools.count(1)

    def make(role: Role) -> str:
        email = f"agent{next(counter)}@example.org"
        with database.write() as db:
            register(db, email=email, password_hash=passwords.hash(PASSWORD), name="Sam", role=role, now=START)
        return email

    return make


@pytest.fixture
def agent_of(app: Flask, account: Callable[[Role], str]) -> Agent:
    """Makes somebody who is signed in to the console."""

    def make(role: Role = Role.SUPPORT) -> Browser:
        browser = Browser(app.test_client())
        browser.log_in(account(role))
        browser.get("")
        return browser

    return make


@pytest.fixture
def agent(agent_of: Agent) -> Browser:
    return agent_of()


@pytest.fixture
def operator(agent_of: Agent) -> Browser:
    return agent_of(Role.OPERATOR)


@pytest.fixture
def sights(database: Database) -> Sights:
    """One of everything that there is a page for."""
    with database.write() as db:
        return make_sights(db)

"""The console on a port, and a browser in front of it."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import insert
from werkzeug.serving import make_server

from homecharge.domain.accounts import Role
from homecharge.domain.session_state import Session, Status
from homecharge.services.accounts import register
from homecharge.services.passwords import Passwords
from homecharge.services.providers import add_provider
from homecharge.storage.database import Database
from homecharge.storage.models import Message
from homecharge.storage.types import new_id
from tests.homes import make_charger, make_home, make_session, sign_up
from tests.web.browser.chromium import Page, open_browser
from tests.web.conftest import START

EMAIL, PASSWORD = "olive@example.org", "correct horse"
_PROVIDER = {"live_url": None, "live_timeout_s": 10, "live_token": None, "support": None}


@dataclass(frozen=True)
class Site:
    """Where the console is, and what can be looked at there."""

    url: str
    session: Session


@pytest.fixture(scope="session")
def browser(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with open_browser(chromium, tmp_path_factory.mktemp("chromium")) as page:
        yield page


@pytest.fixture
def page(browser: Page) -> Iterator[Page]:
    """The browser as if nobody had used it."""
    browser.call("Network.clearBrowserCookies")
    browser.resize(1280, 900)
    browser.prefer("light")
    browser.console.clear()
    yield browser
    assert browser.console == []  # above all, nothing that the policy would not allow


@pytest.fixture
def site(app: Flask, database: Database, passwords: Passwords) -> Iterator[Site]:
    """A console with an operator, a session and a provider."""
    with database.write() as db:
        hashed = passwords.hash(PASSWORD)
        register(db, email=EMAIL, password_hash=hashed, name="Olive", role=Role.OPERATOR, now=START)
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada), "GARAGE")
        row = {"charger_id": charger.id, "connection_id": new_id(), "at": START, "kind": "call", "ocpp_id": "7"}
        boot = {
            "id": new_id(),
            "direction": "in",
            "action": "BootNotification",
            "body": '[2,"7","BootNotification",{}]',
        }
        db.execute(insert(Message), [row | boot])
        session = make_session(db, charger, ada, status=Status.COMPLETED, wake_at=None, ended_at=START)
        party = {"country_code": "GB", "party_id": "ABC", "name": "Alphabet"}
        add_provider(db, {**party, **_PROVIDER}, blocked=False, allow_private=False, caller=None, now=START)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield Site(f"http://127.0.0.1:{server.server_port}/support", session)
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture
def console(page: Page, site: Site) -> Page:
    """The first page, signed in."""
    page.go(site.url)
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.loading(lambda: page.press("Enter"))
    return page

"""The console on a port, and a browser in front of it."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from werkzeug.serving import make_server

from homecharge.domain.accounts import Role
from homecharge.services.accounts import register
from homecharge.services.passwords import Passwords
from homecharge.storage.database import Database
from tests.web.browser.chromium import Page, open_browser
from tests.web.conftest import START
from tests.web.console.sights import Sights, make_sights

EMAIL, PASSWORD = "olive@example.org", "correct horse"


@dataclass(frozen=True)
class Site:
    """Where the console is, and what can be looked at there."""

    url: str
    sights: Sights


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
    """A console with an operator, and one of everything to look at."""
    with database.write() as db:
        hashed = passwords.hash(PASSWORD)
        register(db, email=EMAIL, password_hash=hashed, name="Olive", role=Role.OPERATOR, now=START)
        sights = make_sights(db)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield Site(f"http://127.0.0.1:{server.server_port}/support", sights)
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

"""An operator, a support agent and a home, on a database of each kind."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from homecharge.domain.accounts import Role
from homecharge.storage.database import Database
from tests.web.conftest import SignIn
from tests.web.homes import HOME, Headers, id_of

Json = dict[str, Any]
PROVIDER = {"country_code": "GB", "party_id": "ABC", "name": "Alphabet"}
TOKEN = {"uid": "04A1B2C3D4", "type": "RFID", "valid": True, "whitelist": "ALLOWED"}
CLOSED = {"roaming": False, "guest": False, "accept_any": False, "reimbursement": None}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def operator(sign_in: SignIn) -> Headers:
    return sign_in(Role.OPERATOR)


@pytest.fixture
def agent(sign_in: SignIn) -> Headers:
    return sign_in(Role.SUPPORT)


@pytest.fixture
def owner(sign_in: SignIn) -> Headers:
    return sign_in()


@pytest.fixture
def home(client: FlaskClient, owner: Headers) -> str:
    """The id of somebody's home."""
    return id_of(client.post("/v1/locations", json=HOME, headers=owner).headers["Location"])

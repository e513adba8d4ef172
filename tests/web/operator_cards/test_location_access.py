"""What locations take besides their own cards, over HTTP."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from homecharge.domain.authorization_facts import Reimbursement, ReimbursementType
from homecharge.storage.database import Database
from homecharge.storage.models import Location
from homecharge.storage.queries.location_access import find_access
from tests.web.homes import Headers
from tests.web.operator_cards.conftest import CLOSED, Json

CARDS = {
    "type": "token",
    "contract_ids": ["gb-abc-c12345678-x"],
    "uids": ["04a1b2"],
    "external_url": "https://alphabet.example/7",
}
UNIT = {"type": "organisation_unit", "code": "Fleet North"}


@pytest.fixture
def path(home: str) -> str:
    return f"/v1/operator/locations/{home}/access"


def test_a_location_takes_its_own_cards_only_until_an_operator_says_more(
    client: FlaskClient, operator: Headers, agent: Headers, path: str, home: str
):
    before = client.get(path, headers=agent)
    opened = CLOSED | {"roaming": True, "guest": True, "accept_any": True, "reimbursement": CARDS}

    put = client.put(path, json=opened, headers=operator | {"If-Match": '"1"'})
    same = client.put(path, json=opened, headers=operator)
    outdated = client.put(path, json=CLOSED, headers=operator | {"If-Match": '"1"'})

    assert (before.headers["ETag"], before.get_json()) == ('"1"', CLOSED | {"location_id": home})
    assert (put.headers["ETag"], same.headers["ETag"]) == ('"2"', '"2"')
    assert client.get(path, headers=agent).get_json() == put.get_json() == opened | {"location_id": home}
    assert (outdated.status_code, outdated.get_json(force=True)["current"]) == (412, put.get_json())
    assert client.put(path, json=CLOSED, headers=operator).get_json()["reimbursement"] is None


@pytest.mark.parametrize(
    ("given", "linked", "keys"),
    [
        (
            CARDS,
            Reimbursement(
                type=ReimbursementType.TOKEN,
                contract_keys=frozenset({"GBABCC12345678X"}),
                uid_keys=frozenset({"04A1B2"}),
            ),
            {"contract_keys": ["GBABCC12345678X"], "uid_keys": ["04A1B2"], "organisation_unit": None},
        ),
        (
            UNIT,
            Reimbursement(type=ReimbursementType.ORGANISATION_UNIT, organisation_unit="FLEET NORTH"),
            {"contract_keys": [], "uid_keys": [], "organisation_unit": "FLEET NORTH"},
        ),
    ],
)
def test_what_is_compared_is_stored_beside_what_was_given(
    client: FlaskClient,
    operator: Headers,
    database: Database,
    path: str,
    home: str,
    given: Json,
    linked: Reimbursement,
    keys: Json,
):
    client.put(path, json=CLOSED | {"reimbursement": given}, headers=operator)

    with database.read() as db:
        access, stored = find_access(db, home), db.scalar(select(Location.reimbursement))
    assert access is not None
    assert access.linked == linked
    assert stored == {"type": given["type"], "given": given, **keys}


def test_support_looks_and_operators_change(
    client: FlaskClient, operator: Headers, agent: Headers, owner: Headers, path: str, home: str
):
    assert client.put(path, json=CLOSED, headers=agent).status_code == 403
    assert client.put(path, json=CLOSED, headers=owner).status_code == 403
    client.delete(f"/v1/locations/{home}", headers=owner)
    assert client.get(path, headers=agent).status_code == 404
    assert client.put(path, json=CLOSED, headers=operator).status_code == 404
